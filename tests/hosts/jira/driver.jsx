// Renders the card as we build it with Atlassian's own renderer, and prints what is on screen after
// each step. `@card` is the folder of its code.
import { page } from './page';
import React from 'react';
import ForgeReconciler from '@forge/react';
import { Card } from '@card/card';

// The tree as plain data: text as text, a component as its name, its plain props and its children.
function plain({ type, props, children }) {
  if (type === 'String') return props.text;
  const kept = Object.entries(props ?? {}).filter(([, value]) => typeof value !== 'function');
  return { name: type, props: Object.fromEntries(kept), children: children.map(plain) };
}

function find(node, type) {
  if (node?.type === type) return node;
  for (const child of node?.children ?? []) {
    const found = find(child, type);
    if (found) return found;
  }
  return undefined;
}

const later = globalThis.setTimeout;
const moment = () => new Promise((done) => later(done, 5));

async function settled() {
  for (let tries = 0; tries < 1000; tries += 1) {
    await moment();
    const button = find(page.screen, 'LoadingButton');
    if (button && !button.props.isLoading) return;
  }
  throw new Error('still waiting');
}

async function run(asked) {
  Object.assign(page, { asked, first: undefined, requests: [], read: [], listening: [], ended: [] });
  page.answers = [...(asked.answers ?? [])];
  page.issues = [...(asked.issues ?? [])];
  page.send = async (said) =>
    (await fetch(asked.proxy, { method: 'POST', body: JSON.stringify(said) })).json();
  // What the card does after seconds, it does at once, or in the next card's time not at all.
  globalThis.setTimeout = (act, delay = 0) =>
    delay < 3000 ? later(act, delay) : asked.hasty && later(act, 0);
  ForgeReconciler.render(<Card />);
  await settled();
  const shown = [plain(page.first), plain(page.screen)];
  for (const step of asked.steps ?? []) {
    if (step === 'press') find(page.screen, 'LoadingButton').props.onClick();
    else page.listening.forEach(({ callback }) => callback(step));
    await moment();
    await settled();
    shown.push(plain(page.screen));
  }
  if (asked.hasty) {
    await new Promise((done) => later(done, 300));
    shown.push(plain(page.screen));
  }
  const { requests, read, listening } = page;
  return { requests, read, shown, heard: listening.map(({ event }) => event) };
}

async function main() {
  let input = '';
  for await (const chunk of process.stdin) input += chunk;
  const results = [];
  for (const asked of JSON.parse(input)) results.push(await run(asked));
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

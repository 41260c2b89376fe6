// Renders the card as we build it with HubSpot's own renderer, and prints what is on screen after
// each step. `@card` is the package's folder.
import React from 'react';
import { Button, LoadingButton } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import { Context } from '@card/card';

type Node = { nodeType: string; name?: string; text?: string; props?: object; childNodes?: Node[] };

// The tree as plain data: text as text, a component as its name, its plain props and its children.
function plain(node: Node): unknown {
  if (node.nodeType === 'text') return node.text;
  const props = Object.entries(node.props ?? {}).filter(([, value]) => typeof value !== 'function');
  const children = (node.childNodes ?? []).map(plain);
  return { name: node.name ?? 'root', props: Object.fromEntries(props), children };
}

const later = globalThis.setTimeout;

async function run(asked: any) {
  const requests: unknown[] = [];
  const answers = [...(asked.answers ?? [])];
  (globalThis as any).self = globalThis;
  // In the place of HubSpot's page, which hands a request to its servers.
  (globalThis as any).hsFetch = async (url: string, { method, body }: any) => {
    requests.push({ url, method, body });
    if (asked.proxy) {
      const sent = await fetch(asked.proxy, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ requestUri: url, method, requestBody: body, requestTimeoutMillis: 15000 }),
      });
      const said = await sent.json();
      return new Response(JSON.stringify(said.responseBody ?? {}), {
        status: said.status === 'success' ? 200 : 502,
      });
    }
    const next = answers.shift();
    if (next === undefined) throw new TypeError('no connection');
    return new Response(JSON.stringify(next.body), { status: next.status ?? 200 });
  };
  // What the card does after seconds, it does at once, or in the next card's time not at all.
  (globalThis as any).setTimeout = (act: () => void, delay = 0) =>
    delay < 3000 ? later(act, delay) : asked.hasty && later(act, 0);
  const renderer = createRenderer('crm.record.sidebar');
  Object.assign(renderer.mocks.context as any, asked.context);
  if (asked.properties) {
    renderer.mocks.useCrmProperties.willCall(() => ({ ...asked.properties }) as any);
  }
  if (asked.associations) {
    renderer.mocks.useAssociations.willCall(
      ({ toObjectType }: any) => ({ ...asked.associations[toObjectType] }) as any
    );
  }
  renderer.render(<Context />);
  const settled = () =>
    renderer.waitFor(() => {
      if (renderer.find(LoadingButton).props.loading) throw new Error('still waiting');
    });
  const shown: unknown[] = [plain(renderer.getRootNode() as unknown as Node)];
  if (asked.patient === false) return { requests, shown };
  await settled();
  shown.push(plain(renderer.getRootNode() as unknown as Node));
  for (let press = 0; press < (asked.presses ?? 0); press += 1) {
    renderer.find(LoadingButton).trigger('onClick');
    await settled();
    shown.push(plain(renderer.getRootNode() as unknown as Node));
  }
  if (asked.hasty) {
    await new Promise((done) => later(done, 500));
    shown.push(plain(renderer.getRootNode() as unknown as Node));
  }
  return { requests, shown };
}

async function main() {
  let input = '';
  for await (const chunk of process.stdin) input += chunk;
  const results: unknown[] = [];
  for (const asked of JSON.parse(input)) results.push(await run(asked));
  process.stdout.write(JSON.stringify(results), () => process.exit(0));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

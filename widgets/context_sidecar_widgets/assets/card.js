// Brings the page's card to life. What it tells the host's bridge, and hears from it, is listed in
// the package's docstring.

import { withdraw } from "./apply.js";
import { LiveCard } from "./live.js";
import { REFUSALS, post } from "./visit.js";
import { Voice } from "./voice.js";

const SILENCE = 8000; // after which a host that has not named a record is thought not to
const TRY_AGAIN = 5000;

const main = document.querySelector("main");
const { contextUrl, visitsUrl, expiresAt, token } = main.dataset;
main.removeAttribute("data-token"); // it stays in this module's memory only

let live;
let silence;
let latest; // the record that was named last; null where there is none now
const waiting = main.querySelector(".card").cloneNode(true); // as it is before a record is named

function show(visit) {
  live = new LiveCard(main, document, {
    ...visit,
    visitsUrl,
    renew: (current) => post(`${visitsUrl}/renew`, current),
  });
  live.start();
}

function named({ detail: { type, id, keys = {}, ...how } }) {
  clearTimeout(silence);
  live?.stop();
  if (live) clear(main.querySelector(".card"));
  else wait(".progress");
  latest = { type, id: String(id), keys, ...how };
  visit(latest);
}

// Another record may be about somebody else. The card stays as tall as it was until the next one is
// there, so that the host's frame does not collapse and spring back.
function clear(card) {
  const height = card.offsetHeight;
  withdraw(card);
  card.style.minHeight = `${height}px`;
}

// Nothing is open in the host, or more than one record: whoever was shown is off the screen.
function unselected() {
  clearTimeout(silence);
  live?.stop();
  live = undefined;
  latest = null;
  main.querySelector(".card").replaceWith(waiting.cloneNode(true));
  wait("[data-unselected]");
}

async function visit(record) {
  const voice = new Voice(() => main.querySelector(".card"));
  try {
    const granted = await post(visitsUrl, token, record);
    if (record !== latest) return;
    show({
      contextUrl: granted.context_url,
      token: granted.token,
      expiresAt: granted.expires_at,
    });
  } catch (refusal) {
    if (record !== latest) return;
    main.querySelector(".card").style.minHeight = "";
    if (REFUSALS.includes(refusal.status)) return voice.over();
    voice.lost(Date.now());
    setTimeout(() => record === latest && visit(record), TRY_AGAIN);
  }
}

function listen() {
  wait(".progress");
  silence = setTimeout(() => wait("[data-silent]"), SILENCE);
}

// Of what a card says that waits for its record, shows only this part.
function wait(shown) {
  for (const part of main.querySelectorAll(".progress, [data-silent], [data-unselected]")) {
    part.hidden = !part.matches(shown);
  }
}

function tell(name) {
  document.dispatchEvent(new CustomEvent(`context-sidecar:${name}`));
}

document.addEventListener("context-sidecar:record", named);
document.addEventListener("context-sidecar:unselected", unselected);
document.addEventListener("context-sidecar:refresh", () => live?.check({ force: true }));
document.addEventListener("context-sidecar:theme", ({ detail: { theme } }) => {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
});

main.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-again]")) return;
  listen();
  tell("ask");
});

// The bridge is loaded by then, so it misses nothing.
document.addEventListener("DOMContentLoaded", () => {
  if (contextUrl) show({ contextUrl, token, expiresAt });
  else if (latest === undefined) listen();
  tell("ready");
});

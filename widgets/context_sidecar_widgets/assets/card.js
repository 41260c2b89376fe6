// Brings the page's card to life. What it tells the host's bridge, and hears from it, is listed in
// the package's docstring.

import { withdraw } from "./apply.js";
import { LiveCard, post } from "./live.js";

const SILENCE = 8000; // after which a host that has not named a record is thought not to

const main = document.querySelector("main");
const { contextUrl, visitsUrl, expiresAt, token } = main.dataset;
main.removeAttribute("data-token"); // it stays in this module's memory only

let live;

function show(visit) {
  live = new LiveCard(main, document, {
    ...visit,
    renew: (current) => post(`${visitsUrl}/renew`, current),
  });
  live.start();
}

async function named({ detail: { type, id, keys = {} } }) {
  clearTimeout(silence);
  live?.stop();
  if (live) withdraw(main.querySelector(".card")); // another record may be about somebody else
  try {
    const visit = await post(visitsUrl, token, { type, id: String(id), keys });
    show({ contextUrl: visit.context_url, token: visit.token, expiresAt: visit.expires_at });
  } catch {
    fellSilent();
  }
}

function fellSilent() {
  const words = main.querySelector("[data-silent]");
  if (words) words.hidden = false;
  main.querySelector(".progress")?.remove();
}

document.addEventListener("context-sidecar:record", named);
document.addEventListener("context-sidecar:refresh", () => live?.check({ force: true }));
document.addEventListener("context-sidecar:theme", ({ detail: { theme } }) => {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
});

let silence;
if (contextUrl) show({ contextUrl, token, expiresAt });
else silence = setTimeout(fellSilent, SILENCE);
document.dispatchEvent(new CustomEvent("context-sidecar:ready"));

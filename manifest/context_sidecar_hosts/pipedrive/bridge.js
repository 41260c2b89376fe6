// Speaks with Pipedrive's page by the messages of its app extensions SDK (npm
// @pipedrive/app-extensions-sdk 0.15.1): the panel's height, light or dark, links. The SDK is not
// loaded, because it speaks to whoever frames it; these messages go to Pipedrive's origin alone.
const LOWEST = 100; // pixels, within which Pipedrive lets a panel grow
const HIGHEST = 750;
const VIEWS = { deal: "deals", person: "contacts", organization: "organizations" };

const id = new URLSearchParams(location.search).get("id") ?? "";
const allowed = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);
const parentOrigin = location.ancestorOrigins?.[0]; // not every browser tells
const origins = allowed.filter((origin) => !parentOrigin || origin === parentOrigin);

// Each message brings a port that the answers come by; who has no origin of ours is given none.
function post(payload, hear = () => {}) {
  for (const origin of origins) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => hear(data ?? {});
    window.parent.postMessage({ payload, id }, origin, [port2]);
  }
}

function execute(command, args, hear) {
  post({ command, args, type: "command" }, hear);
}

function listen(event, hear) {
  post({ type: "listener", event }, ({ data }) => hear(data ?? {}));
}

let started = false;
let height = 0;

// A panel that is closed measures 0, and Pipedrive would keep it at its lowest.
function measured() {
  const now = Math.ceil(document.body.getBoundingClientRect().height);
  return now && Math.min(Math.max(now, LOWEST), HIGHEST);
}

function resize() {
  const now = measured();
  if (!started || now === 0 || now === height) return;
  height = now;
  execute("resize", { height });
}

function tellTheme({ theme }) {
  if (theme !== "light" && theme !== "dark") return;
  document.dispatchEvent(new CustomEvent("context-sidecar:theme", { detail: { theme } }));
}

function openLink(event) {
  const url = new URL(event.detail.url, location.href);
  const found = /^\/(deal|person|organization)\/(\d+)$/.exec(url.pathname);
  if (!started || !found || !origins.includes(url.origin)) return;
  event.preventDefault();
  execute("redirect_to", { view: VIEWS[found[1]], id: found[2] });
}

function start({ error }) {
  if (error || started) return;
  started = true;
  listen("user_settings_change", tellTheme);
  listen("visibility", resize);
  document.addEventListener("context-sidecar:open-link", openLink);
  resize();
}

if (id && origins.length && window.parent !== window) {
  height = measured();
  execute("initialize", height ? { size: { height } } : {}, start);
  new ResizeObserver(resize).observe(document.body);
}

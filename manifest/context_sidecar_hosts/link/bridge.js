// Speaks with the page that frames the card. To it: {type: "context-sidecar:resize", height}.
// From it: {type: "context-sidecar:theme", theme: "light" or "dark"}, and
// {type: "context-sidecar:refresh"} when something was done that the card should know of.
const allowed = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);
const parentOrigin = location.ancestorOrigins?.[0]; // not every browser tells
const origins = allowed.filter((origin) => !parentOrigin || origin === parentOrigin);

function tell() {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (height === 0 || window.parent === window) return;
  for (const origin of origins) {
    window.parent.postMessage({ type: "context-sidecar:resize", height }, origin);
  }
}

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || !origins.includes(event.origin)) return;
  const { type, theme } = event.data ?? {};
  const known = type === "context-sidecar:theme" && ["light", "dark"].includes(theme);
  if (!known && type !== "context-sidecar:refresh") return;
  document.dispatchEvent(new CustomEvent(type, { detail: { theme } }));
});

new ResizeObserver(tell).observe(document.body);

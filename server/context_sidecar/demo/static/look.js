// What every tool's page does: opens the frame of an app by a form, and, as this page is in a frame
// itself, says how tall it is.

// A record with such a frame is opened again once something was done beside it: nobody who looks at
// the demo should have to wait until the card looks by itself.
function openAgain({ source, origin, data }) {
  if (source !== parent || origin !== location.origin) return;
  if (data?.type === "context-sidecar:refresh") location.reload();
}

export function opened({ name, action, fields }) {
  const frame = Object.assign(document.createElement("iframe"), { name, title: "Context Sidecar" });
  const form = Object.assign(document.createElement("form"), { method: "post", action, target: name });
  for (const [field, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: field, value }));
  }
  document.querySelector("main").append(frame, form);
  form.submit();
  window.addEventListener("message", openAgain);
  return frame;
}

new ResizeObserver(() => {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  if (height) parent.postMessage({ type: "context-sidecar:resize", height }, location.origin);
}).observe(document.body);

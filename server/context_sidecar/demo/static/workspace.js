// A host tool gives the card's frame the height that the card asks for, and nothing else.
const frame = document.querySelector("aside iframe");
const origin = new URL(frame.src).origin;

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  const { type, height } = event.data ?? {};
  if (type === "context-sidecar:resize" && Number.isFinite(height)) {
    frame.style.height = `${Math.min(Math.ceil(height), 4000)}px`;
  }
});

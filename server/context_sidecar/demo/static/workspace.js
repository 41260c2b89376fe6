// What a host tool does for the card: gives its frame the height that it asks for, and has it look
// again when something was done beside it. Here that is breaking and mending, without a new page.
const frame = document.querySelector("aside iframe");
const origin = new URL(frame.src).origin;
const forms = document.querySelectorAll(".faults form");
const loaded = new Promise((resolve) => window.addEventListener("load", resolve)); // the frame too
const narrow = matchMedia("(max-width: 800px)");

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  const { type, height } = event.data ?? {};
  if (type === "context-sidecar:resize" && Number.isFinite(height)) {
    frame.style.height = `${Math.min(Math.ceil(height), 4000)}px`;
  }
});

async function turn(form) {
  const settings = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } };
  const answer = await fetch(form.action, settings);
  if (!answer.ok) throw new Error(String(answer.status));
  for (const [id, told] of Object.entries(await answer.json())) show(id, told);
  await loaded;
  frame.contentWindow.postMessage({ type: "context-sidecar:refresh" }, origin);
  if (narrow.matches) frame.scrollIntoView();
}

function show(id, { on, behind }) {
  const note = document.getElementById(id);
  const form = note.closest("form");
  form.elements.on.value = on ? "0" : "1";
  form.querySelector("button").setAttribute("aria-pressed", String(on));
  form.querySelector("button span").textContent = on ? "Mend" : "Break";
  note.querySelector("strong").textContent = behind;
}

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    turn(form).catch(() => form.submit());
  });
}

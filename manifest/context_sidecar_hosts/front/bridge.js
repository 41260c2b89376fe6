// Speaks with Front's page by the messages of its plugin SDK: which conversation is selected, and
// links to open. The SDK is not loaded; these are all the messages that a card needs, and they are
// what the SDK sends and takes. Front answers through a port that is handed to its origin only.
const HANDSHAKE = "@frontapp/ui-sdk#WebViewBridge.handshake";
const LONGEST = 200; // characters of a key that we hand on
const MOST = 100; // keys

const allowed = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);
const parentOrigin = location.ancestorOrigins?.[0]; // not every browser tells
const origins = allowed.filter((origin) => !parentOrigin || origin === parentOrigin);

function text(value) {
  return ["string", "number"].includes(typeof value) ? String(value).trim().slice(0, LONGEST) : "";
}

function list(value) {
  return Array.isArray(value) ? value.filter((one) => one !== null && typeof one === "object") : [];
}

// Which of several addresses is the customer's would be a guess.
function handle(recipient, type) {
  if (recipient.type === type) return text(recipient.handle);
  const found = list(recipient.contact?.handles).filter((one) => one.type === type);
  return found.length === 1 ? text(found[0].handle) : "";
}

// Where two names differ only in what no key can hold, neither is told.
function attributes(contact) {
  const named = list(contact?.customAttributes).map((one) => {
    const name = text(one.name).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_");
    return [`attribute_${name}`.slice(0, MOST), text(one.value)];
  });
  return named.filter(([name]) => named.filter(([other]) => other === name).length === 1);
}

function keys(recipient) {
  const { contact } = recipient;
  const found = [
    ["requester_email", handle(recipient, "email")],
    ["requester_phone", handle(recipient, "phone")],
    ["requester_name", text(recipient.name) || text(contact?.name)],
    ["contact_id", text(contact?.id)],
    ...attributes(contact),
  ];
  return Object.fromEntries(found.filter(([, value]) => value).slice(0, MOST));
}

function dispatch(name, detail) {
  document.dispatchEvent(new CustomEvent(`context-sidecar:${name}`, { detail }));
}

let told = "";

// Front sends its whole state again whenever a part of it changes.
function tell({ conversation }) {
  const id = text(conversation?.id);
  const record = id ? { type: "conversation", id, keys: keys(conversation.recipient ?? {}) } : null;
  if (told === JSON.stringify(record)) return;
  told = JSON.stringify(record);
  if (record) dispatch("record", record);
  else dispatch("unselected");
}

let front; // the port that Front speaks through, and what it calls its present state
let calls = 0;

function hear(port, message) {
  if (message?.type !== "context_update" || !message.context) return;
  front = { port, contextId: message.context.id };
  tell(message.context);
}

function openLink(event) {
  if (!front) return;
  event.preventDefault();
  calls += 1;
  front.port.postMessage({
    type: "function_call",
    id: `context-sidecar-${calls}`,
    contextId: front.contextId,
    name: "openUrl",
    args: [event.detail.url],
  });
}

function greet() {
  for (const origin of origins) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => hear(port1, data);
    window.parent.postMessage(HANDSHAKE, origin, [port2]);
  }
}

if (origins.length && window.parent !== window) {
  document.addEventListener("context-sidecar:open-link", openLink);
  document.addEventListener("context-sidecar:ask", greet);
  greet();
}

// Speaks with Help Scout's page by the messages of its JavaScript SDK: which conversation is on
// screen, and the frame's height. The SDK is not loaded; these are all the messages that a card
// needs, and they are what the SDK sends and takes.
const PATIENCE = 5000; // ms until the conversation's id is told alone
const LONGEST = 200; // characters of a key that we hand on

const allowed = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);
const parentOrigin = location.ancestorOrigins?.[0]; // not every browser tells
const origins = allowed.filter((origin) => !parentOrigin || origin === parentOrigin);
const given = new URLSearchParams(location.search);

function post(type, more = {}) {
  const iframeId = window.name;
  const appId = iframeId.replace(/app-side-panel-|app-/, "");
  for (const origin of origins) window.parent.postMessage({ ...more, type, appId, iframeId }, origin);
}

function text(value) {
  return ["string", "number"].includes(typeof value) ? String(value).trim().slice(0, LONGEST) : "";
}

function list(value) {
  return Array.isArray(value) ? value.filter((one) => one !== null && typeof one === "object") : [];
}

// A customer's own entry lists addresses; the conversation's says which of them is the default.
function email(context) {
  const people = list(context.conversation?.customers);
  const known = people.length === 1 ? people[0] : people.find((one) => one.id === context.customer?.id);
  const emails = [...list(known?.emails), ...list(context.customer?.emails)];
  const values = new Set(emails.map((one) => text(one.value)).filter(Boolean));
  return text(emails.find((one) => one.default === true)?.value) || (values.size === 1 ? [...values][0] : "");
}

function properties(customer) {
  const named = list(customer?.properties).filter((one) => /^\w+$/.test(text(one.slug).replace(/-/g, "_")));
  return named.map((one) => [`property_${text(one.slug).replace(/-/g, "_")}`, text(one.value)]);
}

function keys(context) {
  const { customer } = context;
  const found = [
    ["requester_email", email(context)],
    ["requester_name", [customer?.firstName, customer?.lastName].map(text).filter(Boolean).join(" ")],
    ["company_name", text(customer?.company)],
    ...properties(customer),
  ];
  return Object.fromEntries(found.filter(([, value]) => value));
}

let told = "";

function tell(type, id, known) {
  const record = { type, id: text(id), keys: known };
  if (!record.id || told === JSON.stringify(record)) return;
  told = JSON.stringify(record);
  document.dispatchEvent(new CustomEvent("context-sidecar:record", { detail: record }));
}

function tellRecord(context) {
  const conversation = context.conversation?.id ?? given.get("conversation-id");
  if (conversation) tell("conversation", conversation, keys(context));
  else tell("customer", context.customer?.id ?? given.get("customer-id"), keys(context));
}

let height = 0;

// A frame that is hidden measures 0, and Help Scout would keep it at that.
function resize() {
  const now = Math.ceil(document.body.getBoundingClientRect().height);
  if (now === 0 || now === height) return;
  height = now;
  post("SET_APP_HEIGHT", { value: height });
}

function hear(event) {
  if (event.source !== window.parent || !origins.includes(event.origin)) return;
  const { type, ...context } = event.data ?? {};
  if (type === "SEND_APP_CONTEXT") tellRecord(context);
}

if (origins.length && window.parent !== window) {
  window.addEventListener("message", hear);
  post("GET_APP_CONTEXT");
  setTimeout(() => told || tellRecord({}), PATIENCE);
  new ResizeObserver(resize).observe(document.body);
}

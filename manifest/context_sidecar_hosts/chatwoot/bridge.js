// Speaks with Chatwoot's page by the two messages of its dashboard apps: which conversation is open
// and who its contact is, and the request to say so.
const LONGEST = 200; // characters of a key that we hand on
const MOST = 100; // keys

const allowed = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);
const parentOrigin = location.ancestorOrigins?.[0]; // not every browser tells
const origins = allowed.filter((origin) => !parentOrigin || origin === parentOrigin);

function object(value) {
  return value !== null && typeof value === "object" ? value : {};
}

function read(data) {
  try {
    return object(JSON.parse(data));
  } catch {
    return {};
  }
}

function text(value) {
  return ["string", "number"].includes(typeof value) ? String(value).trim().slice(0, LONGEST) : "";
}

function attributes(contact) {
  const named = Object.entries(object(contact.custom_attributes));
  return named.filter(([name]) => /^\w{1,80}$/.test(name)).map(([name, value]) => [`attribute_${name}`, value]);
}

function keys(contact) {
  const found = [
    ["requester_email", contact.email],
    ["requester_phone", contact.phone_number],
    ["requester_name", contact.name],
    ["requester_external_id", contact.identifier],
    ["company_name", contact.additional_attributes?.company_name],
    ...attributes(contact),
  ];
  const known = found.map(([name, value]) => [name, text(value)]).filter(([, value]) => value);
  return Object.fromEntries(known.slice(0, MOST));
}

function dispatch(name, detail) {
  document.dispatchEvent(new CustomEvent(`context-sidecar:${name}`, { detail }));
}

let told = "";

// A contact that Chatwoot has not read yet is empty; the conversation's sender is the same person.
function tell({ conversation, contact }) {
  const id = text(conversation?.id);
  const person = (contact?.id ? contact : conversation?.meta?.sender) ?? {};
  const record = id ? { type: "conversation", id, keys: keys(person) } : null;
  if (told === JSON.stringify(record)) return;
  told = JSON.stringify(record);
  if (record) dispatch("record", record);
  else dispatch("unselected");
}

function hear(event) {
  if (event.source !== window.parent || !origins.includes(event.origin)) return;
  const { event: name, data } = read(event.data);
  if (name === "appContext" && data) tell(data);
}

function ask() {
  for (const origin of origins) window.parent.postMessage("chatwoot-dashboard-app:fetch-info", origin);
}

if (origins.length && window.parent !== window) {
  window.addEventListener("message", hear);
  document.addEventListener("context-sidecar:ask", ask);
  // Whenever the tab is opened: the contact may have been changed behind it.
  const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && ask());
  watch.observe(document.documentElement);
}

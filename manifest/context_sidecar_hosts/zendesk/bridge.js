// Speaks with Zendesk's page by the messages of the Zendesk Apps Framework, version 2: which record
// is on screen, the frame's height, light or dark, links. The framework's own script would have to
// come from Zendesk's servers; these are all the messages that a card needs.
const PATIENCE = 5000; // ms, what the framework itself gives an answer
const LONGEST = 200; // characters of a key that we hand on

const given = new URLSearchParams(location.search);
const origin = given.get("origin") ?? "";
const appGuid = given.get("app_guid") ?? "";
const origins = (document.documentElement.dataset.origins ?? "").split(" ").filter(Boolean);
const waiting = new Map();
let number = 0;

function post(message) {
  const whole = { ...message, appGuid, instanceGuid: appGuid };
  window.parent.postMessage(JSON.stringify(whole), origin);
}

function request(name, params) {
  number += 1;
  const id = number;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Zendesk did not answer ${name}`)), PATIENCE);
    waiting.set(id, { resolve, reject, timer });
    post({ id, request: name, params });
  }).finally(() => {
    clearTimeout(waiting.get(id).timer);
    waiting.delete(id);
  });
}

function read(data) {
  try {
    const message = typeof data === "string" ? JSON.parse(data) : data;
    return message !== null && typeof message === "object" ? message : {};
  } catch {
    return {};
  }
}

function text(value) {
  return ["string", "number"].includes(typeof value) ? String(value).trim().slice(0, LONGEST) : "";
}

function person(email, externalId) {
  return { requester_email: email, requester_external_id: externalId };
}

function organization(found) {
  const { id, name, externalId, domains } = found ?? {};
  return {
    organization_id: id,
    organization_name: name,
    organization_external_id: externalId,
    organization_domain: only(domains),
  };
}

function only(list) {
  return Array.isArray(list) && list.length === 1 ? list[0] : undefined;
}

// What each place in Zendesk is asked for, and the record that its answer makes. The keys are named
// as the adapter `zendesk` names them.
const PLACES = {
  ticket_sidebar: {
    type: "ticket",
    asks: ["ticket.id", "ticket.requester.email", "ticket.requester.externalId", "ticket.organization"],
    id: (found, context) => found["ticket.id"] ?? context.ticketId ?? "new",
    keys: (found) => ({
      ...person(found["ticket.requester.email"], found["ticket.requester.externalId"]),
      ...organization(found["ticket.organization"]),
    }),
    changes: ["ticket.requester.id", "ticket.requester.email", "ticket.organization"],
  },
  user_sidebar: {
    type: "user",
    asks: ["user.id", "user.email", "user.externalId", "user.organizations"],
    id: (found, context) => found["user.id"] ?? context.userId,
    keys: (found) => ({
      ...person(found["user.email"], found["user.externalId"]),
      ...organization(only(found["user.organizations"])),
    }),
    changes: ["user.email", "user.externalId", "user.organizations"],
  },
  organization_sidebar: {
    type: "organization",
    asks: ["organization"],
    id: (found, context) => found.organization?.id ?? context.organizationId,
    keys: (found) => organization(found.organization),
    changes: ["organization.name", "organization.externalId"],
  },
};
PLACES.new_ticket_sidebar = PLACES.ticket_sidebar;

function dispatch(name, detail) {
  return document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
}

let context = {};
let told = "";
let reader = Promise.resolve({});

// How the agent reads, in our words.
async function askReader() {
  const user = (await request("get", ["currentUser"]).catch(() => null))?.currentUser ?? {};
  const how = [["locale", text(user.locale)], ["time_zone", text(user.timeZone?.ianaName)]];
  return Object.fromEntries(how.filter(([, value]) => value));
}

async function tellRecord() {
  const place = PLACES[context.location];
  if (!place) return;
  // Where Zendesk does not answer, the id that it gave at first is still something to ask by.
  const asked = request("get", place.asks).catch(() => null);
  const [found, how] = [(await asked) ?? {}, await reader];
  const keys = Object.entries(place.keys(found)).map(([name, value]) => [name, text(value)]);
  const record = {
    type: place.type,
    id: text(place.id(found, context)),
    keys: Object.fromEntries(keys.filter(([, value]) => value)),
    ...how,
  };
  if (!record.id || told === JSON.stringify(record)) return;
  told = JSON.stringify(record);
  dispatch("context-sidecar:record", record);
}

function tellTheme(theme) {
  if (theme === "light" || theme === "dark") dispatch("context-sidecar:theme", { theme });
}

let height = 0;

// A frame in a hidden tab measures 0, and Zendesk would keep it at that.
function resize() {
  const now = Math.ceil(document.body.getBoundingClientRect().height);
  if (now === 0 || now === height) return;
  height = now;
  request("invoke", { resize: [{ width: "100%", height: `${height}px` }] }).catch(() => {});
}

function openLink(event) {
  const url = new URL(event.detail.url, location.href);
  const found = /^\/agent\/(tickets|users|organizations)\/(\d+)$/.exec(url.pathname);
  if (url.origin !== origin || !found) return;
  event.preventDefault();
  const type = { tickets: "ticket", users: "user", organizations: "organization" }[found[1]];
  request("invoke", { routeTo: [type, found[2]] }).catch(() => {});
}

let registered = false;

function start(message) {
  if (registered) return;
  registered = true;
  context = message?.context ?? {};
  const values = ["colorScheme", ...(PLACES[context.location]?.changes ?? [])];
  const events = ["app.activated", "context.updated", ...values.map((name) => `${name}.changed`)];
  for (const event of events) post({ key: `iframe.on:${event}`, message: { subscriberCount: 1 } });
  document.addEventListener("context-sidecar:open-link", openLink);
  new ResizeObserver(resize).observe(document.body);
  request("get", ["colorScheme"]).then((found) => tellTheme(found?.colorScheme)).catch(() => {});
  reader = askReader();
  tellRecord();
}

function hear(event) {
  if (event.source !== window.parent || event.origin !== origin) return;
  const { id, key, message, result, error } = read(event.data);
  if (waiting.has(id)) {
    const { resolve, reject } = waiting.get(id);
    if (error) reject(new Error("Zendesk refused"));
    else resolve(result);
  } else if (key === "zaf.app.registered") start(message);
  else if (!registered) return;
  else if (key === "zaf.colorScheme.changed") tellTheme(message);
  else if (key === "zaf.context.updated") {
    context = { ...context, ...message };
    tellRecord();
  } else if (key === "zaf.app.activated") {
    resize();
    tellRecord();
  } else if (typeof key === "string" && key.endsWith(".changed")) tellRecord();
}

function greet() {
  if (registered) tellRecord();
  else post({ key: "iframe.handshake", message: { version: "2.0.9" } });
}

if (origins.includes(origin) && appGuid && window.parent !== window) {
  window.addEventListener("message", hear);
  document.addEventListener("context-sidecar:ask", greet);
  greet();
}

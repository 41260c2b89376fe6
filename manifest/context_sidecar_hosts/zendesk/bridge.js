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

function named(prefix, thing) {
  const { id, name, externalId } = thing ?? {};
  return { [`${prefix}_id`]: id, [`${prefix}_name`]: name, [`${prefix}_external_id`]: externalId };
}

// What each place in Zendesk is asked for, and the record that its answer makes.
const PLACES = {
  ticket_sidebar: {
    paths: ["ticket.id", "ticket.requester.email", "ticket.requester.externalId", "ticket.organization"],
    record: (found, context) => ({
      type: "ticket",
      id: found["ticket.id"] ?? context.ticketId ?? "new",
      keys: {
        requester_email: found["ticket.requester.email"],
        requester_external_id: found["ticket.requester.externalId"],
        ...named("organization", found["ticket.organization"]),
      },
    }),
    changes: ["ticket.requester.id.changed", "ticket.requester.email.changed", "ticket.organization.changed"],
  },
  user_sidebar: {
    paths: ["user.id", "user.email", "user.externalId", "user.organizations"],
    record: (found, context) => {
      const several = found["user.organizations"];
      const only = Array.isArray(several) && several.length === 1 ? several[0] : null;
      return {
        type: "user",
        id: found["user.id"] ?? context.userId,
        keys: {
          user_email: found["user.email"],
          user_external_id: found["user.externalId"],
          ...named("organization", only),
        },
      };
    },
    changes: ["user.email.changed", "user.externalId.changed", "user.organizations.changed"],
  },
  organization_sidebar: {
    paths: ["organization.id", "organization.name", "organization.externalId"],
    record: (found, context) => {
      const id = found["organization.id"] ?? context.organizationId;
      const whole = { id, name: found["organization.name"], externalId: found["organization.externalId"] };
      return { type: "organization", id, keys: named("organization", whole) };
    },
    changes: ["organization.name.changed", "organization.externalId.changed"],
  },
};
PLACES.new_ticket_sidebar = PLACES.ticket_sidebar;

function dispatch(name, detail) {
  return document.dispatchEvent(new CustomEvent(name, { detail, cancelable: true }));
}

let context = {};
let told = "";

async function tellRecord() {
  const place = PLACES[context.location];
  if (!place) return;
  // Where Zendesk does not answer, the id that it gave at first is still something to ask by.
  const found = await request("get", place.paths).catch(() => ({}));
  const record = place.record(found ?? {}, context);
  const keys = Object.entries(record.keys).map(([name, value]) => [name, text(value)]);
  const clean = {
    type: record.type,
    id: text(record.id),
    keys: Object.fromEntries(keys.filter(([, value]) => value)),
  };
  if (!clean.id || told === JSON.stringify(clean)) return;
  told = JSON.stringify(clean);
  dispatch("context-sidecar:record", clean);
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
  const changes = PLACES[context.location]?.changes ?? [];
  for (const change of ["app.activated", "colorScheme.changed", ...changes]) {
    post({ key: `iframe.on:${change}`, message: { subscriberCount: 1 } });
  }
  document.addEventListener("context-sidecar:open-link", openLink);
  new ResizeObserver(resize).observe(document.body);
  request("get", ["colorScheme"]).then((found) => tellTheme(found?.colorScheme)).catch(() => {});
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
  else if (key === "zaf.app.activated") {
    resize();
    tellRecord();
  } else if (typeof key === "string" && key.endsWith(".changed")) tellRecord();
}

if (origins.includes(origin) && appGuid && window.parent !== window) {
  window.addEventListener("message", hear);
  post({ key: "iframe.handshake", message: { version: "2.0.9" } });
}

// Plays Zoho Desk's client, as Zoho's guide and published types describe it: `extension.onload()`
// gives an app with its place, language and preferences; `get`, `invoke` and `request` ask Zoho's
// page. What the widget asks for stands in `asked`, what Zoho knows in `known`, from the address.
const given = new URLSearchParams(location.search);
const known = JSON.parse(given.get("known") ?? "{}");
const asked = { invoked: [], requests: [] };
const listeners = {};

function fire(event, data) {
  for (const one of listeners[event] ?? []) one(data);
}

// Zoho gives an answer as text, with ours as text in it.
function wrapped({ status, body }) {
  const statusCode = status;
  if (given.get("wrap") === "connection") {
    return JSON.stringify({ statusCode, response: JSON.stringify({ statusMessage: body }) });
  }
  if (given.get("wrap") === "json") return { statusCode, data: { statusMessage: JSON.parse(body) } };
  return JSON.stringify({ statusCode, response: body });
}

window.ZOHODESK = {
  extension: {
    onload: () =>
      given.has("silent")
        ? new Promise(() => {})
        : Promise.resolve({
            location: given.get("place"),
            locale: given.get("locale") ?? "en",
            meta: { userPreferences: { appearance: given.get("appearance") ?? "light" } },
            instance: { on: (event, callback) => (listeners[event] ??= []).push(callback) },
          }),
  },
  get: (name) =>
    name in known
      ? Promise.resolve({ [name]: known[name], status: "success" })
      : Promise.reject({ status: "failure", errMsg: "Invalid Property Access" }),
  invoke: async (action, options) => asked.invoked.push([action, options]),
  async request(options) {
    asked.requests.push(options);
    return wrapped(await window.send(options));
  },
};

// Plays Freshworks' client, as its documents describe it: `app.initialized()` gives a client with
// data, events, instance, interface and request. What the page asks for stands in `asked`, and what
// Freshdesk knows in `known`, from the address.
const given = new URLSearchParams(location.search);
const known = JSON.parse(given.get("known") ?? "{}");
const asked = { heights: [], clicks: [], requests: 0 };
const listeners = {};

function fire(event) {
  for (const one of listeners[event] ?? []) one({ type: event });
}

const client = {
  data: {
    get: (name) =>
      name in known ? Promise.resolve({ [name]: known[name] }) : Promise.reject({ message: "no" }),
  },
  events: { on: (event, callback) => (listeners[event] ??= []).push(callback) },
  instance: {
    context: async () => ({ instanceId: "1", location: given.get("place") }),
    resize: ({ height }) => asked.heights.push(height),
  },
  interface: { trigger: async (name, what) => asked.clicks.push([name, what]) },
  request: {
    async invokeTemplate(name, { body }) {
      asked.requests += 1;
      const answer = await window.send({ name, body, number: asked.requests });
      if (answer.status >= 400) throw answer;
      return answer;
    },
  },
};

window.app = {
  initialized: () =>
    given.has("silent") ? new Promise(() => {}) : given.has("late")
      ? new Promise((resolve) => setTimeout(() => resolve(client), 9000)) : Promise.resolve(client),
};
addEventListener("load", () => given.has("still") || setTimeout(() => fire("app.activated"), 50));

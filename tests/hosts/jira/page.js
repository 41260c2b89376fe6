// Plays Jira's page to the card: what Atlassian's own libraries ask of it through the bridge, which
// they look for as soon as they are loaded. Facts: npm @forge/bridge 7.2.0 and @forge/react 12.3.1.
globalThis.self = globalThis;

// In a browser an address may be relative.
const { Request } = globalThis;
globalThis.Request = class extends Request {
  constructor(url, how) {
    super(new URL(url, 'https://acme.atlassian.net'), how);
  }
};

export const page = { screen: null };

const ANSWERS = {
  getContext: () => page.asked.context ?? new Promise(() => {}),
  fetchProduct: ({ restPath }) => {
    page.read.push(restPath);
    const { status = 200, body } = page.issues.shift() ?? page.asked.issue ?? { body: { fields: {}, schema: {} } };
    return { status, statusText: '', headers: {}, body: JSON.stringify(body) };
  },
  invoke: async ({ path, method, headers, body, invokeType }) => {
    page.requests.push({ path, method, headers, body, invokeType });
    const next = page.asked.proxy ? await page.send({ path, method, headers, body }) : page.answers.shift();
    // What Atlassian's page says of an answer that is none.
    if (next === undefined || next.status === 401) throw new Error('Invalid response from remote');
    return { success: true, payload: { status: 200, headers: {}, ...next } };
  },
  on: ({ event, callback }) => {
    page.listening.push({ event, callback });
    return { unsubscribe: () => page.ended.push(event) };
  },
  reconcile: ({ forgeDoc }) => {
    page.screen = forgeDoc;
    page.first ??= JSON.parse(JSON.stringify(forgeDoc));
  },
  onError: ({ error }) => {
    throw error;
  },
};

globalThis.__bridge = { callBridge: async (name, data) => ANSWERS[name](data) };

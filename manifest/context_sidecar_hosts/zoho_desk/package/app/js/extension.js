// Speaks with Zoho Desk by Zoho's own client: which record is on screen and whose it is, our server,
// the page's height, light or dark.
(function () {
  const LOOK = 3000; // ms; a panel may stay while the record in it changes, and only tickets say so
  const DEEPEST = 5; // layers that Zoho has been seen to wrap an answer into
  const PLACE = /^desk\.(ticket|contact|account)\.detail\./;

  let app = null;
  let kind = "";
  let seen = "";

  function text(value) {
    return ["string", "number"].includes(typeof value) ? String(value).trim() : "";
  }

  // An object of Zoho Desk's page; empty where this place has none of that name.
  async function get(name) {
    try {
      return (await window.ZOHODESK.get(name))[name] || {};
    } catch {
      return {};
    }
  }

  function fullName({ firstName, lastName }) {
    return [firstName, lastName].map(text).filter(Boolean).join(" ");
  }

  function hostOf(website) {
    const given = text(website);
    try {
      const whole = given.includes("//") ? given : `//${given}`;
      return given && !/\s/.test(given) ? new URL(whole, location.href).hostname : "";
    } catch {
      return "";
    }
  }

  function account(found) {
    return {
      account_id: text(found.accountId),
      account_name: text(found.accountName),
    };
  }

  // What the record on screen says of its customer.
  const KEYS = {
    ticket: (found) => ({
      requester_email: text(found.email),
      requester_name: text(found.contactName),
      contact_id: text(found.contactId),
      ...account(found),
    }),
    contact: (found) => ({
      requester_email: text(found.email),
      requester_name: fullName(found),
      contact_id: text(found.id),
      ...account(found),
    }),
    account: (found) => ({
      account_id: text(found.id),
      account_name: text(found.accountName) || text(found.name),
      account_domain: hostOf(found.website),
    }),
  };

  async function find() {
    const [record, user] = await Promise.all([kind, "user"].map(get));
    const id = text(record.id);
    seen = id;
    if (!id) return null;
    return {
      type: kind,
      id,
      keys: KEYS[kind](record),
      user: text(user.id),
      locale: text(app.locale),
    };
  }

  // Takes our answer out of what Zoho has wrapped it into: as text or not, once or more often.
  function unwrapped(found, depth) {
    if (typeof found === "string") return unwrapped(JSON.parse(found), depth + 1);
    if (!found || depth > DEEPEST) return null;
    if (found.sheet || found.notice) return found;
    return unwrapped(found.response || found.statusMessage || found.data, depth + 1);
  }

  async function ask(about) {
    const { url, headers } = window.contextSidecarInstall;
    const asked = { url, headers, type: "POST", data: {}, postBody: about };
    return unwrapped(await window.ZOHODESK.request(asked), 0);
  }

  function dress(preferences) {
    const { appearance } = preferences || {};
    const prefers = window.matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = appearance === "auto" ? prefers : /dark/i.test(text(appearance));
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }

  async function look(show) {
    if (document.hidden) return;
    const id = text((await get(kind)).id);
    if (id && id !== seen) show();
  }

  async function start(show) {
    app = await window.ZOHODESK.extension.onload();
    kind = PLACE.exec(app.location)[1];
    dress((app.meta || {}).userPreferences);
    app.instance.on("user_preference.changed", dress);
    app.instance.on("ticket_Shift", show);
    setInterval(() => look(show), LOOK);
    show();
  }

  function resize(height) {
    if (app) window.ZOHODESK.invoke("RESIZE", { height: `${height}px` });
  }

  // Zoho does not say what its own addresses look like: every link opens in a new tab.
  const open = () => false;

  window.contextSidecar.start({ name: "Zoho Desk", start, find, ask, resize, open });
})();

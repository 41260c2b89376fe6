// Speaks with Freshdesk by the client that Freshworks puts into the page: which record is on screen
// and whose it is, our server, the page's height, links.
(function () {
  let client = null;
  let place = "";
  let home = ""; // the origin of this Freshdesk

  // An object of Freshdesk's page; empty where this place has none of that name.
  async function get(name) {
    try {
      return (await client.data.get(name))[name] || {};
    } catch {
      return {};
    }
  }

  function text(value) {
    return ["string", "number"].includes(typeof value) ? String(value).trim() : "";
  }

  function only(list) {
    return Array.isArray(list) && list.length === 1 ? list[0] : "";
  }

  function person(found) {
    return {
      requester_email: text(found.email),
      requester_name: text(found.name),
      requester_external_id: text(found.unique_external_id),
    };
  }

  function company(found) {
    return {
      company_id: text(found.id),
      company_name: text(found.name),
      company_domain: text(only(found.domains)),
    };
  }

  // What each place is about. A ticket that is being written has no id yet.
  const RECORDS = {
    ticket_sidebar: ({ ticket }) => ({ type: "ticket", id: text(ticket.id) }),
    new_ticket_requester_info: () => ({ type: "ticket", id: "new" }),
    ticket_requester_info: ({ contact }) => ({ type: "requester", id: text(contact.id) }),
    contact_sidebar: ({ contact }) => ({ type: "contact", id: text(contact.id) }),
  };

  // Freshdesk calls who has asked `contact` beside a ticket, and `requester` beside a new one.
  async function everybody() {
    const [ticket, contact, requester, its, user, host] = await Promise.all(
      ["ticket", "contact", "requester", "company", "loggedInUser", "currentHost"].map(get)
    );
    home = text((host.endpoint_urls || {}).freshdesk);
    return { ticket, contact: contact.id ? contact : requester, its, user };
  }

  async function find() {
    const there = await everybody();
    const { type, id } = RECORDS[place](there);
    if (!id) return null;
    return {
      type,
      id,
      keys: { ...person(there.contact), ...company(there.its) },
      user: text(there.user.id),
      locale: text((there.user.contact || {}).language),
    };
  }

  async function ask(about) {
    const { response } = await client.request.invokeTemplate("getContext", {
      body: JSON.stringify(about),
    });
    return JSON.parse(response);
  }

  async function start(show, leave) {
    client = await window.app.initialized();
    place = (await client.instance.context()).location;
    client.events.on("app.activated", show);
    client.events.on("app.deactivated", leave);
  }

  function resize(height) {
    if (client) client.instance.resize({ height: `${height}px` });
  }

  // A link to a ticket or contact of the same Freshdesk opens in its place.
  function open(url) {
    const { origin, pathname } = new URL(url);
    const found = /^\/a\/(ticket|contact)s\/(\d+)$/.exec(pathname);
    if (!found || !home || origin !== new URL(home).origin) return false;
    client.interface.trigger("click", { id: found[1], value: found[2] });
    return true;
  }

  window.contextSidecar.start({ name: "Freshdesk", start, find, ask, resize, open });
})();

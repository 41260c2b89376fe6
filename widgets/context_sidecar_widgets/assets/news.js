// What is new on a card. A value that changed, one that is no longer certain, and one that is
// certain again are three kinds of news.

const CERTAIN = ["fresh", "missing", "quiet"];
const SHOWN = [...CERTAIN, "stale"];

/** Returns what the card says at present, so that two moments can be compared. */
export function snapshot(card) {
  const fields = new Map();
  for (const field of card.querySelectorAll("[data-field]")) {
    const { key, field: label, value } = field.dataset;
    fields.set(key, { label, value, state: field.querySelector("[data-face]").dataset.state });
  }
  const alerts = [...card.querySelectorAll(".attention li, .notice:not([data-lost])")];
  return {
    fields,
    alerts: alerts.map((alert) => alert.querySelector("strong, p").textContent),
    askedAt: card.dataset.askedAt,
  };
}

/** Returns what is new: whole sentences on top of the card, and labels of fields by kind of news. */
export function changes(before, after) {
  const news = { updated: [], uncertain: [], confirmed: [] };
  for (const [key, now] of after.fields) {
    const kind = kindOf(before.fields.get(key), now);
    if (kind) news[kind].push(now.label);
  }
  return { ...news, alerts: after.alerts.filter((alert) => !before.alerts.includes(alert)) };
}

function kindOf(then, now) {
  if (now.state !== then?.state && !CERTAIN.includes(now.state) && now.state !== "pending") {
    return "uncertain";
  }
  if (SHOWN.includes(now.state) && !SHOWN.includes(then?.state)) return "updated";
  if (now.state !== "failed" && now.state !== "pending" && now.value !== then?.value) {
    return "updated";
  }
  return CERTAIN.includes(now.state) && then?.state === "stale" ? "confirmed" : "";
}

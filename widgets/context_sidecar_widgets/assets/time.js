// What time alone changes on a card: ages grow, and a value turns stale, then too old to use. The
// words for both came with the card, so nobody has to be asked.

import { apply } from "./apply.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Returns how long `from` is before `now`, as the server says it. */
export function ago(from, now, language, moment) {
  const age = now - from;
  if (age < MINUTE) return moment;
  const [size, unit] =
    age < HOUR ? [MINUTE, "minute"] : age < 2 * DAY ? [HOUR, "hour"] : [DAY, "day"];
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(age / size), unit);
}

/** Brings every age on the card up to `now`. */
export function tick(card, now, moment) {
  for (const time of card.querySelectorAll("time[data-ago]")) {
    const text = ago(Date.parse(time.dateTime), now, card.lang, moment);
    if (time.textContent !== text) time.textContent = text;
  }
}

/** Turns the values whose time has passed at `now`, and returns when the next one turns. */
export function turn(card, now) {
  let next = Infinity;
  for (const part of card.querySelectorAll("[data-turns]")) {
    for (const later of part.querySelectorAll(":scope > template[data-at]")) {
      const at = Date.parse(later.dataset.at);
      if (at > now) next = Math.min(next, at);
      else turnInto(part, later);
    }
  }
  return next;
}

function turnInto(part, later) {
  for (const fresh of later.content.children) {
    const name = "face" in fresh.dataset ? "[data-face]" : "[data-remark]";
    apply(part.querySelector(name), fresh);
  }
  later.remove();
}

// Keeps one card live: asks again when it may have changed, shows what came, and says so when the
// connection is lost or the visit is over.

import { apply, changes, parse, snapshot, withdraw } from "./apply.js";
import { tick, turn } from "./time.js";

const SECOND = 1000;
const ANSWER_WITHIN = 20 * SECOND;
const SOONEST = 2 * SECOND;
const LONGEST_TIMER = 2 ** 31 - 1;
const TICK = 10 * SECOND;
const SLOWEST_WHILE_WAITING = 8 * SECOND;
const SLOWEST_WHILE_LOST = 60 * SECOND;
const PRESS_APART = 10 * SECOND;
const RESULT_STAYS = 10 * SECOND;
const GONE = [400, 401, 403, 404, 410];

/** One card in `root`, kept live until `stop()`. What it tells others are events on `events`. */
export class LiveCard {
  #root;
  #events;
  #visit;
  #etag = "";
  #skew = 0; // the server's clock minus ours
  #timers = {};
  #attempts = 0; // while an answer is on its way
  #failures = 0;
  #heardAt;
  #dueAt = Infinity;
  #asking = false;
  #forceNext = false;
  #pressed = null; // what the card said when it was told to check again
  #pressedAt = -Infinity;
  #listening = new AbortController();

  /**
   * `visit` is {contextUrl, token, expiresAt, renew}: where the card is to be had, what proves that
   * we may have it and until when, and a function that gets a new {token, expires_at}.
   */
  constructor(root, events, visit) {
    this.#root = root;
    this.#events = events;
    this.#visit = visit;
  }

  /** Starts with the card that is in `root` already, if it has been there from the server. */
  start() {
    const { signal } = this.#listening;
    this.#root.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("online", () => this.#failures && this.check(), { signal });
    document.addEventListener("visibilitychange", () => this.#seenAgain(), { signal });
    this.#watchSize();
    this.#heardAt = Date.now();
    if (this.#card.dataset.generatedAt) {
      this.#skew = Date.parse(this.#card.dataset.generatedAt) - Date.now();
      this.#shown();
    } else {
      this.check();
    }
    this.#renewInTime();
  }

  stop() {
    this.#listening.abort();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#visit = null;
  }

  /** Asks for the card; with `force`, the sources are asked too. */
  async check({ force = false } = {}) {
    if (this.#asking) this.#forceNext ||= force;
    if (this.#asking || !this.#visit) return;
    this.#asking = this.#card.toggleAttribute("data-asking", true);
    clearTimeout(this.#timers.check);
    try {
      const response = await this.#ask(force);
      if (this.#visit) await this.#answered(response);
    } catch {
      if (this.#visit) this.#lost();
    } finally {
      this.#asking = this.#card.toggleAttribute("data-asking", false);
    }
    if (!this.#forceNext) return;
    this.#forceNext = false;
    this.check({ force: true });
  }

  get #card() {
    return this.#root.querySelector(".card");
  }

  get #texts() {
    return JSON.parse(this.#card.querySelector("[data-texts]").textContent);
  }

  get #now() {
    return Date.now() + this.#skew;
  }

  async #ask(force) {
    // Left to itself, a browser adds "no-cache" to a conditional request, which would mean force.
    const headers = {
      Accept: "text/html",
      Authorization: `Bearer ${this.#visit.token}`,
      "Cache-Control": force ? "no-cache" : "max-age=0",
    };
    if (this.#etag) headers["If-None-Match"] = this.#etag;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN);
    try {
      const response = await fetch(this.#visit.contextUrl, {
        headers,
        cache: "no-store",
        credentials: "omit",
        signal: patience.signal,
      });
      return { response, html: response.status === 200 ? await response.text() : "" };
    } finally {
      clearTimeout(timer);
    }
  }

  async #answered({ response, html }) {
    if (GONE.includes(response.status)) return this.#over();
    if (response.status !== 200 && response.status !== 304) {
      return this.#lost(Number(response.headers.get("Retry-After")) * SECOND);
    }
    const fresh = parse(html);
    if (response.status === 200 && !fresh?.matches(".card")) return this.#lost();
    this.#heard(Date.parse(response.headers.get("Date")));
    if (fresh) {
      this.#etag = response.headers.get("ETag") ?? "";
      const before = snapshot(this.#card);
      apply(this.#card, fresh);
      this.#announce(before);
    }
    this.#shown();
  }

  #heard(serverTime) {
    const skew = serverTime - Date.now();
    if (Math.abs(skew - this.#skew) > 2 * SECOND) this.#skew = skew;
    this.#heardAt = Date.now();
    if (this.#failures > 1) this.#say(this.#texts.back);
    this.#failures = 0;
    this.#card.querySelector("[data-lost]").hidden = true;
  }

  // After each answer: the ages, the button, and when to ask next.
  #shown() {
    const card = this.#card;
    const button = card.querySelector("[data-check]");
    if (button) button.hidden = false;
    this.#tick();
    if ("complete" in card.dataset) {
      this.#attempts = 0;
      if (!this.#forceNext) this.#pressDone();
      const at = Date.parse(card.dataset.checkAgainAt);
      this.#askIn(Number.isNaN(at) ? Infinity : Math.max(at - this.#now, SOONEST));
    } else {
      this.#askIn(Math.min(500 * 2 ** this.#attempts++, SLOWEST_WHILE_WAITING));
    }
  }

  #askIn(delay) {
    clearTimeout(this.#timers.check);
    this.#dueAt = Date.now() + delay;
    if (document.hidden || delay === Infinity) return;
    this.#timers.check = setTimeout(() => this.check(), Math.min(delay, LONGEST_TIMER));
  }

  #seenAgain() {
    if (document.hidden || !this.#visit) return;
    this.#tick();
    this.#askIn(Math.max(this.#dueAt - Date.now(), 0));
  }

  #tick() {
    clearTimeout(this.#timers.tick);
    const next = turn(this.#card, this.#now);
    tick(this.#card, this.#now, this.#texts.moment);
    const delay = Math.min(TICK, next - this.#now);
    this.#timers.tick = setTimeout(() => this.#tick(), delay);
  }

  #announce(before) {
    const changed = changes(before, snapshot(this.#card));
    if (before.size && changed.length && !this.#pressed) this.#say(this.#updated(changed), { quiet: true });
  }

  #updated(labels) {
    const names = new Intl.ListFormat(this.#card.lang).format(labels);
    return this.#texts.updated.replace("{fields}", () => names);
  }

  #say(text, { quiet = false } = {}) {
    const status = this.#card.querySelector("[data-status]");
    status.classList.toggle("unseen", quiet);
    status.textContent = text;
    clearTimeout(this.#timers.status);
    if (this.#pressed) return;
    this.#timers.status = setTimeout(() => (status.textContent = ""), RESULT_STAYS);
  }

  #clicked(event) {
    const link = event.target.closest("a[href]");
    if (link && !this.#tell("open-link", { url: link.href })) event.preventDefault();
    if (event.target.closest("[data-check]")) this.#press();
  }

  #press() {
    if (this.#pressed) return;
    if (Date.now() - this.#pressedAt < PRESS_APART) return this.#say(this.#texts.recent);
    this.#pressedAt = Date.now();
    this.#pressed = snapshot(this.#card);
    this.#card.querySelector("[data-check]").setAttribute("aria-disabled", "true");
    this.#say(this.#texts.checking);
    this.check({ force: true });
  }

  #pressDone(result) {
    if (!this.#pressed) return;
    const changed = changes(this.#pressed, snapshot(this.#card));
    this.#pressed = null;
    this.#card.querySelector("[data-check]").removeAttribute("aria-disabled");
    this.#say(result ?? (changed.length ? this.#updated(changed) : this.#texts.same));
  }

  #lost(retryAfter = 0) {
    this.#failures += 1;
    const plain = this.#failures > 1 || this.#pressed || !navigator.onLine;
    this.#pressDone("");
    if (plain) this.#sayLost();
    const delay = Math.min(SECOND * 2 ** this.#failures, SLOWEST_WHILE_LOST);
    this.#askIn(Math.max(delay, retryAfter || 0));
  }

  #sayLost() {
    const time = new Intl.DateTimeFormat(this.#card.lang, {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: this.#card.dataset.zone,
    });
    this.#put(this.#texts.lost.replace("{time}", () => time.format(this.#heardAt)));
  }

  #put(text) {
    const notice = this.#card.querySelector("[data-lost]");
    const place = notice.querySelector("p");
    notice.hidden = false;
    if (place.textContent === text) return;
    place.textContent = text;
    this.#say(text, { quiet: true });
  }

  // Whoever may no longer ask may no longer see what was answered before.
  #over() {
    this.#put(this.#texts.over);
    withdraw(this.#card);
    this.stop();
  }

  #renewInTime() {
    if (!this.#visit.expiresAt) return;
    const left = Date.parse(this.#visit.expiresAt) - this.#now;
    this.#timers.renew = setTimeout(() => this.#renew(), Math.max(left * 0.75, SECOND));
  }

  async #renew() {
    const visit = this.#visit;
    try {
      const { token, expires_at } = await visit.renew(visit.token);
      Object.assign(visit, { token, expiresAt: expires_at });
      if (this.#visit) this.#renewInTime();
    } catch (refusal) {
      if (!this.#visit) return;
      // The present token may still be good for a while; when it is not, the next answer says so.
      if (GONE.includes(refusal.status)) return;
      this.#timers.renew = setTimeout(() => this.#renew(), 5 * SECOND);
    }
  }

  #watchSize() {
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(this.#card.getBoundingClientRect().height);
      if (height) this.#tell("resize", { height });
    });
    observer.observe(this.#card);
    this.#listening.signal.addEventListener("abort", () => observer.disconnect());
  }

  #tell(name, detail) {
    return this.#events.dispatchEvent(
      new CustomEvent(`context-sidecar:${name}`, {
        detail,
        bubbles: true,
        composed: true,
        cancelable: true,
      }),
    );
  }
}

/** Posts JSON with the visit's token and returns the JSON that comes back; throws the response if
 * it is a refusal. */
export async function post(url, token, body = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
  });
  if (!response.ok) throw response;
  return response.json();
}

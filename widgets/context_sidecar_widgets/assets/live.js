// Keeps one card live: asks again when it may have changed, shows what came, and says so when the
// connection is lost or the visit is over.

import { Acts } from "./acts.js";
import { apply, parse, withdraw } from "./apply.js";
import { changes, snapshot } from "./news.js";
import { Press } from "./press.js";
import { tick, turn } from "./time.js";
import { REFUSALS, Visit } from "./visit.js";
import { Voice } from "./voice.js";

const SECOND = 1000;
const SOONEST = 2 * SECOND;
const LONGEST_TIMER = 2 ** 31 - 1;
const TICK = 10 * SECOND;
const FIRST_WAIT = 500; // while an answer is on its way
const LONGEST_WAIT = 8 * SECOND;
const LONGEST_PAUSE = 60 * SECOND;
const TOLERATED_SKEW = 2 * SECOND;

/** One card in `root`, kept live until `stop()`. What it tells others are events on `events`. */
export class LiveCard {
  #root;
  #events;
  #visit;
  #voice = new Voice(() => this.#card);
  #press = new Press(() => this.#card, this.#voice);
  #listening = new AbortController();
  #timers = {};
  #etag = "";
  #skew = 0; // the server's clock minus ours
  #heardAt = Date.now();
  #dueAt = Infinity;
  #attempts = 0; // since an answer is on its way
  #failures = 0; // in a row
  #overdue = 0; // answers in a row that did not say when to ask next
  #asking = false;
  #forceNext = false;

  /** `visit` is what a `Visit` is made of. */
  constructor(root, events, visit) {
    this.#root = root;
    this.#events = events;
    this.#visit = new Visit(visit);
  }

  /** Starts with the card that is in `root` already, if it has come from the server. */
  start() {
    const { signal } = this.#listening;
    this.#root.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("online", () => this.#failures && this.check(), { signal });
    document.addEventListener("visibilitychange", () => this.#seenAgain(), { signal });
    new Acts(this.#root, this.#visit, this.#voice, () => this.check()).start(signal);
    this.#watchSize();
    const { generatedAt } = this.#card.dataset;
    if (generatedAt) {
      this.#skew = Date.parse(generatedAt) - Date.now();
      this.#shown();
    } else {
      this.check();
    }
    this.#visit.renewInTime(() => this.#now);
  }

  stop() {
    this.#listening.abort();
    this.#visit.end();
    this.#voice.stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  /** Asks for the card; with `force`, the sources are asked too. */
  async check({ force = false } = {}) {
    if (this.#asking) this.#forceNext ||= force;
    if (this.#asking || this.#stopped) return;
    this.#asking = this.#card.toggleAttribute("data-asking", true);
    clearTimeout(this.#timers.check);
    try {
      const answer = await this.#visit.ask(this.#etag, force);
      if (!this.#stopped) this.#answered(answer);
    } catch {
      if (!this.#stopped) this.#lost();
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

  get #now() {
    return Date.now() + this.#skew;
  }

  get #stopped() {
    return this.#listening.signal.aborted;
  }

  #answered({ response, html }) {
    const { status, headers } = response;
    if (REFUSALS.includes(status)) return this.#over();
    const fresh = parse(html);
    if (status !== 304 && !fresh?.matches(".card")) {
      return this.#lost(Number(headers.get("Retry-After")) * SECOND);
    }
    this.#heard(Date.parse(headers.get("Date")));
    if (fresh) {
      this.#etag = headers.get("ETag") ?? "";
      const before = snapshot(this.#card);
      this.#voice.hush();
      apply(this.#card, fresh);
      this.#announce(before);
    }
    this.#shown();
  }

  #heard(serverTime) {
    const skew = serverTime - Date.now();
    if (Math.abs(skew - this.#skew) > TOLERATED_SKEW) this.#skew = skew;
    this.#heardAt = Date.now();
    this.#failures = 0;
    this.#voice.found();
  }

  // After each answer: the ages, the button, and when to ask next.
  #shown() {
    const { dataset } = this.#card;
    for (const part of this.#card.querySelectorAll("[data-live]")) part.hidden = false;
    this.#tick();
    if ("complete" in dataset) {
      this.#attempts = 0;
      if (!this.#forceNext) this.#press.end();
      this.#askWhenDue(Date.parse(dataset.checkAgainAt) - this.#now);
    } else {
      this.#askIn(Math.min(FIRST_WAIT * 2 ** this.#attempts++, LONGEST_WAIT));
    }
  }

  // A card whose time has passed, but that has nothing new to say, is left more and more in peace.
  // One whose time is far asks all the same, because what others do (deliver another file, mend a
  // source, say that a value is wrong) has no time that could be known before.
  #askWhenDue(delay) {
    this.#overdue = delay <= 0 ? this.#overdue + 1 : 0;
    const pause = Math.min(SOONEST * 2 ** this.#overdue, LONGEST_PAUSE);
    this.#askIn(Math.max(Math.min(delay || LONGEST_PAUSE, LONGEST_PAUSE), pause));
  }

  #askIn(delay) {
    clearTimeout(this.#timers.check);
    this.#dueAt = Date.now() + delay;
    if (document.hidden || delay === Infinity) return;
    this.#timers.check = setTimeout(() => this.check(), Math.min(delay, LONGEST_TIMER));
  }

  #seenAgain() {
    if (document.hidden) return;
    this.#tick();
    this.#askIn(Math.max(this.#dueAt - Date.now(), 0));
  }

  #tick() {
    clearTimeout(this.#timers.tick);
    const before = snapshot(this.#card);
    const next = turn(this.#card, this.#now);
    this.#announce(before);
    tick(this.#card, this.#now, this.#voice.texts.moment);
    this.#timers.tick = setTimeout(() => this.#tick(), Math.min(TICK, next - this.#now));
  }

  #announce(before) {
    if (before.fields.size && !this.#press.underWay) {
      this.#voice.announce(changes(before, snapshot(this.#card)));
    }
  }

  #clicked(event) {
    const link = event.target.closest("a[href]");
    if (link && !this.#tell("open-link", { url: link.href })) event.preventDefault();
    if (event.target.closest("[data-check]") && this.#press.begin()) this.check({ force: true });
  }

  #lost(retryAfter = 0) {
    this.#failures += 1;
    const plain = this.#failures > 1 || this.#press.underWay || !navigator.onLine;
    this.#press.end(true);
    if (plain) this.#voice.lost(this.#heardAt + this.#skew);
    const delay = Math.min(SECOND * 2 ** this.#failures, LONGEST_PAUSE);
    this.#askIn(Math.max(delay, retryAfter || 0));
  }

  // Whoever may no longer ask may no longer see what was answered before.
  #over() {
    withdraw(this.#card);
    this.stop();
    this.#voice.over();
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
    const settings = { detail, bubbles: true, composed: true, cancelable: true };
    return this.#events.dispatchEvent(new CustomEvent(`context-sidecar:${name}`, settings));
  }
}

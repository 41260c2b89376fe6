// "Check again": asks the sources when it is pressed, and says truthfully what came of it.

import { changes, snapshot } from "./news.js";

const PRESSES_APART = 10_000;

export class Press {
  #card;
  #voice;
  #before = null; // what the card said when it was pressed
  #at = -Infinity;

  /** `card` gives the card as it is at present. */
  constructor(card, voice) {
    this.#card = card;
    this.#voice = voice;
  }

  get underWay() {
    return this.#before !== null;
  }

  /** Takes a press, and returns whether the sources are to be asked for it. */
  begin() {
    if (this.underWay) return false;
    if (Date.now() - this.#at < PRESSES_APART) {
      this.#voice.say(this.#voice.unread() || this.#voice.texts.recent);
      return false;
    }
    this.#at = Date.now();
    this.#before = snapshot(this.#card());
    this.#button.setAttribute("aria-disabled", "true");
    this.#voice.say(this.#voice.texts.checking, { stays: true });
    return true;
  }

  /** Says what came of it, if something was pressed; where that could not be had, others say so. */
  end(failed = false) {
    if (!this.underWay) return;
    const before = this.#before;
    const after = snapshot(this.#card());
    this.#before = null;
    this.#button.removeAttribute("aria-disabled");
    if (failed) return this.#voice.say("");
    // Who has been asked a moment ago, by somebody else, is not asked again.
    const idle = after.askedAt && after.askedAt === before.askedAt;
    const { recent, same } = this.#voice.texts;
    this.#voice.result(changes(before, after), idle ? recent : same);
  }

  get #button() {
    return this.#card().querySelector("[data-check]");
  }
}

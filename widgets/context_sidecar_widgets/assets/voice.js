// What the script itself says on a card. The words came with the card, so that they are in its
// language and from one place.

const RESULT_STAYS = 10_000;

export class Voice {
  #card;
  #timer;

  /** `card` gives the card as it is at present. */
  constructor(card) {
    this.#card = card;
  }

  get texts() {
    return JSON.parse(this.#card().querySelector("[data-texts]").textContent);
  }

  /** Says `text` once, to everybody or (`quiet`) to those who listen; it `stays` or fades. */
  say(text, { quiet = false, stays = false } = {}) {
    const status = this.#card().querySelector("[data-status]");
    status.classList.toggle("unseen", quiet);
    status.textContent = text;
    clearTimeout(this.#timer);
    if (!stays) this.#timer = setTimeout(() => (status.textContent = ""), RESULT_STAYS);
  }

  /** Says which fields changed. */
  updated(labels, manner) {
    const names = new Intl.ListFormat(this.#card().lang).format(labels);
    this.say(this.texts.updated.replace("{fields}", () => names), manner);
  }

  /** Says on top of the card that the connection is lost since `time`. */
  lost(time) {
    const { lang, dataset } = this.#card();
    const clock = { hour: "2-digit", minute: "2-digit", timeZone: dataset.zone };
    const since = new Intl.DateTimeFormat(lang, clock).format(time);
    this.#notice(this.texts.lost.replace("{time}", () => since));
  }

  /** Says on top of the card that the visit is over. */
  over() {
    this.#notice(this.texts.over);
  }

  /** Takes back that the connection is lost. */
  found() {
    const notice = this.#card().querySelector("[data-lost]");
    if (!notice.hidden) this.say(this.texts.back);
    notice.hidden = true;
  }

  stop() {
    clearTimeout(this.#timer);
  }

  #notice(text) {
    const notice = this.#card().querySelector("[data-lost]");
    const place = notice.querySelector("p");
    if (!notice.hidden && place.textContent === text) return;
    notice.hidden = false;
    place.textContent = text;
    this.say(text, { quiet: true });
  }
}

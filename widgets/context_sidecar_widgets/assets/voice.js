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

  /** Says `text` once, to everybody or (`quiet`) to those who listen; it `stays` or fades. Who
   * listens hears `first` before it, which others see elsewhere. */
  say(text, { first = "", quiet = false, stays = false } = {}) {
    const status = this.#card().querySelector("[data-status]");
    status.classList.toggle("unseen", quiet);
    status.textContent = text;
    if (first) {
      const heard = Object.assign(document.createElement("span"), { className: "unseen" });
      heard.textContent = `${first} `;
      status.prepend(heard);
    }
    clearTimeout(this.#timer);
    if (!stays) this.#timer = setTimeout(() => (status.textContent = ""), RESULT_STAYS);
  }

  /** Tells those who listen what is new, in one message. */
  announce({ alerts, updated, uncertain }) {
    const news = [...alerts, this.#of("updated", updated), this.#of("uncertain", uncertain)];
    const text = news.filter(Boolean).join(" ");
    if (text) this.say(text, { quiet: true });
  }

  /** Takes back what only those who listen were told: it may no longer be so. */
  hush() {
    const status = this.#card().querySelector("[data-status]");
    if (status.classList.contains("unseen")) status.textContent = "";
  }

  /** Says what came of checking again: what is new, who could not be read, or `nothing`. */
  result({ alerts, updated, uncertain, confirmed }, nothing) {
    const unread = this.unread();
    const doubts = this.#of("uncertain", uncertain);
    const seen = [this.#of("updated", updated), this.#of("confirmed", confirmed), unread || doubts];
    const first = [...alerts, unread && doubts].filter(Boolean).join(" ");
    this.say(seen.filter(Boolean).join(" · ") || nothing, { first });
  }

  /** Returns who could not be read when last asked, as a sentence; nothing if all could. */
  unread() {
    return this.#of("unread", JSON.parse(this.#card().dataset.unread || "[]"));
  }

  #of(kind, names) {
    const listed = new Intl.ListFormat(this.#card().lang).format(names);
    return names.length ? this.texts[kind].replace(/{\w+}/, () => listed) : "";
  }

  /** Says on top of the card that the connection is lost since `time`. */
  lost(time) {
    const { lang, dataset } = this.#card();
    const clock = { hour: "2-digit", minute: "2-digit", timeZone: dataset.zone };
    const since = new Intl.DateTimeFormat(lang, clock).format(time);
    this.#notice(this.texts.lost.replace("{time}", () => since), "lost");
  }

  /** Says on top of the card that the visit is over. */
  over() {
    this.#notice(this.texts.over, "over");
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

  #notice(text, kind) {
    const notice = this.#card().querySelector("[data-lost]");
    const place = notice.querySelector("p");
    if (!notice.hidden && place.textContent === text) return;
    notice.hidden = false;
    notice.dataset.lost = kind;
    place.textContent = text;
    this.say(text, { quiet: true });
  }
}

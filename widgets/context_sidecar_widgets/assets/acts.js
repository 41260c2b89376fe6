// What the reader does with a card beyond reading it: takes it along as text, says that a value is
// wrong, looks at one that is too old to be shown.

import { copy } from "./copy.js";

export class Acts {
  #root;
  #visit;
  #voice;
  #changed;
  #busy = false;

  /** `changed` is called when the server has something new to say about the card. */
  constructor(root, visit, voice, changed) {
    this.#root = root;
    this.#visit = visit;
    this.#voice = voice;
    this.#changed = changed;
  }

  /** Listens until `signal` ends it. */
  start(signal) {
    this.#root.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.#root.addEventListener("submit", (event) => this.#submitted(event), { signal });
  }

  #clicked(target) {
    if (target.closest("[data-copy]")) this.#once(() => this.#copy());
    const anyway = target.closest(".anyway > summary")?.parentElement;
    if (anyway && !anyway.open) this.#reveal(anyway.closest("[data-field]").dataset.key);
  }

  #submitted(event) {
    event.preventDefault();
    this.#once(() => this.#dispute(event.target));
  }

  // One act at a time: an impatient second click does nothing.
  async #once(act) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await act();
    } catch {
      this.#voice.say(this.#voice.texts.not_done);
    } finally {
      this.#busy = false;
    }
  }

  async #copy() {
    const { text } = await this.#act("summary");
    const done = await copy(text, this.#root);
    const field = this.#root.querySelector("[data-copied]");
    field.value = text;
    field.hidden = done;
    if (!done) field.select();
    this.#voice.say(done ? this.#voice.texts.copied : this.#voice.texts.by_hand);
  }

  async #dispute(form) {
    const field = form.dataset.dispute;
    const { said } = await this.#act("dispute", { field, note: form.elements.note.value });
    form.reset();
    form.closest("details").open = false;
    this.#changed();
    this.#voice.say(said, { stays: true });
  }

  // The log misses one if this fails; the reader misses nothing.
  #reveal(field) {
    this.#act("reveal", { field }).catch(() => {});
  }

  #act(name, body) {
    return this.#visit.act(name, { locale: this.#root.querySelector(".card").lang, ...body });
  }
}

// <context-card record="iframe/ticket/4711"> shows a card in any page of one's own:
//
//   <script type="module" src="https://context.example.com/widgets/context-card.js"></script>
//   <context-card record="iframe/ticket/4711" token-url="/context-token">Not loaded yet.</context-card>
//
// Attributes
//   record     host/type/id of the record on screen
//   card       which card, where the place has several
//   token      proves that the visitor may see the card
//   expires-at until when the token does (RFC 3339); it is renewed before then
//   token-url  instead of a token: an address of the page's own server that is posted {"record"}
//              and gives {"token", "expires_at"}, at first and before the token expires
//   server     where Context Sidecar is, if not where this file comes from
//   theme      light or dark; otherwise what the system prefers
//
// Without `token` and `token-url` the element asks the page: it dispatches
// `context-sidecar:token-needed` with {record}, and the page sets `token`. It dispatches
// `context-sidecar:open-link` with {url} before a link opens; cancel it to open the link otherwise.
// To an element that is sent `context-sidecar:refresh` the sources are asked again.
// What stands inside the element is shown until the card is there.

import { parse } from "./apply.js";
import { LiveCard } from "./live.js";
import { REFUSALS, post } from "./visit.js";
import { Voice } from "./voice.js";

const HERE = import.meta.url;
const SERVER = new URL("../..", HERE); // this file lies in /widgets/<fingerprint>/ of it
const SECOND = 1000;
const LONGEST_PAUSE = 60 * SECOND;

// Before the first card there are no words from the server. A test holds these to its catalogs.
const LOST = {
  en: "No connection since {time}. Trying again.",
  de: "Keine Verbindung seit {time} Uhr. Neuer Versuch läuft.",
  es: "Sin conexión desde las {time}. Reintentando.",
  fr: "Pas de connexion depuis {time}. Nouvel essai en cours.",
  ja: "{time}から接続できません。再試行しています。",
};
const OVER = {
  en: "This visit is over. Reload the page to see the card again.",
  de: "Diese Sitzung ist abgelaufen. Laden Sie die Seite neu, um die Karte wieder zu sehen.",
  es: "Esta sesión ha terminado. Vuelva a cargar la página para ver la tarjeta de nuevo.",
  fr: "Cette session a expiré. Rechargez la page pour revoir la carte.",
  ja: "このセッションは終了しました。カードをもう一度表示するには、ページを再読み込みしてください。",
};

const EMPTY = `<section class="card" data-key="card">
<div class="notice" data-key="lost" data-lost data-keep hidden><p></p></div><slot></slot>
<footer><p class="status" role="status" data-key="status" data-status data-keep></p></footer>
<script type="application/json" data-texts></script></section>`;

let style; // one for all cards of the page

async function load() {
  try {
    const response = await fetch(new URL("card.css", HERE), { credentials: "omit" });
    if (!response.ok) throw new Error(`card.css: ${response.status}`);
    return await new CSSStyleSheet().replace(await response.text());
  } catch (error) {
    style = undefined;
    throw error;
  }
}

class ContextCard extends HTMLElement {
  static observedAttributes = ["record", "card", "token", "token-url", "server"];

  #live;
  #latest;
  #again;
  #failures = 0; // in a row, before there is a card
  #failingSince;

  constructor() {
    super();
    const check = () => this.#live?.check({ force: true });
    this.addEventListener("context-sidecar:refresh", check);
  }

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" });
    this.#begin();
  }

  disconnectedCallback() {
    this.#end();
  }

  attributeChangedCallback(name, before, after) {
    if (this.shadowRoot && this.isConnected && before !== after) this.#begin();
  }

  async #begin() {
    this.#end();
    this.#failures = 0;
    this.shadowRoot.replaceChildren(this.#empty());
    await this.#enter();
  }

  async #enter() {
    const attempt = (this.#latest = Symbol("attempt"));
    try {
      const [visit] = await Promise.all([this.#visit(), this.#dress()]);
      if (attempt !== this.#latest || !visit) return;
      this.#live = new LiveCard(this.shadowRoot, this, visit);
      this.#live.start();
    } catch (refusal) {
      if (attempt === this.#latest) this.#refused(refusal);
    }
  }

  async #dress() {
    this.shadowRoot.adoptedStyleSheets = [await (style ??= load())];
  }

  #refused({ status }) {
    const voice = new Voice(() => this.shadowRoot.querySelector(".card"));
    if (REFUSALS.includes(status)) return voice.over();
    this.#failures += 1;
    if (this.#failures === 1) this.#failingSince = Date.now();
    else voice.lost(this.#failingSince);
    const pause = Math.min(SECOND * 2 ** this.#failures, LONGEST_PAUSE);
    this.#again = setTimeout(() => this.#enter(), pause);
  }

  #end() {
    clearTimeout(this.#again);
    this.#live?.stop();
    this.#live = this.#latest = undefined;
  }

  #empty() {
    const card = parse(EMPTY);
    card.lang = this.closest("[lang]")?.lang || navigator.language;
    const [language] = card.lang.split("-");
    const words = { lost: LOST[language] ?? LOST.en, over: OVER[language] ?? OVER.en };
    card.querySelector("[data-texts]").textContent = JSON.stringify(words);
    return card;
  }

  // What a live card needs, or nothing while the page has yet to say who may see which record.
  async #visit() {
    const record = this.getAttribute("record");
    if (!record) return null;
    const granted = await this.#token(record);
    if (!granted) return null;
    return {
      contextUrl: this.#url(record),
      visitsUrl: this.#at("v1/visits").href,
      token: granted.token,
      expiresAt: granted.expires_at,
      renew: (token) =>
        this.hasAttribute("token-url")
          ? this.#token(record)
          : post(this.#at("v1/visits/renew"), token),
    };
  }

  #url(record) {
    const url = this.#at(`v1/context/${record.split("/").map(encodeURIComponent).join("/")}`);
    if (this.hasAttribute("card")) url.searchParams.set("card", this.getAttribute("card"));
    return url;
  }

  #at(path) {
    const server = this.getAttribute("server");
    return new URL(path, server ? `${server.replace(/\/$/, "")}/` : SERVER);
  }

  async #token(record) {
    if (this.hasAttribute("token-url")) {
      const response = await fetch(this.getAttribute("token-url"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ record }),
      });
      if (!response.ok) throw response;
      return response.json();
    }
    if (this.hasAttribute("token")) {
      return { token: this.getAttribute("token"), expires_at: this.getAttribute("expires-at") };
    }
    this.dispatchEvent(
      new CustomEvent("context-sidecar:token-needed", { detail: { record }, bubbles: true }),
    );
    return null;
  }
}

customElements.define("context-card", ContextCard);

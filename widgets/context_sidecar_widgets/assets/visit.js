// A visit: where its card is to be had, and the token that proves it, renewed before it expires.

const SECOND = 1000;
const ANSWER_WITHIN = 20 * SECOND;
const RENEW_AFTER = 0.75; // of the time that is left
const TRY_AGAIN = 5 * SECOND;

/** Statuses that asking again will not change. */
export const REFUSALS = [400, 401, 403, 404, 410];

export class Visit {
  #url;
  #visitsUrl;
  #token;
  #renew;
  #timer;

  /**
   * `visitsUrl` is where visits are renewed and acts are noted. `renew` gets a new {token, expires_at} for the present token. Without `expiresAt` the token is
   * used for as long as it is taken.
   */
  constructor({ contextUrl, visitsUrl, token, expiresAt, renew }) {
    this.#url = contextUrl;
    this.#visitsUrl = visitsUrl;
    this.#token = token;
    this.#renew = renew;
    this.expiresAt = expiresAt;
  }

  /** Asks for the card: the response, and its text where there is a new one. With `force` the
   * sources are asked too. */
  async ask(etag, force) {
    // Left to itself, a browser adds "no-cache" to a conditional request, which would mean force.
    const headers = {
      Accept: "text/html",
      Authorization: `Bearer ${this.#token}`,
      "Cache-Control": force ? "no-cache" : "max-age=0",
    };
    if (etag) headers["If-None-Match"] = etag;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_WITHIN);
    try {
      const { signal } = patience;
      const settings = { headers, signal, cache: "no-store", credentials: "omit" };
      const response = await fetch(this.#url, settings);
      return { response, html: response.status === 200 ? await response.text() : "" };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells the server what the reader does with the card: `name` says what, `body` the rest. */
  act(name, body) {
    const card = new URL(this.#url, document.baseURI).searchParams.get("card") ?? "";
    const patience = AbortSignal.timeout(ANSWER_WITHIN);
    return post(`${this.#visitsUrl}/${name}`, this.#token, { card, ...body }, patience);
  }

  /** Renews the token from now on; `now` gives the server's time. */
  renewInTime(now) {
    if (!this.expiresAt) return;
    const left = Date.parse(this.expiresAt) - now();
    this.#timer = setTimeout(() => this.#renewNow(now), Math.max(left * RENEW_AFTER, SECOND));
  }

  end() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #renewNow(now) {
    const timer = this.#timer;
    try {
      const { token, expires_at: expiresAt } = await this.#renew(this.#token);
      this.#token = token;
      this.expiresAt = expiresAt;
      if (this.#timer === timer) this.renewInTime(now);
    } catch (refusal) {
      // The present token may still be good for a while; when it is not, the next answer says so.
      if (REFUSALS.includes(refusal.status) || this.#timer !== timer) return;
      this.#timer = setTimeout(() => this.#renewNow(now), TRY_AGAIN);
    }
  }
}

/** Posts JSON with the visit's token and returns the JSON that comes back; throws the response if
 * it is a refusal. */
export async function post(url, token, body = {}, signal = undefined) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    signal,
  });
  if (!response.ok) throw response;
  return response.json();
}

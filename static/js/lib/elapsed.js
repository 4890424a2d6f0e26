/*
 * Owns <cb-elapsed>: the time since a moment of the server's clock, counting by itself. The page's own wall clock is never
 * read: the server's time at `welcome` plus what the monotonic clock has counted since.
 */

import { setText } from "./dom.js";
import { clockText, coarseText } from "./format.js";

/** @type {import("../types.js").Clock} */
let clock = { server_ms: Date.now(), mono_ms: performance.now() };

/** @param {import("../types.js").Clock} next */
export function setClock(next) {
  clock = next;
}

/** The server's time now, as milliseconds since the epoch. */
export function serverNow() {
  return clock.server_ms + (performance.now() - clock.mono_ms);
}

/** @type {Set<Elapsed>} */
const ticking = new Set();
/** @type {number|undefined} */
let timer;

function tick() {
  for (const el of ticking) el.show();
}

export class Elapsed extends HTMLElement {
  #since_ms = NaN;
  #coarse = false;

  connectedCallback() {
    ticking.add(this);
    timer ??= setInterval(tick, 1000);
    this.show();
  }

  disconnectedCallback() {
    ticking.delete(this);
    if (ticking.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  /**
   * @param {number} since_ms server time; NaN shows nothing
   * @param {"clock"|"coarse"} style
   */
  count(since_ms, style) {
    if (this.#since_ms === since_ms) return;
    this.#since_ms = since_ms;
    this.#coarse = style === "coarse";
    this.show();
  }

  show() {
    const ms = serverNow() - this.#since_ms;
    const text = Number.isNaN(ms) ? "" : this.#coarse ? coarseText(ms) : clockText(ms);
    setText(this, text);
  }
}

customElements.define("cb-elapsed", Elapsed);

/**
 * @param {string|number|null|undefined} since an ISO time or server milliseconds
 * @param {"clock"|"coarse"} style
 */
export function elapsed(since, style) {
  const el = /** @type {Elapsed} */ (document.createElement("cb-elapsed"));
  el.count(toMs(since), style);
  return el;
}

/** @param {string|number|null|undefined} since */
export function toMs(since) {
  return typeof since === "number" ? since : since ? Date.parse(since) : NaN;
}

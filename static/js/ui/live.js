/* Owns the line that says that a page's data stands still: since when, and a button to try again. It stands in the last row of the frame and moves nothing above it. */

import { h, setShown, setText } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { clockTime } from "../lib/format.js";

const SHOW_AFTER_MS = 1_000;

/** @param {() => void} onRetry */
export function createLive(onRetry) {
  const words = h("span", {});
  const box = h("div", { class: "banner-box", hidden: true }, words, h("button", { type: "button", class: "button small", text: ui.try_again, onclick: onRetry }));
  const el = h("div", { class: "banner", role: "status" }, box);
  /** @type {number|undefined} */
  let timer;
  let as_of = NaN;

  function show() {
    setText(words, Number.isNaN(as_of) ? ui.not_connected : ui.stale(clockTime(as_of)));
    setShown(box, true);
  }

  return {
    el,
    /** @param {{phase: string}} connection @param {number} as_of_ms when the last data came, in server time; NaN for never */
    update({ phase }, as_of_ms) {
      as_of = as_of_ms;
      if (phase !== "open" && phase !== "stopped") return void (timer ??= setTimeout(show, SHOW_AFTER_MS));
      clearTimeout(timer);
      timer = undefined;
      setShown(box, false);
    },
  };
}

/*
 * Owns the line that says that the connection is down: in the last row of a page's frame, or over the page, so that nothing above it
 * moves. A loss shows after SHOW_AFTER_MS, so that a blink of the network does not flash at anybody.
 */

import { h, setShown, setText } from "./dom.js";
import { t } from "../strings.en.js";

const SHOW_AFTER_MS = 1_000;
const SAY_FOR_MS = 4_000;

/**
 * @param {() => void} onRetry
 * @param {string} text
 * @param {string|(() => string)} [back] what is said for a while when a loss that was shown is over
 */
export function createBanner(onRetry, text, back = "") {
  const words = h("span", {});
  const retry = h("button", { type: "button", class: "button small", text: t.try_now, onclick: onRetry });
  const box = h("div", { class: "banner-box", hidden: true }, words, retry);
  const el = h("div", { class: "banner", role: "status", "aria-live": "polite" }, box);
  /** @type {number|undefined} */
  let timer;
  /** @type {number|undefined} */
  let saying;

  function show() {
    clearTimeout(saying);
    saying = undefined;
    setText(words, text);
    setShown(retry, true);
    setShown(box, true);
  }

  /** @param {string} news */
  function say(news) {
    setText(words, news);
    setShown(retry, false);
    setShown(box, true);
    saying = setTimeout(() => {
      saying = undefined;
      setShown(box, false);
    }, SAY_FOR_MS);
  }

  return {
    el,
    say,
    /** @param {import("../types.js").Connection} connection */
    update({ phase }) {
      if (phase === "open" || phase === "stopped") {
        clearTimeout(timer);
        timer = undefined;
        if (saying !== undefined && phase === "open") return;
        if (phase === "open" && back && !box.hidden) say(typeof back === "string" ? back : back());
        else setShown(box, false);
      } else {
        timer ??= setTimeout(show, SHOW_AFTER_MS);
      }
    },
  };
}

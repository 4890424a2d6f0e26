/*
 * Owns the line that says that the connection is down. It lies over the page and pushes nothing. A loss shows after SHOW_AFTER_MS,
 * so that a blink of the network does not flash at anybody.
 */

import { h, setShown, setText } from "./dom.js";
import { t } from "../strings.en.js";

const SHOW_AFTER_MS = 1_000;

/**
 * @param {() => void} onRetry
 * @param {string} text
 */
export function createBanner(onRetry, text) {
  const words = h("span", {});
  const box = h("div", { class: "banner-box", hidden: true }, words, h("button", { type: "button", class: "button small", text: t.try_now, onclick: onRetry }));
  const el = h("div", { class: "banner", role: "status", "aria-live": "polite" }, box);
  /** @type {number|undefined} */
  let timer;

  function show() {
    setText(words, text);
    setShown(box, true);
  }

  return {
    el,
    /** @param {import("../types.js").Connection} connection */
    update({ phase }) {
      if (phase === "open" || phase === "stopped") {
        clearTimeout(timer);
        timer = undefined;
        setShown(box, false);
      } else {
        timer ??= setTimeout(show, SHOW_AFTER_MS);
      }
    },
  };
}

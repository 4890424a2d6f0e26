/* Owns the small parts that the board's views share: a figure with its name, and the key of the charts. */

import { h, setText } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";

/** A figure with its name over it and a word under it. @param {string} label */
export function tile(label) {
  const value = h("dd", { class: "tile-value" });
  const sub = h("dd", { class: "tile-sub" });
  const el = h("dl", { class: "tile" }, h("dt", { class: "tile-label", text: label }), value, sub);
  return {
    el,
    /** @param {string|Node} what @param {string|Node} under */
    show(what, under) {
      put(value, what);
      put(sub, under);
    },
  };
}

/** @param {HTMLElement} el @param {string|Node} what */
function put(el, what) {
  if (typeof what === "string") setText(el, what);
  else el.replaceChildren(what);
}

/** What the bars and the line of a chart are. */
export function chartKey() {
  const item = (/** @type {"arrived"|"answered"|"waiting"} */ kind) => h("li", {}, h("span", { class: `key-mark ${kind}` }), words.chart_key[kind]);
  return h("ul", { class: "chart-key", "aria-hidden": "true" }, item("arrived"), item("answered"), item("waiting"));
}

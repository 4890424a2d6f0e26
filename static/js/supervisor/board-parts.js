/* Owns the small parts that the board's views share: a figure with its name, and the key of the charts. */

import { h, setText } from "../lib/dom.js";
import { timeText } from "../lib/format.js";
import { supervisor as words } from "../strings.en.js";
import { countText } from "./board-format.js";

const HOUR_MS = 3_600_000;

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

/** What stands under a chart: its ends, and what its top is. @param {string} first @param {string} top @param {string} last */
export function scale(first, top, last) {
  return h("p", { class: "scale muted" }, h("span", { text: first }), h("span", { text: words.chart_highest(top) }), h("span", { text: last }));
}

/** The scale of the last hour. @param {number} now_ms @param {number} top */
export function hourScale(now_ms, top) {
  const time = (/** @type {number} */ ms) => timeText(new Date(ms).toISOString());
  return scale(time(now_ms - HOUR_MS), countText(top), time(now_ms));
}

/** More lines than this scroll by themselves. */
const MOST_LINES = 12;

/**
 * Named bars, one under the other, the highest as long as there is room.
 * @param {string} name of the list
 * @param {{label: string, value: number, text: string}[]} lines @param {number} [max]
 */
export function barList(name, lines, max) {
  const top = max ?? Math.max(1, ...lines.map(({ value }) => value));
  const items = lines.map(({ label, value, text }) => {
    const bar = h("progress", { max: top, value, "aria-hidden": "true" });
    return h("li", {}, h("span", { class: "bar-label", text: label }), bar, h("span", { class: "bar-value", text }));
  });
  const list = h("ul", { class: "bar-list", "aria-label": name }, ...items);
  return items.length > MOST_LINES ? h("div", { class: "bar-scroll", role: "region", tabindex: 0, "aria-label": name }, list) : list;
}

/* Owns the design page's charts: known, with gaps, of one value, of none, and in the colours of what they say. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { bars, sparkline } from "../ui/chart.js";

const HOUR = [2, 3, 3, 5, 4, 6, 9, 12, 10, 8, 7, 7, 5, 6, 8, 9, 7, 5, 4, 4];
const GAP = [92, 90, 88, null, null, null, 80, 78, 83, 85, 79, 72];
const DAY = [0, 0, 1, 0, 0, 2, 5, 9, 14, 22, 25, 19, 17, 21, 24, 20, 15, 9, 6, 4, null, null, null, null];

const KINDS = /** @type {const} */ (["ok", "warn", "bad"]);

/** @param {string} kind @param {SVGElement} chart */
function kindOf(kind, chart) {
  chart.dataset.kind = kind;
  return chart;
}

export function charts() {
  const d = ui.design.chart;
  const titles = DAY.map((value, hour) => `${hour}:00: ${value ?? "–"}`);
  const figure = (/** @type {string} */ text, /** @type {SVGElement} */ chart) => h("figure", { class: "show-figure" }, chart, h("figcaption", { class: "muted", text }));
  return [
    h("div", { class: "show-three" },
      figure(d.line, sparkline(HOUR, { label: d.line })), figure(d.gap, sparkline(GAP, { label: d.gap, max: 100 })), figure(d.bars, bars(DAY, { label: d.bars, titles })), figure(d.one, sparkline([null, 4], { label: d.one })), figure(d.none, sparkline([null, null], { label: d.none })),
      ...KINDS.map((kind) => figure(d[kind], kindOf(kind, sparkline(GAP, { label: d[kind], max: 100 }))))),
  ];
}

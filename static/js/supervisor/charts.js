/*
 * Owns the supervisor's small charts, drawn as SVG with classes for colours (the page's policy refuses style attributes). A chart is
 * an image with a name that says what it shows; what it shows stands in words beside it, too.
 */

const SVG = "http://www.w3.org/2000/svg";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PAD = 2;

/** @typedef {{from: string, to: string, arrived: number, answered: number}} Quarter */

/** @param {string} name @param {Record<string, string|number>} values */
function svg(name, values) {
  const el = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) el.setAttribute(key, typeof value === "number" ? String(Math.round(value * 10) / 10) : value);
  return el;
}

/**
 * The last hour of a queue: what arrived and was answered as bars by quarter hour, who waited as a line. All are conversations: one scale.
 * @param {{quarters: Quarter[], line: (number|null)[], now_ms: number, label: string, width?: number, height?: number}} shown
 */
export function trend({ quarters, line, now_ms, label, width = 136, height = 32 }) {
  const el = svg("svg", { class: "graph trend", viewBox: `0 0 ${width} ${height}`, width, height, preserveAspectRatio: "none", role: "img", focusable: "false", "aria-label": label });
  const top = trendTop(quarters, line);
  const y = (/** @type {number} */ value) => height - PAD - (value / top) * (height - 2 * PAD);
  const begin_ms = (Math.floor(now_ms / MINUTE_MS) + 1) * MINUTE_MS - HOUR_MS;
  const x = (/** @type {number} */ ms) => Math.max(0, Math.min(width, ((ms - begin_ms) / HOUR_MS) * width));
  const base = svg("line", { class: "graph-base", x1: 0, x2: width, y1: height - PAD / 2, y2: height - PAD / 2 });
  el.append(base, ...quarters.flatMap((quarter) => pair(quarter, x, y)), ...steps(line, width, y));
  return el;
}

/** The value at the top: the highest, at least 1. @param {Quarter[]} quarters @param {(number|null)[]} line */
export function trendTop(quarters, line) {
  return Math.max(1, ...quarters.flatMap(({ arrived, answered }) => [arrived, answered]), ...line.map((value) => value ?? 0));
}

/** The two bars of a quarter hour. @param {Quarter} quarter @param {(ms: number) => number} x @param {(value: number) => number} y */
function pair({ from, to, arrived, answered }, x, y) {
  const [left, right] = [x(Date.parse(from)) + 1, x(Date.parse(to)) - 1];
  const half = (right - left) / 2;
  if (half < 1) return [];
  const bar = (/** @type {string} */ kind, /** @type {number} */ at, /** @type {number} */ value) =>
    svg("rect", { class: kind, x: at, y: y(value), width: half, height: y(0) - y(value) });
  return [bar("graph-arrived", left, arrived), bar("graph-answered", left + half, answered)].filter((_, i) => (i ? answered : arrived) > 0);
}

/** A line in steps, one a stretch that is known. @param {(number|null)[]} line @param {number} width @param {(value: number) => number} y */
function steps(line, width, y) {
  const step = width / line.length;
  const at = (/** @type {number} */ n) => Math.round(n * 10) / 10;
  /** @type {string[]} */
  const paths = [];
  line.forEach((value, i) => {
    if (value === null) return;
    const known = i > 0 && line[i - 1] !== null;
    if (!known) paths.push(`M${at(i * step)} ${at(y(value))}`);
    paths[paths.length - 1] += `${known ? `V${at(y(value))}` : ""}H${at((i + 1) * step)}`;
  });
  return paths.map((d) => svg("path", { class: "graph-line", d }));
}

/** A part of a whole, for a cell that says it in words, too. @param {number} part from 0 to 1; more is drawn as full */
export function meter(part) {
  const el = svg("svg", { class: "graph meter-graph", viewBox: "0 0 60 6", width: 60, height: 6, "aria-hidden": "true", focusable: "false" });
  const share = Math.max(0, Math.min(1, part));
  const fill = svg("rect", { class: part >= 1 ? "graph-full" : "graph-part", x: 0, y: 0, width: 60 * share, height: 6, rx: 3 });
  el.append(svg("rect", { class: "graph-track", x: 0, y: 0, width: 60, height: 6, rx: 3 }), fill);
  return el;
}

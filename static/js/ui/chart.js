/* Owns small charts: a line and bars without axes, named for screen readers; what is not known (null) leaves a gap. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 100;
const HEIGHT = 24;

/** @typedef {readonly (number|null)[]} Values */

/**
 * A line through the values, its last one marked.
 * @param {Values} values
 * @param {{label: string, max?: number}} options `label` says what it shows and its last value
 */
export function sparkline(values, { label, max }) {
  const chart = picture("chart line", label);
  for (const path of linePaths(values, max ?? highest(values))) chart.append(node("path", { d: path, class: "chart-line" }));
  const last = values.at(-1);
  if (last !== null && last !== undefined) {
    const [x, y] = pointAt(values.length - 1, last, values.length, max ?? highest(values));
    chart.append(node("path", { d: `M${x} ${y}h0`, class: "chart-point" }));
  }
  return chart;
}

/**
 * A bar for each value.
 * @param {Values} values
 * @param {{label: string, max?: number, titles?: string[]}} options `titles` are shown where one points at a bar
 */
export function bars(values, { label, max, titles }) {
  const chart = picture("chart bars", label);
  const top = max ?? highest(values);
  const step = WIDTH / Math.max(1, values.length);
  values.forEach((value, i) => {
    if (value === null) return;
    const height = value > 0 ? Math.max(1, (Math.min(value, top) / top) * HEIGHT) : 0;
    const bar = node("rect", { x: round(i * step + step * 0.1), y: round(HEIGHT - height), width: round(step * 0.8), height: round(height), class: "chart-bar" });
    if (titles?.[i]) bar.append(Object.assign(node("title", {}), { textContent: titles[i] }));
    chart.append(bar);
  });
  return chart;
}

/** The path of each run of known values; a single one is a dot. Pure. @param {Values} values @param {number} max @returns {string[]} */
export function linePaths(values, max) {
  /** @type {string[]} */
  const paths = [];
  let run = "";
  values.forEach((value, i) => {
    if (value === null) {
      if (run) paths.push(run);
      run = "";
      return;
    }
    const [x, y] = pointAt(i, value, values.length, max);
    run += `${run ? "L" : "M"}${x} ${y}`;
  });
  return run ? [...paths, run] : paths;
}

/** The top of the chart: the highest value, at least 1. Pure. @param {Values} values */
export function highest(values) {
  return Math.max(1, ...values.map((value) => value ?? 0));
}

/** @param {number} i @param {number} value @param {number} count @param {number} max @returns {[number, number]} */
function pointAt(i, value, count, max) {
  const x = count > 1 ? (i / (count - 1)) * WIDTH : WIDTH;
  return [round(x), round(HEIGHT - 2 - (Math.min(value, max) / max) * (HEIGHT - 4))];
}

/** @param {number} n */
function round(n) {
  return Math.round(n * 100) / 100;
}

/** @param {string} name @param {string} label */
function picture(name, label) {
  return node("svg", { class: name, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label });
}

/** @template {keyof SVGElementTagNameMap} K @param {K} tag @param {Record<string, string|number>} attributes @returns {SVGElementTagNameMap[K]} */
function node(tag, attributes) {
  const el = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, String(value));
  return el;
}

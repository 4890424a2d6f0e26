/* Owns the chart of the intervals page: one measure, by interval or by item, with the choice of the measure. */

import { h, setShown } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";
import { bars } from "../ui/chart.js";
import { selectField } from "../ui/fields.js";
import { compareNames, spanText } from "./board-format.js";
import { barList, scale } from "./board-parts.js";
import { addsUp, columnLabel, valueOf, valueText } from "./intervals-columns.js";

/** @typedef {import("./intervals-columns.js").Column} Column */
/** @typedef {import("./intervals-query.js").Line} Line */
/** @typedef {{label: string, value: number|null}} Point */

const MOST_BARS = 400;
const MOST_NAMED = 20;

export function createMeasureChart() {
  const figure = h("div", { class: "measure-figure" });
  const note = h("p", { class: "muted", text: words.chart_needs_one, hidden: true });
  const choice = h("div", {});
  const el = h("div", { class: "measure box" }, choice, figure, note);
  let measure = "";
  let offered = "";
  /** @type {() => void} */
  let redraw = () => {};

  /** The measures that can be chosen; left alone while they are the same. @param {Column[]} columns */
  function offer(columns) {
    const key = columns.map(({ id }) => id).join(" ");
    if (key === offered) return;
    offered = key;
    const field = selectField({ name: "measure", label: words.measure, value: measure, options: columns.map((column) => ({ value: column.id, label: columnLabel(column) })) });
    field.input.addEventListener("change", () => {
      measure = field.get();
      redraw();
    });
    choice.replaceChildren(field.el);
  }

  return {
    el,
    /**
     * @param {Column[]} columns @param {Line[]} lines @param {string} interval
     * @param {{one: boolean, who: string, nameOf: (id: string) => string}} subject
     */
    show(columns, lines, interval, subject) {
      setShown(el, lines.length > 1 && columns.length > 0);
      if (columns.length === 0) return;
      if (!columns.some(({ id }) => id === measure)) measure = columns[0].id;
      offer(columns);
      redraw = () => {
        const column = /** @type {Column} */ (columns.find(({ id }) => id === measure));
        const points = interval === "total" ? byItem(lines, column, subject.nameOf) : byTime(lines, column, interval, subject.one);
        setShown(note, points === null);
        setShown(figure, points !== null);
        if (points) figure.replaceChildren(interval === "total" ? named(points, column) : draw(points.slice(-MOST_BARS), column, subject.who));
      };
      redraw();
    },
  };
}

/** @param {Point[]} points @param {Column} column @param {string} who */
function draw(points, column, who) {
  const label = words.chart_of(columnLabel(column), who);
  const titles = points.map(({ label: name, value }) => `${name}: ${valueText(value, column.kind)}`);
  const highest = points.reduce((most, { value }) => Math.max(most, value ?? 0), 0);
  // A chart's top is 1 at least, so that nothing is not drawn as much; shares are of 1, whatever the highest.
  const chart = bars(points.map(({ value }) => value), { label, titles, max: column.kind === "share" ? 1 : Math.max(highest, column.kind === "number" ? 0.01 : 1) });
  return h("div", {}, chart, scale(points[0]?.label ?? "", valueText(highest, column.kind), points.at(-1)?.label ?? ""));
}

/** The items with the highest values, by name. @param {Point[]} points @param {Column} column */
function named(points, column) {
  const known = points.flatMap(({ label, value }) => (value === null ? [] : [{ label, value, text: valueText(value, column.kind) }]));
  const most = known.sort((a, b) => b.value - a.value || compareNames(a.label, b.label)).slice(0, MOST_NAMED);
  return known.length ? barList(columnLabel(column), most, column.kind === "share" ? 1 : undefined) : h("p", { class: "muted", text: words.lines_none });
}

/** One value for each interval, the oldest first; null where they cannot be added up. Pure. @param {Line[]} lines @param {Column} column @param {string} interval @param {boolean} one */
export function byTime(lines, column, interval, one) {
  if (!one && !addsUp(column)) return null;
  /** @type {Map<string, Point>} */
  const points = new Map();
  for (const { interval: at } of [...lines].reverse()) {
    const sum = points.get(at.from) ?? { label: spanText(/** @type {any} */ (at), interval), value: null };
    const value = valueOf(at, column.id);
    points.set(at.from, { ...sum, value: value === null ? sum.value : (sum.value ?? 0) + value });
  }
  return [...points.values()];
}

/** One value for each item. Pure. @param {Line[]} lines @param {Column} column @param {(id: string) => string} nameOf @returns {Point[]} */
export function byItem(lines, column, nameOf) {
  return lines.map(({ id, interval }) => ({ label: nameOf(id), value: valueOf(interval, column.id) }));
}

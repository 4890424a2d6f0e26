/* Owns the lines of the intervals page: a table of the chosen columns, PAGE lines at a time, however many there are. */

import { h, setShown, setText } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { createTable } from "../ui/table.js";
import { compareNames, countText, spanText } from "./board-format.js";
import { KIND_OF, columnLabel, valueOf, valueText } from "./intervals-columns.js";
import { by } from "./queues.js";

export const PAGE = 200;
/** Room for a value, and for what stands before the values. */
const COLUMN_PX = 104;
const NAME_PX = 160;
const SPAN_PX = 210;
const EDGES_PX = 16;

/** @typedef {import("./intervals-query.js").Line} Line */
/** @typedef {import("./intervals-query.js").Question} Question */
/** @typedef {import("./intervals-columns.js").Column} Column */

/** @param {import("./state-names.js").Names} names @param {() => void} onRetry */
export function createLines(names, onRetry) {
  const place = h("div", { class: "section-scroll" });
  const text = h("span", { class: "muted", role: "status" });
  const before = h("button", { type: "button", class: "button small", text: words.page_before, onclick: () => turn(-1) });
  const after = h("button", { type: "button", class: "button small", text: words.page_next, onclick: () => turn(1) });
  const el = h("div", { class: "lines" }, place, h("div", { class: "pager" }, text, before, after));
  /** @type {ReturnType<typeof createTable<Line>>|null} */
  let table = null;
  let made = "";
  /** @type {Line[]} */
  let lines = [];
  let page = 0;
  let phase = /** @type {"loading"|"ready"|"failed"} */ ("loading");
  let failure = "";

  function draw() {
    const last = Math.max(0, Math.ceil(lines.length / PAGE) - 1);
    page = Math.min(page, last);
    const first = page * PAGE;
    const part = lines.slice(first, first + PAGE);
    table?.update(part, { status: phase, onRetry, failure: failure ? `${words.intervals_failed} ${failure}` : words.intervals_failed });
    const many = lines.length > PAGE;
    setText(text, phase !== "ready" ? "" : many ? words.page_of(countText(first + 1), countText(first + part.length), countText(lines.length)) : words.lines(countText(lines.length)));
    for (const button of [before, after]) setShown(button, many);
    before.disabled = page === 0;
    after.disabled = page === last;
  }

  /** @param {number} step */
  function turn(step) {
    page += step;
    draw();
    place.scrollTop = 0;
  }

  /** @param {"loading"|"ready"|"failed"} next @param {string} [why] */
  function be(next, why = "") {
    [phase, failure] = [next, why];
    draw();
  }

  return {
    el,
    loading: () => be("loading"),
    ready: () => be("ready"),
    failed: (/** @type {string} */ why) => be("failed", why),
    /** @param {Question} question @param {Column[]} columns @param {Line[]} next */
    show(question, columns, next) {
      lines = next;
      const key = JSON.stringify([question.subject, question.id, question.interval, columns.map(({ id }) => id), names.version]);
      if (key !== made) {
        made = key;
        page = 0;
        table = tableOf(question, columns, names);
        place.style.setProperty("--wide", `${(question.id ? 0 : NAME_PX) + (showsTime(question) ? SPAN_PX : 0) + columns.length * COLUMN_PX + EDGES_PX}px`);
        place.replaceChildren(table.el);
      }
      draw();
    },
  };
}

/** One line an item, all of the same time, need not say when. @param {Pick<Question, "id"|"interval">} question */
function showsTime({ id, interval }) {
  return interval !== "total" || id !== null;
}

/** @param {Question} question @param {Column[]} columns @param {import("./state-names.js").Names} names */
function tableOf({ subject, id, interval }, columns, names) {
  const kind = KIND_OF[subject];
  /** @type {import("../ui/table.js").Column<Line>} */
  const name = {
    id: "name", label: words.subject_one[subject], width: `minmax(${NAME_PX}px, 2fr)`, sort: (a, b) => compareNames(names.of(kind, a.id), names.of(kind, b.id)),
    cell: (line) => h("a", { class: "row-link", href: hrefOf(["intervals", subject, line.id]), text: names.of(kind, line.id), title: names.of(kind, line.id) }),
  };
  /** @type {import("../ui/table.js").Column<Line>} */
  const span = { id: "span", label: words.span, width: `minmax(${SPAN_PX}px, 1.5fr)`, cell: (line) => spanText(/** @type {any} */ (line.interval), interval), sort: (a, b) => (a.interval.from < b.interval.from ? -1 : a.interval.from > b.interval.from ? 1 : 0) };
  const values = columns.map((column) => ({
    id: column.id, label: columnLabel(column), numeric: true, width: `minmax(${COLUMN_PX}px, 1fr)`, sort: by((/** @type {Line} */ line) => valueOf(line.interval, column.id) ?? -1),
    cell: (/** @type {Line} */ line) => valueText(valueOf(line.interval, column.id), column.kind),
  }));
  const heads = [...(id ? [] : [name]), ...(showsTime({ id, interval }) ? [span] : [])];
  return createTable({
    label: words.intervals_title, columns: [...heads, ...values], keyOf: (line) => line.key, empty: { title: words.lines_none, help: words.lines_none_help },
    rowLabel: (line) => `${names.of(kind, line.id)}, ${spanText(/** @type {any} */ (line.interval), interval)}`,
  });
}

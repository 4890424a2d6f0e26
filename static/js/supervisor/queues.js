/* Owns the lists of queues and work streams on the board: their columns, and which of them are shown. */

import { elapsed, toMs } from "../lib/elapsed.js";
import { h } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";
import { go, hrefOf } from "../ui/route.js";
import { folded } from "../ui/filter.js";
import { NOTHING, compareNames, countText, shareText } from "./board-format.js";
import { createGrid } from "./board-grid.js";
import { createSection, searchField } from "./board-section.js";
import { trend } from "./charts.js";
import { waits } from "./state.js";

/** @typedef {import("./board-rows.js").QueueRow} QueueRow */
/** @typedef {import("./board-rows.js").StreamRow} StreamRow */

export function createQueues() {
  const { columns } = queueColumns();
  const all = { title: words.no_queues, help: words.no_queues_help };
  const table = createGrid({ label: words.queues, columns, keyOf: (row) => row.id, onOpen: (row) => go(["queues", row.id]), empty: all, rowLabel: (row) => row.name });
  /** @type {QueueRow[]} */
  let rows = [];
  let status = /** @type {"loading"|"ready"} */ ("loading");
  const search = searchField(words.search_queues, show);
  const busy = h("input", { type: "checkbox", onchange: () => show() });
  const section = createSection({ title: words.queues, kind: "queue-table", tools: [search.el, h("label", { class: "choice" }, busy, words.only_waiting)], table });

  function show() {
    const text = search.get();
    const shown = rows.filter((row) => (!busy.checked || waits(row.now) > 0) && isFound(row, text));
    section.show(shown, rows.length, status, { title: words.no_queues_found, help: words.no_queues_found_help });
  }

  return {
    el: section.el,
    /** @param {QueueRow[]} next @param {boolean} ready */
    update(next, ready) {
      rows = next;
      status = ready ? "ready" : "loading";
      show();
    },
  };
}

/** @returns {{columns: import("../ui/table.js").Column<QueueRow>[]}} */
function queueColumns() {
  const { column } = words;
  return {
    columns: [
      { id: "name", label: words.queue, width: "minmax(140px, 3fr)", cell: (row) => h("a", { class: "row-link", href: hrefOf(["queues", row.id]), text: row.name, title: row.name }), sort: (a, b) => compareNames(a.name, b.name) },
      { id: "waiting", label: column.waiting, numeric: true, width: "minmax(88px, 1fr)", cell: (row) => strong(row.now.waiting), sort: by((row) => row.now.waiting) },
      { id: "on_offer", label: column.on_offer, numeric: true, width: "minmax(112px, 1fr)", narrow: "hide", room: "wide", cell: (row) => countText(row.now.on_offer), sort: by((row) => row.now.on_offer) },
      { id: "longest", label: column.longest, numeric: true, width: "minmax(104px, 1fr)", cell: (row) => waitCell(row.now.waiting_since, row.target_s), sort: by((row) => -(toMs(row.now.waiting_since) || Infinity)) },
      { id: "active", label: column.active, numeric: true, width: "minmax(76px, 1fr)", cell: (row) => countText(row.now.active), sort: by((row) => row.now.active) },
      { id: "service_level", label: column.service_level, numeric: true, width: "minmax(104px, 1fr)", cell: (row) => shareText(row.today?.service_level), sort: by((row) => row.today?.service_level ?? 2) },
      { id: "abandoned", label: column.abandoned, numeric: true, width: "minmax(104px, 1fr)", cell: (row) => abandonedText(row.today), sort: by((row) => row.today?.abandon_rate ?? -1) },
      { id: "ready", label: column.ready, numeric: true, width: "minmax(104px, 1fr)", cell: readyCell, sort: by((row) => row.now.agents_eligible) },
      { id: "hour", label: column.hour, width: "148px", room: "wide", cell: trendOf },
    ],
  };
}

/** @template R @param {(row: R) => number} value @returns {(a: R, b: R) => number} */
export function by(value) {
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

/** A number that matters unless it is 0. @param {number} n */
function strong(n) {
  return h("span", { class: n > 0 ? "count-some" : "count-none", text: countText(n) });
}

/** How long the one that waits longest has done so; late past the queue's target. @param {string|null} since @param {number|null} [target_s] */
export function waitCell(since, target_s = null) {
  if (!since) return h("span", { class: "count-none", text: NOTHING });
  const late_ms = target_s === null ? null : toMs(since) + target_s * 1000;
  return h("span", { class: "wait", "data-late-ms": late_ms }, elapsed(since, "clock"));
}

/** @param {import("./state.js").Interval|null} today */
export function abandonedText(today) {
  if (!today) return NOTHING;
  return today.abandon_rate === null ? countText(today.abandoned) : `${countText(today.abandoned)} (${shareText(today.abandon_rate)})`;
}

/** @param {{now: import("./state.js").Served}} row */
function readyCell({ now }) {
  const [free, connected] = [countText(now.agents_eligible), countText(now.agents_connected)];
  const low = now.agents_eligible === 0 && waits(now) > 0;
  return h("span", { class: low ? "ready low" : "ready", title: words.ready_label(free, connected) }, h("span", { "aria-hidden": "true", text: `${free} / ${connected}` }), h("span", { class: "sr-only", text: words.ready_label(free, connected) }));
}

/** @param {QueueRow} row */
function trendOf(row) {
  return trend({ quarters: /** @type {any} */ (row.hour), line: row.line, now_ms: row.now_ms, label: trendLabel(row.name, /** @type {any} */ (row.hour), row.line) });
}

/** @param {string} name @param {import("./charts.js").Quarter[]} quarters @param {(number|null)[]} line */
export function trendLabel(name, quarters, line) {
  const sum = (/** @type {"arrived"|"answered"} */ of) => countText(quarters.reduce((all, quarter) => all + quarter[of], 0));
  return words.trend(name, sum("arrived"), sum("answered"), countText(Math.max(0, ...line.map((value) => value ?? 0))));
}

export function createStreams() {
  const { column } = words;
  const name = (/** @type {StreamRow} */ row) => h("a", { class: "row-link", href: hrefOf(["intervals", "work-streams", row.id]), text: row.name, title: row.name });
  /** @type {import("../ui/table.js").Column<StreamRow>[]} */
  const columns = [
    { id: "name", label: words.work_stream, width: "minmax(140px, 2fr)", cell: name, sort: (a, b) => compareNames(a.name, b.name) },
    { id: "waiting", label: column.waiting, numeric: true, width: "minmax(88px, 1fr)", cell: (row) => strong(row.now.waiting), sort: by((row) => row.now.waiting) },
    { id: "on_offer", label: column.on_offer, numeric: true, width: "minmax(112px, 1fr)", narrow: "hide", room: "wide", cell: (row) => countText(row.now.on_offer), sort: by((row) => row.now.on_offer) },
    { id: "longest", label: column.longest, numeric: true, width: "minmax(104px, 1fr)", cell: (row) => waitCell(row.now.waiting_since), sort: by((row) => -(toMs(row.now.waiting_since) || Infinity)) },
    { id: "active", label: column.active, numeric: true, cell: (row) => countText(row.now.active), sort: by((row) => row.now.active) },
    { id: "wrap_up", label: column.wrap_up, numeric: true, width: "minmax(112px, 1fr)", narrow: "hide", room: "wide", cell: (row) => countText(row.now.wrap_up), sort: by((row) => row.now.wrap_up) },
    { id: "answered", label: column.answered, numeric: true, width: "minmax(112px, 1fr)", cell: (row) => countText(row.today?.answered), sort: by((row) => row.today?.answered ?? -1) },
    { id: "ready", label: column.ready, numeric: true, width: "minmax(112px, 1fr)", cell: readyCell, sort: by((row) => row.now.agents_eligible) },
  ];
  const open = (/** @type {StreamRow} */ row) => go(["intervals", "work-streams", row.id]);
  const all = { title: words.no_streams, help: words.no_streams_help };
  const table = createGrid({ label: words.work_streams, columns, keyOf: (row) => row.id, onOpen: open, empty: all, rowLabel: (row) => row.name });
  /** @type {StreamRow[]} */
  let rows = [];
  let status = /** @type {"loading"|"ready"} */ ("loading");
  const search = searchField(words.search_streams, show);
  const section = createSection({ title: words.work_streams, tools: [search.el], table });

  function show() {
    section.show(rows.filter((row) => isFound(row, search.get())), rows.length, status, { title: words.no_streams_found, help: words.no_streams_found_help });
  }

  return {
    el: section.el,
    /** @param {StreamRow[]} next @param {boolean} ready */
    update(next, ready) {
      rows = next;
      status = ready ? "ready" : "loading";
      show();
    },
  };
}

/** By its name or its id. @param {{name: string, id: string}} row @param {string} text what was typed */
export function isFound({ name, id }, text) {
  return !text || folded(`${name} ${id}`).includes(folded(text));
}

/* Owns the design page's tables: with nothing, loading, failed, read again with rows, with 500 rows, and one that comes while one looks. */

import { h } from "../lib/dom.js";
import { coarseText } from "../lib/format.js";
import { t, ui } from "../strings.en.js";
import { sparkline } from "../ui/chart.js";
import { createTable } from "../ui/table.js";

const QUEUES = ["Support", "Sales", "VIP"];
const FEW = 8;
const MANY = 500;
const STATES = /** @type {const} */ (["open", "active", "waiting", "wrap_up"]);

/** @typedef {{id: string, customer: string, queue: string, state: "open"|"active"|"waiting"|"wrap_up", waits_ms: number, trend: (number|null)[]}} Sample */

/** Rows that look like work; the same ones each time. @param {number} count @returns {Sample[]} */
function samples(count) {
  return Array.from({ length: count }, (_, i) => ({
    id: `c${i}`,
    customer: ui.design.table.person(i + 1),
    queue: QUEUES[(i * 7) % 3],
    state: STATES[(i * 5) % 4],
    waits_ms: ((i * 7_919) % 3_600) * 1_000,
    trend: Array.from({ length: 12 }, (_, k) => ((i + k) % 9 === 4 ? null : (i * 31 + k * k * 17) % 12)),
  }));
}

/** @typedef {ReturnType<typeof import("../ui/toaster.js").createToaster>} Toaster */

/** @param {Toaster} toaster */
export function lists(toaster) {
  const d = ui.design.table;
  const none = table(d.none, toaster);
  none.update([]);
  const loading = table(d.loading, toaster);
  loading.update([], { status: "loading" });
  const failed = table(d.failed, toaster);
  const onRetry = () => failed.update([], { status: "failed", onRetry });
  onRetry();
  const shown = (/** @type {string} */ title, /** @type {HTMLElement} */ el, /** @type {string} */ name = "") => h("div", { class: name }, h("h3", { class: "show-sub", text: title }), el);
  const again = table(d.refreshed, toaster);
  again.update(samples(3), { status: "loading" });
  const old = table(d.kept, toaster);
  const keep = () => old.update(samples(3), { status: "failed", onRetry: keep });
  keep();
  const states = [shown(d.none, none.el), shown(d.loading, loading.el), shown(d.failed, failed.el), shown(d.refreshed, again.el), shown(d.kept, old.el)];
  return [h("div", { class: "show-three" }, ...states), comingList(toaster), longList(toaster)];
}

/** A list of a few rows, or of 500 by a button. @param {Toaster} toaster */
function longList(toaster) {
  const d = ui.design.table;
  const list = table(d.ready, toaster);
  list.update(samples(FEW));
  const more = h("button", { type: "button", class: "button small", text: d.many, onclick: () => list.update(samples(MANY)) });
  return h("div", {}, h("h3", { class: "show-sub", text: d.ready }), h("div", { class: "tool-bar" }, more), h("div", { class: "show-scroll" }, list.el));
}

/** A list that goes from loading to ready by a button, to see that nothing jumps. @param {Toaster} toaster */
function comingList(toaster) {
  const d = ui.design.table;
  const list = table(d.again, toaster);
  const load = () => list.update([], { status: "loading" });
  const bar = h(
    "div",
    { class: "tool-bar" },
    h("button", { type: "button", class: "button small", text: d.load, onclick: load }),
    h("button", { type: "button", class: "button small", text: d.finish, onclick: () => list.update(samples(6)) }),
  );
  load();
  return h("div", {}, h("h3", { class: "show-sub", text: d.again }), bar, list.el);
}

/** @param {string} label @param {Toaster} toaster */
function table(label, toaster) {
  const d = ui.design.table;
  const opened = (/** @type {Sample} */ row) => toaster.tell(d.opened(row.customer));
  /** @type {import("../ui/table.js").Column<Sample>[]} */
  const columns = [
    { id: "customer", label: d.customer, cell: (row) => row.customer, sort: (a, b) => a.customer.localeCompare(b.customer, undefined, { numeric: true }) },
    { id: "queue", label: d.queue, cell: (row) => row.queue, sort: (a, b) => a.queue.localeCompare(b.queue) },
    { id: "state", label: d.state, cell: (row) => h("span", { class: "chip", "data-state": row.state, text: t.states[row.state] }), width: "minmax(120px, 2fr)" },
    { id: "trend", label: d.trend, cell: (row) => sparkline(row.trend, { label: d.trend_of(row.trend.at(-1) ?? 0) }), narrow: "hide", width: "120px" },
    { id: "wait", label: d.wait, cell: (row) => coarseText(row.waits_ms), numeric: true, sort: (a, b) => a.waits_ms - b.waits_ms },
  ];
  return createTable({ label, columns, keyOf: (row) => row.id, onOpen: opened, empty: { title: d.empty, help: d.empty_help }, rowLabel: (row) => `${row.customer}, ${row.queue}, ${t.states[row.state]}` });
}

/*
 * Owns tables: sorted by their headings, rows by arrow keys and Enter, cards where there is little room, a steady place while they load.
 * Each row is a line of a grid with the columns of all, so that the browser need not look at those out of sight.
 */

import { h, icon, reconcile, setAttr, setShown } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { createStatus } from "./status.js";
import { showCells } from "./table-row.js";

const SKELETONS = 6;

/**
 * `width` is a grid track (`2fr`, `120px`); `narrow: "hide"` leaves the column out on cards, `room: "wide"` in a table without much room.
 * @template R
 * @typedef {{id: string, label: string, cell: (row: R) => Node|string, sort?: (a: R, b: R) => number, numeric?: boolean, narrow?: "hide", room?: "wide", width?: string}} Column
 */

/**
 * @template R
 * @param {object} options
 * @param {string} options.label
 * @param {Column<R>[]} options.columns
 * @param {(row: R) => string} options.keyOf
 * @param {(row: R) => void} [options.onOpen] by Enter or a press on the row
 * @param {{title: string, help?: string}} options.empty
 * @param {(row: R) => string} [options.rowLabel] the row's name for screen readers
 * @param {number} [options.most] rows that are shown, the first of all in their order
 */
export function createTable({ label, columns, keyOf, onOpen, empty, rowLabel, most = Infinity }) {
  const heads = columns.map((column) => headCell(column, () => sortBy(column.id)));
  const head = h("tr", { class: "table-row", role: "row" }, ...heads);
  const body = h("tbody", { class: "table-body", role: "rowgroup" });
  const table = h("table", { class: "table", role: onOpen ? "grid" : "table", "aria-label": label }, h("thead", { class: "table-head", role: "rowgroup" }, head), body);
  const skeleton = h("div", { class: "skeleton", "aria-hidden": "true" }, ...Array.from({ length: SKELETONS }, () => h("div", { class: "skeleton-row" }, h("span", {}), h("span", {}), h("span", {}))));
  const status = createStatus();
  const el = h("div", { class: "table-box" }, table, skeleton, status.el);
  const tracks = columns.map(trackOf);
  table.style.setProperty("--columns", tracks.join(" "));
  if (columns.some(({ room }) => room)) table.style.setProperty("--columns-some", tracks.filter((_, i) => !columns[i].room).join(" "));
  /** @type {{id: string, down: boolean}|null} */
  let order = null;
  /** @type {R[]} */
  let rows = [];

  /** @param {string} id */
  function sortBy(id) {
    order = order?.id !== id ? { id, down: false } : order.down ? null : { id, down: true };
    show();
  }

  function show() {
    columns.forEach(({ id, sort }, i) => sort && setAttr(heads[i], "aria-sort", order?.id !== id ? "none" : order.down ? "descending" : "ascending"));
    reconcile(body, sorted(rows, columns, order).slice(0, most), keyOf, (row) => createRow(row), (el, row) => showCells(el, row, columns, rowLabel));
    setTabStop(body);
  }

  /** @param {R} row */
  function createRow(row) {
    const el = h("tr", { class: onOpen ? "table-row can-open" : "table-row", role: "row" });
    if (onOpen) el.tabIndex = -1;
    showCells(el, row, columns, rowLabel);
    return el;
  }

  if (onOpen) installRowKeys(body, (key) => {
    const row = rows.find((one) => keyOf(one) === key);
    if (row) onOpen(row);
  });

  return {
    el,
    /**
     * Rows that are the same object as before are left as they are.
     * @param {R[]} next
     * @param {{status?: "loading"|"ready"|"failed", onRetry?: () => void, failure?: string, none?: {title: string, help?: string}}} [how] `none`:
     *   why there is none this time, where that is not for want of any
     */
    update(next, { status: phase = "ready", onRetry, failure, none: why = empty } = {}) {
      rows = next;
      show();
      const none = next.length === 0;
      setAttr(table, "aria-busy", phase === "loading" ? "true" : null);
      setShown(skeleton, none && phase === "loading");
      setAttr(el, "data-none", none ? "" : null);
      if (phase === "failed") status.failed(failure ?? ui.not_loaded, onRetry);
      else if (phase === "loading") none ? status.loading() : status.none();
      else if (none) status.empty(why.title, why.help);
      else status.none();
    },
  };
}

/**
 * The rows in the order of a heading; equal ones stay as given. Pure.
 * @template R
 * @param {readonly R[]} rows
 * @param {readonly Pick<Column<R>, "id"|"sort">[]} columns
 * @param {{id: string, down: boolean}|null} order
 */
export function sorted(rows, columns, order) {
  const compare = order && columns.find(({ id }) => id === order.id)?.sort;
  if (!order || !compare) return [...rows];
  return [...rows].sort((a, b) => (order.down ? compare(b, a) : compare(a, b)));
}

/** @param {Column<any>} column @param {number} i */
function trackOf({ width, numeric }, i) {
  return width ?? (numeric ? "minmax(84px, 1fr)" : i === 0 ? "minmax(140px, 3fr)" : "minmax(80px, 2fr)");
}

/** @param {Column<any>} column @param {() => void} onSort */
function headCell({ label, sort, numeric, narrow, room }, onSort) {
  const name = sort ? h("button", { type: "button", class: "sort-button", onclick: onSort }, h("span", { text: label }), icon("sort")) : h("span", { class: "head-name", text: label });
  return h("th", { class: "table-cell", role: "columnheader", scope: "col", "data-numeric": numeric ?? false, "data-narrow": narrow, "data-room": room, "data-sorts": Boolean(sort), "aria-sort": sort ? "none" : null }, name);
}

/** One row is in the way of Tab: the one last focused, or the first. @param {HTMLElement} body */
function setTabStop(body) {
  const rows = /** @type {HTMLElement[]} */ ([...body.children]);
  if (rows.some((row) => row.tabIndex === 0)) return;
  if (rows[0]?.hasAttribute("tabindex")) rows[0].tabIndex = 0;
}

/** @param {HTMLElement} body @param {(key: string) => void} open */
function installRowKeys(body, open) {
  const rowAt = (/** @type {EventTarget|null} */ target) => /** @type {HTMLElement|null} */ (target instanceof Element ? target.closest("tr") : null);
  const openRow = (/** @type {HTMLElement} */ row) => open(/** @type {any} */ (row).cbKey);

  body.addEventListener("click", (event) => {
    const row = rowAt(event.target);
    if (!row || (event.target instanceof Element && event.target.closest("button, a, input, select, label, summary"))) return;
    if (getSelection()?.toString()) return;
    openRow(row);
  });
  body.addEventListener("focusin", (event) => {
    const row = rowAt(event.target);
    for (const other of body.children) if (other instanceof HTMLElement) other.tabIndex = other === row ? 0 : -1;
  });
  body.addEventListener("keydown", (event) => {
    const row = rowAt(event.target);
    if (!row || event.target !== row || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: body.firstElementChild, End: body.lastElementChild }[event.key];
    if (event.key === "Enter") openRow(row);
    else if (to instanceof HTMLElement) to.focus();
    else if (to === undefined) return;
    event.preventDefault();
  });
}

/* Owns the cells of a table's row. What stands in a cell is made anew only when its row is another object; focus stays where it was. */

import { h, setAttr } from "../lib/dom.js";

const CONTROLS = "button, a[href], input, select";

/**
 * @template R
 * @param {HTMLElement} el
 * @param {R} row
 * @param {import("./table.js").Column<R>[]} columns
 * @param {((row: R) => string)|undefined} rowLabel
 */
export function showCells(el, row, columns, rowLabel) {
  const kept = /** @type {{cbRow?: unknown}} */ (el);
  if (kept.cbRow === row) return;
  kept.cbRow = row;
  if (rowLabel) setAttr(el, "aria-label", rowLabel(row));
  const focused = focusedIn(el);
  const role = el.classList.contains("can-open") ? "gridcell" : "cell";
  columns.forEach((column, i) => {
    const cell = el.children[i] ?? el.appendChild(h("td", { class: "table-cell", role, "data-label": column.label, "data-numeric": column.numeric ?? false, "data-narrow": column.narrow, "data-room": column.room }));
    const content = column.cell(row);
    if (typeof content !== "string") cell.replaceChildren(content);
    else if (cell.textContent !== content || cell.childElementCount > 0) cell.textContent = content;
  });
  if (focused >= 0) /** @type {HTMLElement|undefined} */ (el.querySelectorAll(CONTROLS)[focused])?.focus();
}

/** Which of the row's controls has the focus; -1 for none. @param {HTMLElement} el */
function focusedIn(el) {
  const { activeElement } = document;
  return activeElement && activeElement !== el && el.contains(activeElement) ? [...el.querySelectorAll(CONTROLS)].indexOf(activeElement) : -1;
}

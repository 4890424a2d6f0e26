/*
 * Owns that a long list is one stop on the way of Tab: its present row, and what can be pressed in that row. The arrows go to the
 * others; five hundred agents do not stand between a person and what comes after them.
 */

import { createTable } from "../ui/table.js";

const CONTROLS = "a[href], button:not([role^='menuitem'])";

/**
 * A table whose rows open something.
 * @template R
 * @param {Parameters<typeof createTable<R>>[0]} options
 */
export function createGrid(options) {
  const table = createTable(options);
  const body = /** @type {HTMLElement} */ (table.el.querySelector("tbody"));

  function stops() {
    for (const row of /** @type {Iterable<HTMLElement>} */ (body.children)) {
      const stop = row.tabIndex === 0 ? 0 : -1;
      for (const control of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll(CONTROLS))) if (control.tabIndex !== stop) control.tabIndex = stop;
    }
  }

  body.addEventListener("focusin", stops);
  return {
    el: table.el,
    /** @param {Parameters<typeof table.update>} next */
    update(...next) {
      table.update(...next);
      stops();
    },
  };
}

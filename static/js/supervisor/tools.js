/* Stands where the what-if tools goes. */

import { h } from "../lib/dom.js";

/** @param {unknown} _api @param {unknown} _context */
export function createTools(_api, _context) {
  return { el: h("div", {}), show() {}, stop() {} };
}

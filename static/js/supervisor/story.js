/* Stands where the conversations' story goes. */

import { h } from "../lib/dom.js";

/** @param {unknown} _api @param {unknown} _context */
export function createStoryView(_api, _context) {
  return { el: h("div", {}), show() {}, stop() {} };
}

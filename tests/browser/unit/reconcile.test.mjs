/* Owns the proof that a list on a page has one element for each key, whatever a server answers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { withDocument } from "../helpers/document.mjs";
import { h, reconcile } from "../../../static/js/lib/dom.js";

test("a_row_that_two_answers_both_have_stands_there_once_and_goes_with_its_last_answer", () => withDocument(() => {
  const list = fakeList();
  const show = (...keys) => reconcile(list, keys, (key) => key, (key) => h("li", { text: key }));
  const shown = () => list.children.map((el) => el.text());
  show("a", "b", "a");
  assert.deepEqual(shown().sort(), ["a", "b"]);
  show("b", "a");
  assert.deepEqual(shown(), ["b", "a"]);
  show("b");
  assert.deepEqual(shown(), ["b"]);
}));

/** A list whose children can move and go, as a browser's do. */
function fakeList() {
  const children = [];
  const out = (el) => children.includes(el) && children.splice(children.indexOf(el), 1);
  return {
    children,
    get firstElementChild() { return children[0] ?? null; },
    insertBefore(el, next) {
      out(el);
      children.splice(next ? children.indexOf(next) : children.length, 0, el);
      el.remove = () => out(el);
      Object.defineProperty(el, "nextElementSibling", { configurable: true, get: () => children[children.indexOf(el) + 1] ?? null });
    },
  };
}

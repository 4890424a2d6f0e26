/*
 * Owns the editor of a condition: groups within groups, each a list of comparisons. It is drawn anew when its shape changes, and the
 * focus goes where the change was; a value that is written changes nothing but the value.
 */

import { h } from "../lib/dom.js";
import { createGroup } from "./conditions-group.js";
import { clear, focusOn, mark } from "./conditions-parts.js";
import { fromWire, located, toWire } from "./conditions-state.js";

/** @typedef {import("./conditions-parts.js").Row} Row */
/** @typedef {{when: any, variables: () => readonly import("./conditions-catalogue.js").Variable[], names: import("./conditions-value.js").Names, onChange: () => void}} Options */

/** @param {Options} options */
export function createConditionEditor({ when, variables, names, onChange }) {
  const el = h("div", { class: "condition" });
  /** Kept as it came until something is changed, so that looking changes nothing. */
  let wire = when;
  let tree = fromWire(when);
  /** @type {Map<string, Row>} */
  let rows = new Map();
  /** @type {import("./conditions-parts.js").Editing} */
  const editing = {
    tree: () => tree,
    change(next, spot) {
      if (next === tree) return;
      tree = next;
      wire = toWire(next);
      if (spot !== undefined) draw(spot);
      onChange();
    },
    put: (place, row) => rows.set(place.join("."), row),
    variables,
    names,
  };

  /** @param {string} [spot] */
  function draw(spot) {
    rows = new Map();
    el.replaceChildren(createGroup(editing, tree, []));
    if (spot !== undefined) focusOn(el, spot);
  }

  draw();
  return {
    el,
    get: () => wire,
    /** @param {any} next */
    set(next) {
      wire = next;
      tree = fromWire(next);
      draw();
    },
    /** What may be read has changed. */
    refresh() {
      const spot = document.activeElement?.getAttribute("data-spot") ?? "";
      draw(el.contains(document.activeElement) ? spot : undefined);
    },
    /** Shows what is wrong at its row; gives back what has none. @param {readonly {pointer: string, message: string}[]} wrong pointers from the condition */
    errors(wrong) {
      for (const row of rows.values()) clear(row);
      const nodes = located(wire).sort((a, b) => b.pointer.length - a.pointer.length || b.place.length - a.place.length);
      return wrong.filter(({ pointer, message }) => {
        const node = nodes.find((one) => pointer === one.pointer || pointer.startsWith(`${one.pointer}/`));
        const row = node && rows.get(node.place.join("."));
        if (!row) return true;
        mark(row, pointer.slice(node.pointer.length), message, node.place);
        return false;
      });
    },
  };
}

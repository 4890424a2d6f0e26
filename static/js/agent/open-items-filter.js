/* Owns a choice of one queue, or work stream, among those of which something was seen. */

import { h } from "../lib/dom.js";

/** @param {string} label @param {string} all @param {(id: string) => void} onPick the empty id is all */
export function createFilter(label, all, onPick) {
  const select = h("select", { "aria-label": label, onchange: () => onPick(select.value) }, h("option", { value: "", text: all }));
  /** What was once there stays, so that the choice does not vanish under the hand. @type {Set<string>} */
  const seen = new Set();
  let shown = "";
  return {
    el: select,
    /** @param {string[]} ids @param {(id: string) => string} nameOf */
    update(ids, nameOf) {
      for (const id of ids) if (id) seen.add(id);
      const named = [...seen].map((id) => ({ id, name: nameOf(id) })).sort((a, b) => a.name.localeCompare(b.name));
      const key = JSON.stringify(named);
      if (key === shown) return;
      shown = key;
      const { value } = select;
      select.replaceChildren(h("option", { value: "", text: all }), ...named.map(({ id, name }) => h("option", { value: id, text: name })));
      select.value = value;
    },
  };
}

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
    /** @param {string[]} ids @param {(id: string) => string} nameOf @param {(id: string) => string} [groupOf] */
    update(ids, nameOf, groupOf = () => "") {
      for (const id of ids) if (id) seen.add(id);
      const named = [...seen].map((id) => ({ id, name: nameOf(id), group: groupOf(id) })).sort((a, b) => a.name.localeCompare(b.name));
      const key = JSON.stringify(named);
      if (key === shown) return;
      shown = key;
      const { value } = select;
      select.replaceChildren(h("option", { value: "", text: all }), ...inGroups(named));
      select.value = value;
    },
  };
}

/** Under headings where there are several groups. @param {{id: string, name: string, group: string}[]} named */
function inGroups(named) {
  const option = (/** @type {{id: string, name: string}} */ { id, name }) => h("option", { value: id, text: name });
  const groups = [...new Set(named.map(({ group }) => group))].sort();
  if (groups.length < 2) return named.map(option);
  return groups.map((label) => h("optgroup", { label }, ...named.filter(({ group }) => group === label).map(option)));
}

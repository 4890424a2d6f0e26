/* Owns one group in the editor of a condition: how its parts count together, the parts, and new ones. */

import { h, setAttr, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { button, errorLine, spotOf, textButton } from "./conditions-parts.js";
import { createRow } from "./conditions-row.js";
import { DEEPEST, addTo, isGroup, regroup, replaceAt, unnest } from "./conditions-state.js";

/** @typedef {import("./conditions-state.js").Group} Group */
/** @typedef {import("./conditions-state.js").Place} Place */
/** @typedef {import("./conditions-parts.js").Editing} Editing */

const HOWS = /** @type {const} */ (["all", "any", "none", "not_all"]);

/** @param {Editing} editing @param {Group} group @param {Place} place @returns {HTMLElement} */
export function createGroup(editing, group, place) {
  const { tree, change } = editing;
  const top = place.length === 0;
  const remove = (/** @type {Place} */ at) => change(replaceAt(tree(), at, null), spotOf(at.slice(0, -1), "add"));
  const how = h("select", { class: "condition-how", "aria-label": rules.how, "data-spot": spotOf(place, "how") }, ...HOWS.map((one) => h("option", { value: one, text: rules.hows[one] })));
  how.value = group.how;
  how.addEventListener("change", () => {
    const next = /** @type {Group["how"]} */ (how.value);
    change(regroup(tree(), place, next));
    setAttr(el, "data-how", next);
    setText(none, rules.empty_group[next]);
  });
  const head = h("div", { class: "condition-head" }, how, h("div", { class: "spacer" }), ...(top ? [] : [
    button(rules.ungroup, "leave", spotOf(place, "ungroup"), () => change(unnest(tree(), place), spotOf(place.slice(0, -1), "add"))),
    button(rules.remove_group, "trash", spotOf(place, "remove"), () => remove(place)),
  ]));
  const none = h("p", { class: "muted condition-none", text: rules.empty_group[group.how] });
  const parts = group.parts.map((part, i) => h("li", {}, isGroup(part) ? createGroup(editing, part, [...place, i]) : createRow(editing, part, [...place, i], remove)));
  const end = [...place, group.parts.length];
  const add = textButton(rules.add_condition, spotOf(place, "add"), () => change(addTo(tree(), place, { variable: "", operator: "equals", value: null }), spotOf(end, "variable")));
  const addGroup = textButton(rules.add_group, spotOf(place, "add-group"), () => change(addTo(tree(), place, { how: group.how === "all" ? "any" : "all", parts: [] }), spotOf(end, "how")));
  const error = errorLine();
  const el = h("div", { class: "condition-group", role: "group", "aria-label": top ? rules.condition : rules.group(place.map((i) => i + 1).join(".")), "data-how": group.how },
    head, group.parts.length > 0 ? h("ul", { class: "condition-parts" }, ...parts) : none, error, h("div", { class: "condition-foot" }, add, place.length + 1 < DEEPEST ? addGroup : null));
  editing.put(place, { el, error });
  return el;
}

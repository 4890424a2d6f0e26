/* Owns one comparison in the editor of a condition: what is read, by which operator, against which value. */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { OPERATORS, readable } from "./conditions-catalogue.js";
import { button, errorLine, spotOf } from "./conditions-parts.js";
import { DEEPEST, nest, nodeAt, replaceAt, withOperator, withVariable } from "./conditions-state.js";
import { createValueEditor } from "./conditions-value.js";
import { createVariablePick } from "./conditions-variable.js";

/** @typedef {import("./conditions-state.js").Comparison} Comparison */
/** @typedef {import("./conditions-state.js").Place} Place */
/** @typedef {import("./conditions-parts.js").Editing} Editing */

/** @param {Editing} editing @param {Comparison} comparison @param {Place} place @param {(place: Place) => void} onRemove @returns {HTMLElement} */
export function createRow(editing, comparison, place, onRemove) {
  const { tree, change, variables } = editing;
  const at = (/** @type {string} */ part) => spotOf(place, part);
  const own = () => /** @type {Comparison} */ (nodeAt(tree(), place));
  const found = readable(comparison.variable, variables());
  const pick = createVariablePick({
    value: comparison.variable, variables: variables(), spot: at("variable"),
    onPick: (next) => change(replaceAt(tree(), place, withVariable(own(), next, variables())), at(next.endsWith(".") ? "key" : "operator")),
    onKey: (next) => change(replaceAt(tree(), place, { ...own(), variable: next })),
  });
  const operators = OPERATORS[found?.type ?? "either"];
  const operator = h("select", { "aria-label": rules.operator, "data-spot": at("operator") }, ...operators.map((one) => h("option", { value: one, text: rules.operators[/** @type {"equals"} */ (one)] })));
  operator.value = comparison.operator;
  // Only the value is drawn anew: letters that are typed into a choice go to the same element.
  operator.addEventListener("change", () => {
    change(replaceAt(tree(), place, withOperator(own(), operator.value, variables())));
    drawValue();
  });
  const kind = found ?? { name: comparison.variable, type: /** @type {const} */ ("either"), choice: /** @type {const} */ ("plain"), group: /** @type {const} */ ("variables") };
  const value = h("div", { class: "condition-value" });
  const drawValue = () => {
    const { operator, value: now } = own();
    const made = createValueEditor({ found: kind, operator, value: now, names: editing.names, spot: at("value"), onChange: (next) => change(replaceAt(tree(), place, { ...own(), value: next })) });
    value.replaceChildren(...(made ? [made] : []));
  };
  const error = errorLine();
  const acts = h("div", { class: "condition-acts" },
    place.length < DEEPEST - 1 ? button(rules.nest, "flow", at("nest"), () => change(nest(tree(), place, "any"), spotOf(place, "how"))) : null,
    button(rules.remove_condition, "trash", at("remove"), () => onRemove(place)));
  const el = h("div", { class: "condition-row", role: "group", "aria-label": rules.condition_at(place.map((i) => i + 1).join(".")) },
    ...pick, operator, value, acts, kind.group === "time" ? h("p", { class: "field-help", text: rules.in_utc }) : null, error);
  drawValue();
  editing.put(place, { el, error });
  return el;
}

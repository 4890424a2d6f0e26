/*
 * Owns the editor of a condition: groups within groups, each a list of comparisons. It is drawn anew when its shape changes, and the
 * focus goes where the change was; a value that is written changes nothing but the value.
 */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { OPERATORS, readable } from "./conditions-catalogue.js";
import { DEEPEST, addTo, fromWire, isGroup, located, nest, nodeAt, regroup, replaceAt, toWire, unnest, withOperator, withVariable } from "./conditions-state.js";
import { createValueEditor } from "./conditions-value.js";
import { createVariablePick } from "./conditions-variable.js";

/** @typedef {import("./conditions-state.js").Comparison} Comparison */
/** @typedef {import("./conditions-state.js").Group} Group */
/** @typedef {import("./conditions-state.js").Place} Place */
/** @typedef {{when: any, variables: () => readonly import("./conditions-catalogue.js").Variable[], names: import("./conditions-value.js").Names, onChange: () => void}} Options */

const HOWS = /** @type {const} */ (["all", "any", "none", "not_all"]);

/** @param {Options} options */
export function createConditionEditor({ when, variables, names, onChange }) {
  const el = h("div", { class: "condition" });
  /** Kept as it came until something is changed, so that looking changes nothing. */
  let wire = when;
  let tree = fromWire(when);
  /** @type {Map<string, {el: HTMLElement, error: HTMLElement}>} */
  let rows = new Map();

  /** @param {Group} next @param {string} [spot] where the focus goes; none, nothing is drawn anew */
  function change(next, spot) {
    if (next === tree) return;
    tree = next;
    wire = toWire(next);
    if (spot !== undefined) draw(spot);
    onChange();
  }

  /** @param {string} [spot] */
  function draw(spot) {
    rows = new Map();
    el.replaceChildren(groupNode(tree, []));
    if (spot !== undefined) focusOn(el, spot);
  }

  /** @param {Group} group @param {Place} place @returns {HTMLElement} */
  function groupNode(group, place) {
    const how = h("select", { class: "condition-how", "aria-label": rules.how, "data-spot": spotOf(place, "how") }, ...HOWS.map((one) => h("option", { value: one, text: rules.hows[one] })));
    how.value = group.how;
    how.addEventListener("change", () => {
      const next = /** @type {Group["how"]} */ (how.value);
      change(regroup(tree, place, next));
      setAttr(box, "data-how", next);
      setText(none, rules.empty_group[next]);
    });
    const top = place.length === 0;
    const dissolve = button(rules.ungroup, "leave", spotOf(place, "ungroup"), () => change(unnest(tree, place), spotOf(place.slice(0, -1), "add")));
    const remove = button(rules.remove_group, "trash", spotOf(place, "remove"), () => removeAt(place));
    const none = h("p", { class: "muted condition-none", text: rules.empty_group[group.how] });
    const parts = group.parts.map((part, i) => h("li", {}, isGroup(part) ? groupNode(part, [...place, i]) : comparisonNode(part, [...place, i])));
    const add = textButton(rules.add_condition, spotOf(place, "add"), () => {
      change(addTo(tree, place, { variable: "", operator: "equals", value: null }), spotOf([...place, group.parts.length], "variable"));
    });
    const addGroup = textButton(rules.add_group, spotOf(place, "add-group"), () => {
      change(addTo(tree, place, { how: group.how === "all" ? "any" : "all", parts: [] }), spotOf([...place, group.parts.length], "how"));
    });
    const error = errorLine();
    const box = h(
      "div",
      { class: "condition-group", role: "group", "aria-label": top ? rules.condition : rules.group(place.map((i) => i + 1).join(".")), "data-how": group.how },
      h("div", { class: "condition-head" }, how, h("div", { class: "spacer" }), top ? null : dissolve, top ? null : remove),
      group.parts.length > 0 ? h("ul", { class: "condition-parts" }, ...parts) : none,
      error,
      h("div", { class: "condition-foot" }, add, place.length + 1 < DEEPEST ? addGroup : null),
    );
    rows.set(place.join("."), { el: box, error });
    return box;
  }

  /** @param {Comparison} comparison @param {Place} place */
  function comparisonNode(comparison, place) {
    const at = (/** @type {string} */ part) => spotOf(place, part);
    const own = () => /** @type {Comparison} */ (nodeAt(tree, place));
    const found = readable(comparison.variable, variables());
    const pick = createVariablePick({
      value: comparison.variable, variables: variables(), spot: at("variable"),
      onPick: (next) => change(replaceAt(tree, place, withVariable(own(), next, variables())), at(next.endsWith(".") ? "key" : "operator")),
      onKey: (next) => change(replaceAt(tree, place, { ...own(), variable: next })),
    });
    const operators = OPERATORS[found?.type ?? "either"];
    const operator = h("select", { "aria-label": rules.operator, "data-spot": at("operator") }, ...operators.map((one) => h("option", { value: one, text: rules.operators[/** @type {"equals"} */ (one)] })));
    operator.value = comparison.operator;
    // Only the value is drawn anew: letters that are typed into a choice go to the same element.
    operator.addEventListener("change", () => {
      change(replaceAt(tree, place, withOperator(own(), operator.value, variables())));
      drawValue();
    });
    const kind = found ?? { name: comparison.variable, type: /** @type {const} */ ("either"), choice: /** @type {const} */ ("plain"), group: /** @type {const} */ ("variables") };
    const value = h("div", { class: "condition-value" });
    const drawValue = () => {
      const { operator, value: now } = own();
      const made = createValueEditor({ found: kind, operator, value: now, names, spot: at("value"), onChange: (next) => change(replaceAt(tree, place, { ...own(), value: next })) });
      value.replaceChildren(...(made ? [made] : []));
    };
    const error = errorLine();
    const row = h(
      "div",
      { class: "condition-row", role: "group", "aria-label": rules.condition_at(place.map((i) => i + 1).join(".")) },
      ...pick,
      operator,
      value,
      h("div", { class: "condition-acts" },
        place.length < DEEPEST - 1 ? button(rules.nest, "flow", at("nest"), () => change(nest(tree, place, "any"), spotOf(place, "how"))) : null,
        button(rules.remove_condition, "trash", at("remove"), () => removeAt(place))),
      kind.group === "time" ? h("p", { class: "field-help", text: rules.in_utc }) : null,
      error,
    );
    drawValue();
    rows.set(place.join("."), { el: row, error });
    return row;
  }

  /** @param {Place} place */
  function removeAt(place) {
    change(replaceAt(tree, place, null), spotOf(place.slice(0, -1), "add"));
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
      for (const { el: row, error } of rows.values()) clear(row, error);
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

/** @param {{el: HTMLElement, error: HTMLElement}} row @param {string} rest the pointer within the node @param {string} message @param {Place} place */
function mark({ el, error }, rest, message, place) {
  setText(error, error.textContent ? `${error.textContent} ${message}` : message);
  setShown(error, true);
  const part = rest.split("/")[1] || "value";
  const controls = [...el.querySelectorAll("[data-spot]")].filter((one) => one.getAttribute("data-spot")?.startsWith(spotOf(place, part)));
  for (const control of controls) {
    setAttr(control, "aria-invalid", "true");
    setAttr(control, "aria-describedby", error.id);
  }
}

/** @param {HTMLElement} row @param {HTMLElement} error */
function clear(row, error) {
  setText(error, "");
  setShown(error, false);
  for (const control of row.querySelectorAll(`[aria-describedby="${error.id}"]`)) {
    setAttr(control, "aria-invalid", null);
    setAttr(control, "aria-describedby", null);
  }
}

/** @param {HTMLElement} el @param {string} spot */
export function focusOn(el, spot) {
  const wanted = el.querySelector(`[data-spot="${CSS.escape(spot)}"]`);
  if (wanted instanceof HTMLElement) wanted.focus();
}

/** @param {Place} place @param {string} part */
function spotOf(place, part) {
  return `${place.join(".")}/${part}`;
}

function errorLine() {
  return h("p", { id: newId("error"), class: "field-error", hidden: true });
}

/** @param {string} label @param {import("../lib/dom.js").IconName} name @param {string} spot @param {() => void} onclick */
function button(label, name, spot, onclick) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "data-spot": spot, onclick }, icon(name));
}

/** @param {string} label @param {string} spot @param {() => void} onclick */
function textButton(label, spot, onclick) {
  return h("button", { type: "button", class: "button small", "data-spot": spot, onclick }, icon("plus"), label);
}

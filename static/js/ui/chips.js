/* Owns the field of several values: each a chip that can be taken out, and a field that puts in the next. Backspace takes out the last. */

import { h, icon, reconcile } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { createCombo } from "./combo.js";
import { frame } from "./field.js";
import { newId } from "./id.js";

/**
 * With `options`, a choice among them; without, any words, each put in by Enter or a comma.
 * @param {import("./field.js").FieldOptions & {value?: string[], options?: import("./combo.js").Option[], max?: number}} options `max` values
 * @returns {import("./field.js").Field<string[]>}
 */
export function chipsField({ value = [], options, max = Infinity, ...rest }) {
  let values = [...value];
  const id = newId("field");
  const combo = options ? createCombo({ label: rest.label, options: [], id, placeholder: rest.placeholder, onPick: (picked) => picked && add(picked) }) : null;
  const input = combo?.input ?? h("input", { id, type: "text", autocomplete: "off", placeholder: rest.placeholder });
  const chips = h("ul", { class: "chip-list", "aria-label": rest.label });
  const control = h("div", { class: "chip-field" }, chips, combo?.el ?? input);
  const framed = frame(rest, input, control);
  const labelOf = (/** @type {string} */ one) => options?.find((option) => option.value === one)?.label ?? one;

  function show() {
    reconcile(chips, values, (one) => one, (one) => chip(labelOf(one), rest.disabled ? null : () => remove(one)));
    chips.hidden = values.length === 0;
    combo?.update((options ?? []).filter((option) => !values.includes(option.value)));
    if (combo) combo.value = null;
    input.disabled = Boolean(rest.disabled) || values.length >= max;
  }

  /** @param {string[]} next */
  function change(next) {
    values = next;
    show();
    framed.el.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {string} one */
  function add(one) {
    const text = one.trim();
    if (text && !values.includes(text) && values.length < max) change([...values, text]);
  }

  /** @param {string} one */
  function remove(one) {
    change(values.filter((other) => other !== one));
    input.focus();
  }

  function addWritten() {
    const text = input.value;
    input.value = "";
    for (const part of text.split(",")) add(part);
  }

  input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && input.value === "" && values.length > 0) change(values.slice(0, -1));
    if (combo || (event.key !== "Enter" && event.key !== ",")) return;
    event.preventDefault();
    addWritten();
  });
  if (!combo) input.addEventListener("blur", addWritten);
  show();
  return {
    ...framed,
    input,
    get: () => [...values],
    set(next) {
      values = [...next];
      show();
    },
  };
}

/** @param {string} text @param {(() => void)|null} onRemove null where it is locked */
function chip(text, onRemove) {
  return h("li", { class: onRemove ? "chip-item" : "chip-item locked" }, h("span", { text }), onRemove && h("button", { type: "button", class: "chip-remove", "aria-label": ui.remove_one(text), title: ui.remove_one(text), onclick: onRemove }, icon("decline")));
}

/*
 * Owns the frame of a field: its label, its help (always to be seen, and said with the field), its error. What stands in it is in fields.js.
 * A change is told by `input` and `change` events that rise from `el`.
 */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { newId } from "./id.js";

/**
 * @template T
 * @typedef {object} Field
 * @property {HTMLElement} el
 * @property {HTMLElement} input what takes the focus
 * @property {() => T} get
 * @property {(value: T) => void} set
 * @property {(text: string|null) => void} error shows what is wrong, or that nothing is
 */

/**
 * @typedef {object} FieldOptions
 * @property {string} name
 * @property {string} label
 * @property {string} [help]
 * @property {boolean} [required]
 * @property {boolean} [disabled]
 * @property {string} [placeholder]
 */

/**
 * Puts label, help and error around a control.
 * @param {FieldOptions} options
 * @param {HTMLElement} input named by the label and tied to help and error
 * @param {HTMLElement} [control] what stands in the frame, where that is more than the input
 * @param {boolean} [inline] the label stands beside the control
 */
export function frame({ name, label, help, required, disabled }, input, control = input, inline = false) {
  input.id ||= newId("field");
  const helpText = help ? h("p", { id: newId("help"), class: "field-help", text: help }) : null;
  const errorText = h("p", { id: newId("error"), class: "field-error", hidden: true });
  const words = h("label", { for: input.id, class: "field-label", text: label });
  const mark = required ? h("span", { class: "field-required", "aria-hidden": "true", text: ui.required }) : null;
  const head = h("div", { class: "field-head" }, words, mark);
  const el = h("div", { class: inline ? "field inline" : "field", "data-field": name }, ...(inline ? [control, head] : [head, control]), helpText, errorText);
  if (required) input.setAttribute(nativeRequired(input) ? "required" : "aria-required", "true");
  if (disabled) input.setAttribute("disabled", "");
  describe(null);

  /** @param {string|null} text */
  function describe(text) {
    setAttr(input, "aria-describedby", [helpText?.id, text ? errorText.id : ""].filter(Boolean).join(" ") || null);
  }

  return {
    el,
    /** @param {string|null} text */
    error(text) {
      setText(errorText, text ?? "");
      setShown(errorText, Boolean(text));
      setAttr(input, "aria-invalid", text ? "true" : null);
      describe(text);
    },
  };
}

/** @param {HTMLElement} input */
function nativeRequired(input) {
  return input instanceof HTMLSelectElement || input instanceof HTMLTextAreaElement || (input instanceof HTMLInputElement && input.type !== "checkbox");
}

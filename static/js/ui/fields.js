/* Owns the fields of forms; field.js has their frame, chips.js the field of several values. `get` gives the value as the API takes it. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { createCombo } from "./combo.js";
import { frame } from "./field.js";
import { newId } from "./id.js";
import { UNITS, bestUnit, secondsIn } from "./units.js";

export { chipsField } from "./chips.js";

/** @typedef {import("./field.js").FieldOptions} FieldOptions */
/** @template T @typedef {import("./field.js").Field<T>} Field */

/** @param {FieldOptions & {value?: string, max?: number, type?: "text"|"email"|"url"|"password"|"search"}} options `max` in characters @returns {Field<string>} */
export function textField({ value = "", max, type = "text", ...rest }) {
  const input = h("input", { type, name: rest.name, maxlength: max, placeholder: rest.placeholder, autocomplete: "off" });
  input.value = value;
  return { ...frame(rest, input), input, get: () => input.value, set: (next) => (input.value = next) };
}

/** @param {FieldOptions & {value?: string, max?: number, rows?: number}} options @returns {Field<string>} */
export function textAreaField({ value = "", max, rows = 3, ...rest }) {
  const input = h("textarea", { name: rest.name, rows, maxlength: max, placeholder: rest.placeholder });
  input.value = value;
  return { ...frame(rest, input), input, get: () => input.value, set: (next) => (input.value = next) };
}

/** A number, or null where nothing stands. @param {FieldOptions & {value?: number|null, min?: number, max?: number, step?: number, unit?: string}} options @returns {Field<number|null>} */
export function numberField({ value = null, min, max, step = 1, unit, ...rest }) {
  const input = h("input", { type: "number", name: rest.name, min, max, step, inputmode: "numeric", placeholder: rest.placeholder });
  const set = (/** @type {number|null} */ next) => void (input.value = next === null ? "" : String(next));
  set(value);
  const control = unit ? h("div", { class: "with-unit" }, input, h("span", { class: "unit", text: unit })) : input;
  return { ...frame(rest, input, control), input, get: () => (input.value === "" ? null : Number(input.value)), set };
}

/** @param {FieldOptions & {value?: string, options: {value: string, label: string, disabled?: boolean}[]}} options @returns {Field<string>} */
export function selectField({ value, options, ...rest }) {
  const input = h("select", { name: rest.name }, ...options.map((one) => h("option", { value: one.value, text: one.label, disabled: one.disabled ?? false })));
  if (value !== undefined) input.value = value;
  return { ...frame(rest, input), input, get: () => input.value, set: (next) => (input.value = next) };
}

/** @param {FieldOptions & {value?: boolean}} options @returns {Field<boolean>} */
export function switchField({ value = false, ...rest }) {
  const input = h("input", { type: "checkbox", role: "switch", class: "switch", name: rest.name });
  input.checked = value;
  return { ...frame(rest, input, input, true), input, get: () => input.checked, set: (next) => (input.checked = next) };
}

/**
 * A length of time, written in the unit that fits and chosen beside it; the value is in `unit`. Null where nothing stands.
 * @param {FieldOptions & {value?: number|null, unit?: keyof typeof UNITS, min?: number, max?: number}} options
 * @returns {Field<number|null>}
 */
export function durationField({ value = null, unit = "s", min = 0, max, ...rest }) {
  const input = h("input", { type: "number", name: rest.name, min: 0, step: "any", inputmode: "decimal", placeholder: rest.placeholder });
  const units = /** @type {(keyof typeof UNITS)[]} */ (Object.keys(UNITS)).filter((one) => one !== "ms" || unit === "ms");
  const choose = h("select", { disabled: rest.disabled ?? false, "aria-label": `${rest.label}: ${ui.unit}` }, ...units.map((one) => h("option", { value: one, text: ui.units[one] })));
  const set = (/** @type {number|null} */ next) => {
    const best = next === null ? unit : bestUnit(secondsIn(next, unit));
    choose.value = units.includes(best) ? best : "s";
    input.value = next === null ? "" : String(secondsIn(next, unit) / UNITS[/** @type {keyof typeof UNITS} */ (choose.value)]);
  };
  set(value);
  const get = () => (input.value === "" ? null : Math.round((Number(input.value) * UNITS[/** @type {keyof typeof UNITS} */ (choose.value)]) / UNITS[unit]));
  const { el, error } = frame(rest, input, h("div", { class: "with-unit" }, input, choose));
  el.addEventListener("change", () => {
    const now = get();
    const wrong = now !== null && (now < min || (max !== undefined && now > max));
    error(wrong ? ui.out_of_range(min, max ?? null, ui.units[unit]) : null);
  });
  return { el, error, input, get, set };
}

/** @param {FieldOptions & {value?: string|null, options: import("./combo.js").Option[]}} options @returns {Field<string|null> & {update: (options: import("./combo.js").Option[]) => void}} */
export function comboField({ value = null, options, ...rest }) {
  const combo = createCombo({ label: rest.label, options, value, optional: !rest.required, id: newId("field"), placeholder: rest.placeholder });
  const framed = frame(rest, combo.input, combo.el);
  return { ...framed, input: combo.input, get: () => combo.value, set: (next) => void (combo.value = next), update: combo.update };
}

/**
 * JSON as text. `get` gives `undefined`, and the field says why, where it is none.
 * @param {FieldOptions & {value?: unknown, rows?: number}} options
 * @returns {Field<any>}
 */
export function jsonField({ value, rows = 6, ...rest }) {
  const input = h("textarea", { class: "code", name: rest.name, rows, spellcheck: "false", dir: "ltr" });
  const set = (/** @type {unknown} */ next) => void (input.value = next === undefined ? "" : JSON.stringify(next, null, 2));
  set(value);
  const { el, error } = frame(rest, input);
  const get = () => {
    try {
      const read = input.value.trim() === "" ? null : JSON.parse(input.value);
      error(null);
      return read;
    } catch (problem) {
      error(ui.not_json(problem instanceof Error ? problem.message : ""));
      return undefined;
    }
  };
  input.addEventListener("blur", get);
  return { el, error, input, get, set };
}

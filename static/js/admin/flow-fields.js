/* Owns a step that is made of fields: each at a pointer of the draft, its help beside it, errors at it. */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";

/** @typedef {import("../ui/field.js").Field<any>} Field */
/** @typedef {import("./flow-steps.js").Problem} Problem */
/** @typedef {{pointer: string, field: Field, required?: boolean, check?: (value: any) => string|null}} Placed */

/**
 * @param {object} options
 * @param {string} options.id
 * @param {() => string} options.label
 * @param {Placed[]} options.fields
 * @param {() => void} options.onInput something was written or chosen
 * @param {(Node|null)[]} [options.around] what stands below the fields
 * @returns {import("./flow-steps.js").Step & {fields: Placed[]}}
 */
export function createFieldStep({ id, label, fields, onInput, around = [] }) {
  // What is changed is not known to be wrong any more; a field that looks at itself does so after that.
  for (const { field } of fields) for (const type of ["input", "change"]) field.el.addEventListener(type, () => field.error(null), true);
  const el = h("div", { class: "form flow-fields", oninput: onInput, onchange: onInput }, ...fields.map(({ field }) => field.el), ...around);
  const focus = (/** @type {Field} */ field) => () => field.input.focus();
  return {
    id, label, el, fields,
    check() {
      /** @type {Problem[]} */
      const found = [];
      for (const { pointer, field, required, check } of fields) {
        const value = field.get();
        const empty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
        const message = field.el.hidden ? null : required && empty ? rules.missing.missing : check?.(value) ?? null;
        field.error(message);
        if (message) found.push({ pointer, message: `${labelOf(field)}: ${message}`, focus: focus(field) });
      }
      return found;
    },
    place(map) {
      return fields.flatMap(({ pointer, field }) => {
        const own = Object.keys(map).filter((one) => one === pointer || one.startsWith(`${pointer}/`));
        field.error(own.length > 0 ? own.map((one) => map[one]).join(" ") : null);
        return own.map((one) => ({ pointer: one, message: `${labelOf(field)}: ${map[one]}`, focus: focus(field) }));
      });
    },
  };
}

/** @param {Field} field */
function labelOf(field) {
  return field.el.querySelector(".field-label, legend")?.textContent ?? "";
}

/**
 * Several of a few, each to be ticked.
 * @param {{name: string, label: string, help?: string, options: {value: string, label: string}[], value: string[]}} options
 * @returns {import("../ui/field.js").Field<string[]>}
 */
export function checksField({ name, label, help, options, value }) {
  const boxes = options.map((option) => ({ option, box: h("input", { type: "checkbox", name }) }));
  const error = h("p", { class: "field-error", hidden: true });
  const el = h("fieldset", { class: "field" }, h("legend", { class: "field-label", text: label }), help ? h("p", { class: "field-help", text: help }) : null,
    h("div", { class: "flow-checks" }, ...boxes.map(({ option, box }) => h("label", { class: "choice" }, box, h("span", { text: option.label })))), error);
  const set = (/** @type {string[]} */ next) => boxes.forEach(({ option, box }) => (box.checked = next.includes(option.value)));
  set(value);
  return {
    el, set,
    input: boxes[0].box,
    get: () => boxes.filter(({ box }) => box.checked).map(({ option }) => option.value),
    error(text) {
      error.textContent = text ?? "";
      error.hidden = !text;
    },
  };
}

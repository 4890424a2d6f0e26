/* Owns the fields that ui/fields.js has not: several of a few, a colour, how long wrap-up holds units. Made as those are. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { frame } from "../ui/field.js";
import { durationField, selectField } from "../ui/fields.js";
import { newId } from "../ui/id.js";

/** @typedef {import("../ui/field.js").FieldOptions} FieldOptions */
/** @template T @typedef {import("../ui/field.js").Field<T>} Made */

/** Several of a few, in their order. @param {FieldOptions & {options: {value: string, label: string}[]}} options @returns {Made<string[]>} */
export function checksField({ name, label, help, options }) {
  const boxes = options.map(({ value }) => h("input", { type: "checkbox", name, value }));
  const helpText = help ? h("p", { id: newId("help"), class: "field-help", text: help }) : null;
  const errorText = h("p", { id: newId("error"), class: "field-error", hidden: true });
  const choices = h("div", { class: "form-checks" }, ...boxes.map((box, i) => h("label", { class: "choice" }, box, options[i].label)));
  const el = h("fieldset", { class: "field", "aria-describedby": helpText?.id }, h("legend", { class: "field-label", text: label }), choices, helpText, errorText);
  return {
    el,
    input: boxes[0],
    get: () => boxes.filter((box) => box.checked).map((box) => box.value),
    set: (values) => boxes.forEach((box) => (box.checked = values.includes(box.value))),
    error(text) {
      setText(errorText, text ?? "");
      setShown(errorText, Boolean(text));
      setAttr(el, "aria-describedby", [helpText?.id, text ? errorText.id : ""].filter(Boolean).join(" ") || null);
    },
  };
}

/** What a widget has where nothing is chosen (`--accent` in `widget.js`). */
const WIDGET_COLOR = "#1f5ab8";

/** A colour as `#rrggbb`, written or picked. @param {FieldOptions} options @returns {Made<string>} */
export function colorField(options) {
  const input = h("input", { type: "text", name: options.name, maxlength: 7, autocomplete: "off", spellcheck: "false", placeholder: WIDGET_COLOR });
  const picker = h("input", { type: "color", class: "form-color", "aria-label": forms.pick_color, oninput: () => (input.value = picker.value) });
  const follow = () => void (picker.value = /^#[0-9a-f]{6}$/i.test(input.value) ? input.value : WIDGET_COLOR);
  input.addEventListener("input", follow);
  return {
    ...frame(options, input, h("div", { class: "form-color-row" }, picker, input)),
    input,
    get: () => input.value,
    set(value) {
      input.value = value;
      follow();
    },
  };
}

/** Always, never, or a length of time. @param {FieldOptions & {min?: number, max?: number}} options @returns {Made<string|number>} */
export function holdField({ min, max, ...rest }) {
  const choices = /** @type {const} */ (["always", "never", "seconds"]).map((value) => ({ value, label: forms.options.block_capacity[value] }));
  const choose = selectField({ ...rest, options: choices });
  const seconds = durationField({ name: `${rest.name}/seconds`, label: forms.at_most_label, min, max, required: true });
  const show = () => setShown(seconds.el, choose.get() === "seconds");
  const el = h("div", { class: "form-group" }, choose.el, seconds.el);
  choose.el.addEventListener("change", show);
  return {
    el,
    input: choose.input,
    get: () => (choose.get() === "seconds" ? /** @type {number} */ (seconds.get()) : choose.get()),
    set(value) {
      choose.set(typeof value === "number" ? "seconds" : value);
      seconds.set(typeof value === "number" ? value : 60);
      show();
    },
    error: (text) => (choose.get() === "seconds" ? seconds : choose).error(text),
  };
}

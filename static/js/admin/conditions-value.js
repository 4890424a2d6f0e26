/*
 * Owns the editor of a comparison's value: by what is read, and by how many values the operator takes. It tells the value as the wire
 * has it, null where nothing is given.
 */

import { h, setAttr } from "../lib/dom.js";
import { t, rules } from "../strings.en.js";
import { chipsField } from "../ui/fields.js";
import { boundsOf, shapeOf, takesNumber } from "./conditions-catalogue.js";
import { operandText } from "./rules-words.js";

/** @typedef {import("./conditions-catalogue.js").Readable} Readable */
/** @typedef {import("./conditions-state.js").Value} Value */
/** @typedef {import("./conditions-state.js").Operand} Operand */
/** @typedef {{options: (collection: string) => {value: string, label: string, hint?: string}[], label: (collection: string, id: string) => string}} Names */

/**
 * @param {object} options
 * @param {Readable} options.found what is read
 * @param {string} options.operator
 * @param {Value} options.value
 * @param {Names} options.names
 * @param {string} options.spot by which the focus finds it again
 * @param {(value: Value) => void} options.onChange
 * @returns {HTMLElement|null} null where the operator takes no value
 */
export function createValueEditor({ found, operator, value, names, spot, onChange }) {
  const number = takesNumber(operator, found.type);
  switch (shapeOf(operator)) {
    case "none":
      return null;
    case "many":
      return many(found, Array.isArray(value) ? value : [], number, names, spot, onChange);
    case "one":
      return one(found, operator, Array.isArray(value) ? null : value, number, names, spot, rules.value, onChange);
    default:
      return range(found, operator, Array.isArray(value) ? value : [null, null], names, spot, onChange);
  }
}

/** @param {Readable} found @param {string} operator @param {(Operand|null)[]} value @param {Names} names @param {string} spot @param {(value: Value) => void} onChange */
function range(found, operator, value, names, spot, onChange) {
  const ends = [value[0] ?? null, value[1] ?? null];
  const end = (/** @type {0|1} */ at) => one(found, operator, ends[at], true, names, `${spot}/${at}`, at === 0 ? rules.from : rules.to, (next) => {
    ends[at] = Array.isArray(next) ? null : next;
    onChange([...ends]);
  });
  return h("div", { class: "rule-range" }, end(0), h("span", { class: "muted", text: rules.and.trim() }), end(1));
}

/**
 * @param {Readable} found @param {string} operator @param {Operand|null} value @param {boolean} number @param {Names} names @param {string} spot @param {string} label
 * @param {(value: Value) => void} onChange
 * @returns {HTMLElement}
 */
function one(found, operator, value, number, names, spot, label, onChange) {
  const options = choices(found, names);
  const exact = ["equals", "not_equals"].includes(operator);
  if (options && (exact || number)) return select(options, value, label, spot, onChange);
  const type = number ? "number" : found.choice === "date" && exact ? "date" : "text";
  const bounds = number ? boundsOf(found.choice) : null;
  const input = h("input", { type, "aria-label": label, "data-spot": spot, autocomplete: "off", step: number && !bounds ? "any" : null, min: bounds?.[0], max: bounds?.[1], maxlength: number ? null : 4000 });
  input.value = value === null ? "" : String(value);
  input.addEventListener("input", () => {
    setAttr(input, "aria-invalid", input.validity.badInput ? "true" : null);
    onChange(input.value === "" ? null : number ? Number(input.value) : input.value);
  });
  return input;
}

/** @param {{value: Operand, label: string}[]} options @param {Operand|null} value @param {string} label @param {string} spot @param {(value: Value) => void} onChange */
function select(options, value, label, spot, onChange) {
  const known = value === null || options.some((option) => String(option.value) === String(value));
  const all = known ? options : [...options, { value: /** @type {Operand} */ (value), label: String(value) }];
  const input = h("select", { "aria-label": label, "data-spot": spot }, h("option", { value: "", text: rules.choose }), ...all.map((option) => h("option", { value: String(option.value), text: option.label })));
  input.value = value === null ? "" : String(value);
  input.addEventListener("change", () => onChange(all.find((option) => String(option.value) === input.value)?.value ?? null));
  return input;
}

/** @param {Readable} found @param {(Operand|null)[]} values @param {boolean} number @param {Names} names @param {string} spot @param {(value: Value) => void} onChange */
function many(found, values, number, names, spot, onChange) {
  const options = choices(found, names)?.map(({ value, label }) => ({ value: String(value), label }));
  const field = chipsField({ name: "values", label: rules.values, value: values.map(String), options, max: 100, placeholder: options ? rules.choose : rules.values_hint });
  const words = field.el.querySelector(".field-head");
  words?.classList.add("sr-only");
  field.input.setAttribute("data-spot", spot);
  field.el.addEventListener("change", () => {
    const written = field.get();
    const wrong = number ? written.filter((text) => text.trim() === "" || !Number.isFinite(Number(text))) : [];
    field.error(wrong.length > 0 ? rules.not_numbers(wrong.join(", ")) : null);
    onChange(number ? written.filter((text) => !wrong.includes(text)).map(Number) : written);
  });
  return field.el;
}

/** What there is to choose from; null where it is written. @param {Readable} found @param {Names} names @returns {{value: Operand, label: string}[]|null} */
function choices({ choice }, names) {
  const named = (/** @type {Operand[]} */ values) => values.map((value) => ({ value, label: operandText(value, choice, names.label) }));
  if (choice === "yes_no") return named([true, false]);
  if (choice === "weekday") return named([1, 2, 3, 4, 5, 6, 7]);
  if (choice === "channel_type") return named(Object.keys(t.channel_types));
  return choice === "channel" ? names.options("channels").map(({ value, label }) => ({ value, label })) : null;
}

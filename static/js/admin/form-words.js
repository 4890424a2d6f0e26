/* Owns the words at a field: its label, what it is for, and its unit, bounds and default as the description has them. */

import { locale } from "../lib/language.js";
import { forms } from "../strings.en.js";
import { UNITS, bestUnit } from "../ui/units.js";
import { names } from "./form-pointer.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Words} Words */

/** Bounds that are there for the machine only are not told. */
const TOO_MUCH = 1_000_000;

/** The words of a collection's fields. @param {string} id @returns {Words} */
export function wordsOf(id) {
  return /** @type {Record<string, Words>} */ (forms.fields)[id] ?? {};
}

/** @param {Words} words @param {string} at the path of the field */
export function labelOf(words, at) {
  return words[at]?.[0] ?? names(at).at(-1) ?? at;
}

/** What a field is for, with its bounds and default. @param {Words} words @param {string} at @param {Field} field */
export function helpOf(words, at, field) {
  const parts = [words[at]?.[1], boundsText(field), defaultText(field)].filter((part) => part);
  return parts.join(" ") || undefined;
}

/** The words of a field's option. @param {Field} field @param {string} option */
export function optionText(field, option) {
  const group = field.words ?? names(field.path).at(-1) ?? "";
  return /** @type {Record<string, Record<string, string>>} */ (forms.options)[group]?.[option] ?? option;
}

/** @param {Field} field */
function boundsText({ kind, min, max, unit }) {
  if (kind !== "number" && kind !== "duration") return "";
  const say = (/** @type {number} */ n) => (kind === "duration" ? durationText(n) : unit === "minutes" ? durationText(n * 60) : n.toLocaleString(locale()));
  const most = max !== undefined && max < TOO_MUCH ? say(max) : null;
  if (most !== null && min !== undefined) return forms.from_to(say(min), most);
  return min !== undefined && min > 1 ? forms.at_least(say(min)) : "";
}

/** @param {Field} field */
function defaultText(field) {
  const { kind, value } = field;
  if (value === undefined || value === "") return "";
  if (value === null) return kind === "duration" ? forms.default_is(forms.none) : "";
  if (kind === "duration" && typeof value === "number") return forms.default_is(durationText(value));
  if (kind === "number") return forms.default_is(Number(value).toLocaleString(locale()));
  if (kind === "select" || kind === "hold") return forms.default_is(optionText(field, String(value)));
  return kind === "switch" ? forms.default_is(value ? forms.on : forms.off) : kind === "text" || kind === "zone" ? forms.default_is(String(value)) : "";
}

/** A length of time in the unit that it reads best in. @param {number} seconds */
export function durationText(seconds) {
  const unit = /** @type {"s"|"min"|"h"|"d"} */ (bestUnit(seconds));
  const n = seconds / UNITS[unit];
  return forms.length(n, n.toLocaleString(locale()), unit);
}

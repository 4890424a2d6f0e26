/* Owns values as people read them: in the cells of a list, and where two versions are compared. */

import { locale } from "../lib/language.js";
import { forms } from "../strings.en.js";
import { nameOf } from "./shell-names.js";
import { isObject, names as partsOf } from "./form-pointer.js";
import { durationText, labelOf, optionText, wordsOf } from "./form-words.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Collection} Collection */
/** @typedef {import("./shell-names.js").Names} Names */

/** The field at a pointer, through sections, parts, shapes and lists. @param {readonly Field[]} fields @param {string} pointer @returns {Field|undefined} */
export function fieldAt(fields, pointer) {
  for (const field of fields) {
    if (field.path === pointer && field.kind !== "section" && field.kind !== "variant") return field;
    const within = [...(field.fields ?? []), ...(field.variants ?? []).flatMap(({ fields = [] }) => fields)];
    if (within.length === 0 || !(field.path === "" || pointer.startsWith(`${field.path}/`))) continue;
    const inner = pointer.slice(field.path.length);
    const found = fieldAt(within, field.kind === "list" ? inner.replace(/^\/\d+/, "") : inner);
    if (found) return found;
  }
  return undefined;
}

/** How a value of a collection's member is called and said. @param {Collection} collection @param {Names} names @param {string} pointer */
export function valueText(collection, names, pointer) {
  const field = fieldAt(collection.fields, pointer);
  const words = wordsOf(collection.id);
  const path = pointer.replace(/\/\d+(?=\/|$)/g, "");
  return { label: words[path] ? labelOf(words, path) : partsOf(path).join(" › ") || path, say: (/** @type {unknown} */ value) => say(field, names, value) };
}

/** @param {Field|undefined} field @param {Names} names @param {unknown} value @returns {string} */
export function say(field, names, value) {
  if (value === null || value === undefined || value === "") return forms.nothing;
  if (typeof value === "boolean") return value ? forms.yes : forms.no;
  if (field?.kind === "secret") return forms.secret;
  if (typeof value === "number") return field?.kind === "duration" || field?.kind === "hold" ? durationText(value) : value.toLocaleString(locale());
  if (typeof value === "string") return field?.from ? names.label(field.from, value) : field?.options || field?.kind === "hold" ? optionText(field, value) : value;
  if (Array.isArray(value)) return value.length === 0 ? forms.nothing : listText(field, names, value);
  return isObject(value) ? JSON.stringify(value) : String(value);
}

/** @param {Field|undefined} field @param {Names} names @param {unknown[]} values */
function listText(field, names, values) {
  if (values.some(isObject)) return values.map((value) => (isObject(value) && "name" in value ? nameOf("", { id: String(value.name) }) : compact(value))).join("; ");
  return values.map((value) => say(field, names, value)).join(", ");
}

/** @param {unknown} value */
function compact(value) {
  return isObject(value) ? Object.values(value).filter((each) => each !== null).map((each) => (isObject(each) ? Object.values(each).join(" ") : String(each))).join(" ") : String(value);
}

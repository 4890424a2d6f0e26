/* Owns how a difference is shown: a table of the fields, each with what it was and what it is. */

import { h } from "../lib/dom.js";
import { admin, forms } from "../strings.en.js";
import { isObject, partsOf } from "./diff.js";
import { wordsOf } from "./form-words.js";

/** @typedef {import("./diff.js").Difference} Difference */

/**
 * @param {object} options
 * @param {string} options.label of the table
 * @param {string} options.collection whose fields they are
 * @param {readonly Difference[]} options.changes
 * @param {"create"|"change"|"delete"} options.kind what came to be has no before, what is no more no after
 */
export function diffTable({ label, collection, changes, kind }) {
  const sides = { create: [admin.after], change: [admin.before, admin.after], delete: [admin.before] }[kind];
  const head = h("tr", {}, ...[admin.field, ...sides].map((text) => h("th", { scope: "col", text })));
  const rows = changes.map(({ pointer, before, after }) => {
    const values = { create: [after], change: [before, after], delete: [before] }[kind];
    return h("tr", {}, h("th", { scope: "row", text: fieldName(collection, pointer) }), ...values.map((value, i) => valueCell(value, sides[i], kind === "delete" || (kind === "change" && i === 0))));
  });
  return h("table", { class: "diff", "data-kind": kind, "aria-label": label }, h("thead", {}, head), h("tbody", {}, ...rows));
}

/** @param {unknown} value @param {string} side @param {boolean} old */
function valueCell(value, side, old) {
  const text = valueText(value);
  const words = text.includes("\n") ? h("pre", { text }) : h("span", { text });
  return h("td", { "data-side": side }, value === undefined || value === null ? words : h(old ? "del" : "ins", {}, words));
}

/** A value for people; what has parts of its own stays JSON. Pure. @param {unknown} value @returns {string} */
export function valueText(value) {
  if (value === undefined || value === null) return "—";
  if (value === "") return admin.empty_text;
  if (typeof value === "boolean") return value ? forms.on : forms.off;
  if (Array.isArray(value) && value.length === 0) return admin.empty_list;
  if (isObject(value) && Object.keys(value).length === 0) return admin.empty_list;
  if (Array.isArray(value) && value.every((each) => typeof each !== "object" || each === null)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

/** A field's name as in its form, with the way to it. Pure. @param {string} collection @param {string} pointer */
export function fieldName(collection, pointer) {
  const words = wordsOf(collection);
  if (words[pointer]) return words[pointer][0];
  const [first, ...rest] = partsOf(pointer);
  if (first === undefined) return admin.whole;
  const top = words[`/${first}`]?.[0] ?? first;
  return [top, ...rest.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part))].join(" › ");
}

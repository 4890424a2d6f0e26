/* Owns how a difference is shown: a table of the fields, each with what it was and what it is. */

import { h } from "../lib/dom.js";
import { admin, forms } from "../strings.en.js";
import { own } from "../lib/own.js";
import { escaped, isObject, partsOf } from "./diff.js";
import { fieldAt, say } from "./editor-values.js";
import { collection as described } from "./fields/index.js";
import { wordsOf } from "./form-words.js";
import { ruleText } from "./rules-words.js";

/** @typedef {import("./diff.js").Difference} Difference */

/**
 * @param {object} options
 * @param {string} options.label of the table
 * @param {string} options.collection whose fields they are
 * @param {readonly Difference[]} options.changes
 * @param {"create"|"change"|"delete"} options.kind what came to be has no before, what is no more no after
 * @param {import("./shell-names.js").Names} options.names
 * @param {[string, string]} [options.of] what the two sides are called, where they are not before and after
 */
export function diffTable({ label, collection, changes, kind, names, of }) {
  const sides = of ?? { create: [admin.after], change: [admin.before, admin.after], delete: [admin.before] }[kind];
  const head = h("tr", {}, ...[admin.field, ...sides].map((text) => h("th", { scope: "col", text })));
  const rows = changes.flatMap(inFields).map(({ pointer, before, after }) => {
    const values = { create: [after], change: [before, after], delete: [before] }[kind];
    return h("tr", {}, h("th", { scope: "row", text: fieldName(collection, pointer) }), ...values.map((value, i) => valueCell(value, fieldText(collection, names, pointer, value), sides[i], kind === "delete" || (kind === "change" && i === 0))));
  });
  return h("table", { class: "diff", "data-kind": kind, "aria-label": label }, h("thead", {}, head), h("tbody", {}, ...rows));
}

/** @param {unknown} value @param {string} text @param {string} side @param {boolean} old */
function valueCell(value, text, side, old) {
  const words = text.includes("\n") ? h("pre", { text }) : h("span", { text });
  return h("td", { "data-side": side }, value === undefined || value === null ? words : h(old ? "del" : "ins", {}, words));
}

/** What came or went as a whole, field by field; a rule is one thing, and said in words. Pure. @param {Difference} change @returns {Difference[]} */
export function inFields(change) {
  const { pointer, before, after } = change;
  const whole = before ?? after;
  const parts = isObject(whole) || (Array.isArray(whole) && whole.every(isObject)) ? Object.entries(whole) : [];
  if ((before ?? after) !== (after ?? before) || parts.length === 0 || isRule(whole)) return [change];
  return parts.flatMap(([name, part]) => inFields({ pointer: `${pointer}/${escaped(name)}`, before: after ? undefined : part, after: after ? part : undefined }));
}

/** Kinds of fields whose values have words or names of their own. */
const WORDED = ["select", "checks", "pick", "picks", "duration", "hold"];

/** A value as its form says it: names for ids, an option's words, a length of time, a whole rule in words. @param {string} of a collection @param {import("./shell-names.js").Names} names @param {string} pointer @param {unknown} value */
export function fieldText(of, names, pointer, value) {
  if (isRule(value)) return `${value.name}: ${ruleText(value, [], names.label)}`;
  const field = fieldAt(described(of)?.fields ?? [], pointer);
  const there = typeof value === "number" || (typeof value === "string" && value !== "") || (Array.isArray(value) && value.length > 0);
  return there && field && WORDED.includes(field.kind) ? say(field, names, value) : valueText(value);
}

/** @param {unknown} value @returns {value is import("./rules-state.js").Rule} */
function isRule(value) {
  return isObject(value) && typeof value.name === "string" && isObject(value.when) && (isObject(value.route_to) || isObject(value.set) || Array.isArray(value.skills));
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
  const [whole] = own(words, pointer) ?? [];
  if (whole) return whole;
  if (pointer === "") return admin.whole;
  let at = "";
  /** @type {string[]} */
  const way = [];
  for (const part of partsOf(pointer)) {
    const [one] = /^\d+$/.test(part) ? (own(words, `${at}*`) ?? [""]) : [];
    if (one !== undefined) way.push(one ? forms.numbered(one, Number(part) + 1) : String(Number(part) + 1));
    else {
      at += `/${part}`;
      way.push((own(words, at) ?? own(words, `${at}?`))?.[0] ?? part);
    }
  }
  return way.join(" › ");
}

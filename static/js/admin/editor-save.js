/* Owns what is sent when a form is saved, and what a new resource is called. */

import { RequestError } from "../lib/client.js";
import { forms } from "../strings.en.js";
import { names } from "./form-pointer.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Collection} Collection */

const MOST_ID = 64;

/** What the form holds of a resource: without what the server alone writes. @param {Collection} collection @param {Record<string, any>} value */
export function editable(collection, value) {
  const gone = new Set(["id", ...(collection.readOnly ?? [])]);
  return Object.fromEntries(Object.entries(value).filter(([name]) => !gone.has(name)));
}

/** The body of a save: the form's members, and those that no form knows as they were. @param {Collection} collection @param {Record<string, any>} base @param {Record<string, any>} form */
export function body(collection, base, form) {
  if (collection.single) return form;
  const known = new Set(covered(collection.fields));
  const others = Object.entries(editable(collection, base)).filter(([name]) => !known.has(name));
  return { ...Object.fromEntries(others), ...form };
}

/** The members that fields write. @param {readonly Field[]} fields @returns {string[]} */
function covered(fields) {
  return fields.flatMap((field) => (field.path === "" ? covered(field.fields ?? []) : names(field.path).slice(0, 1)));
}

/** A copy to start from: what is secret must be given anew. @param {unknown} value @returns {any} */
export function copyOf(value) {
  if (value === "********") return "";
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)]));
}

/** An id made of a name, that none has yet. Pure. @param {string} name @param {ReadonlySet<string>} taken */
export function idFrom(name, taken) {
  const plain = name.normalize("NFKD").replace(/\p{Mn}/gu, "").replaceAll("ß", "ss").toLowerCase().replace(/[^a-z0-9._]+/g, "-").replace(/^[^a-z0-9]+|-+$/g, "");
  const id = plain.slice(0, MOST_ID - 4).replace(/-+$/, "");
  if (!id || !taken.has(id)) return id;
  for (let n = 2; ; n++) if (!taken.has(`${id}-${n}`)) return `${id}-${n}`;
}

/** @param {Collection} collection @param {string} id */
export function pathOf(collection, id) {
  return collection.single ? collection.single.path : `/v1/${collection.id}/${encodeURIComponent(id)}`;
}

/** What went wrong, in the page's language. @param {unknown} problem @param {boolean} [typed] whether somebody typed what was to be saved */
export function messageOf(problem, typed = false) {
  if (typed && problem instanceof RequestError && problem.problem.code === "not_connected") return forms.not_connected;
  return problem instanceof Error ? problem.message : forms.failed;
}

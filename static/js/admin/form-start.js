/* Owns what a new resource starts with: the defaults of CONTRACT §3, as the descriptions have them. Pure. */

import { read, write } from "./form-pointer.js";

/** @typedef {import("./form-types.js").Field} Field */

/** What a new one of a field starts with. @param {Field} field @param {unknown} local the value of what holds it */
export function startOf({ follows, value }, local) {
  if (!follows) return value;
  const key = String(read(local, follows.path));
  return key in follows.values ? follows.values[key] : follows.values["*"];
}

/** What a new object of these fields starts with. Pure. @param {readonly Field[]} fields @param {Record<string, any>} [value] */
export function startValue(fields, value = {}) {
  for (const field of fields) {
    if (field.kind === "section") startValue(field.fields ?? [], value);
    else if (field.kind === "group") write(value, field.path, startValue(field.fields ?? []));
    else if (field.kind !== "variant") write(value, field.path, structuredClone(startOf(field, value)));
  }
  return value;
}

/* Owns what is known of a configuration's plan: what each of its steps changes. Pure. */

import { changes } from "./diff.js";

/** @typedef {import("./diff.js").Difference} Difference */
/** @typedef {{action: "create"|"change"|"delete", resource: string, changes: string[]}} Step */

/** A change of a plan as its two values: `/priority: 3 -> 1`. A value may have an arrow in it. @param {string} text @returns {Difference} */
export function changeOf(text) {
  const colon = text.indexOf(": ");
  const [pointer, values] = [text.slice(0, colon), text.slice(colon + 2)];
  for (let at = values.indexOf(" -> "); at >= 0; at = values.indexOf(" -> ", at + 1)) {
    const [before, after] = [read(values.slice(0, at)), read(values.slice(at + 4))];
    if (before && after) return { pointer, before: before.value, after: after.value };
  }
  return { pointer, before: undefined, after: values };
}

/** @param {string} text @returns {{value: unknown}|null} */
export function read(text) {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Collection and id of a step; the settings have no id. @param {string} resource */
export function subjectOf(resource) {
  const at = resource.indexOf("/");
  return at < 0 ? { collection: resource, id: "" } : { collection: resource.slice(0, at), id: resource.slice(at + 1) };
}

/** What a step changes: as the plan says, or all of what comes or goes. @param {Step} step @param {any} before the document as it is @param {any} after the one that is imported @returns {Difference[]} */
export function fieldsOf(step, before, after) {
  if (step.action === "change") return step.changes.flatMap((text) => split(changeOf(text)));
  const { collection, id } = subjectOf(step.resource);
  const section = collection.replaceAll("-", "_");
  return step.action === "create" ? changes(null, after?.[section]?.[id] ?? null) : changes(before?.[section]?.[id] ?? null, null);
}

/** A changed list of parts, part by part. @param {Difference} change */
function split({ pointer, before, after }) {
  const inner = Array.isArray(before) && Array.isArray(after) ? changes(before, after) : [];
  return inner.length > 0 ? inner.map((each) => ({ ...each, pointer: pointer + each.pointer })) : [{ pointer, before, after }];
}

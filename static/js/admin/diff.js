/* Owns the difference of two values, field by field, as history and import show it. Pure. */

/**
 * One field that differs. A side that has nothing there has no value (`undefined`).
 * @typedef {{pointer: string, before: unknown, after: unknown}} Difference
 */

/**
 * What differs, by the pointer of the deepest field that does. Of a list of parts only the stretch between its equal head and tail is
 * compared, part by part; a list of plain values is one field.
 * @param {unknown} before @param {unknown} after @param {string} [at] @returns {Difference[]}
 */
export function differences(before, after, at = "") {
  if (isSame(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differences(before[name], after[name], `${at}/${escaped(name)}`));
  }
  if (isParts(before) && isParts(after)) return ofLists(before, after, at);
  return [{ pointer: at, before, after }];
}

/** The fields of one side: of what came to be, or is no more. @param {unknown} before @param {unknown} after @returns {Difference[]} */
export function changes(before, after) {
  return differences(before ?? (isObject(after) ? {} : undefined), after ?? (isObject(before) ? {} : undefined));
}

/** @param {unknown[]} before @param {unknown[]} after @param {string} at @returns {Difference[]} */
function ofLists(before, after, at) {
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && isSame(before[head], after[head])) head++;
  let tail = 0;
  while (tail < least - head && isSame(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  return Array.from({ length: Math.max(old.length, now.length) }, (_, i) => differences(old[i], now[i], `${at}/${head + i}`)).flat();
}

/** Whether two values of JSON are the same, whatever the order of their members. @param {unknown} a @param {unknown} b @returns {boolean} */
export function isSame(a, b) {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => isSame(each, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]));
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list with at least one part that has members of its own, or an empty one. @param {unknown} value @returns {value is unknown[]} */
function isParts(value) {
  return Array.isArray(value) && value.every(isObject);
}

/** @param {string} name */
export function escaped(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The names in a pointer. @param {string} pointer @returns {string[]} */
export function partsOf(pointer) {
  return pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

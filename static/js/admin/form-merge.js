/*
 * Owns what happens when two administrators change one thing: what the other changed, where that meets what one typed, and the
 * result of a choice. Lists are one value: half a list of each is nobody's. Pure.
 */

import { escape, isObject, read, same, write } from "./form-pointer.js";

/** @typedef {{pointer: string, before: unknown, after: unknown}} Change */
/** @typedef {Change & {mine: unknown, contested: boolean}} Meeting `contested`: both changed it, and not to the same */

/**
 * What is different, at the deepest members that are not objects.
 * @param {unknown} before @param {unknown} after @param {string} [at]
 * @returns {Change[]}
 */
export function changes(before, after, at = "") {
  if (same(before, after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [{ pointer: at, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => changes(before[key], after[key], `${at}/${escape(key)}`));
}

/**
 * What the other changed, and what of it one changed oneself.
 * @param {unknown} base as both found it @param {unknown} mine @param {unknown} theirs
 * @returns {Meeting[]}
 */
export function meet(base, mine, theirs) {
  return changes(base, theirs).map((change) => {
    const own = read(mine, change.pointer);
    return { ...change, mine: own, contested: !same(own, change.before) && !same(own, change.after) };
  });
}

/**
 * What one typed, over what is there now: the other's changes stand where one changed nothing, and where one gave way.
 * @param {unknown} base @param {unknown} mine @param {unknown} theirs
 * @param {Set<string>} kept pointers of contested members at which one's own stands
 */
export function merge(base, mine, theirs, kept) {
  const result = structuredClone(mine);
  for (const { pointer, after, contested } of meet(base, mine, theirs)) {
    if (contested && kept.has(pointer)) continue;
    if (pointer === "") return structuredClone(after);
    write(/** @type {Record<string, any>} */ (result), pointer, structuredClone(after));
  }
  return result;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isPlain(value) {
  return isObject(value) && !Array.isArray(value);
}

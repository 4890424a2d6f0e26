/* Owns looking things up by id: what a record itself has, and not what every object inherits. An id may be any word, `constructor` too. */

/**
 * @template T
 * @param {Record<string, T>} record
 * @param {string} id
 * @returns {T|undefined}
 */
export function own(record, id) {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

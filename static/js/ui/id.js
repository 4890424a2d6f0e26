/* Owns ids that tie elements together: a label to its field, a tab to its panel. Each is new in the page. */

let next = 0;

/** @param {string} kind */
export function newId(kind) {
  next += 1;
  return `${kind}-${next}`;
}

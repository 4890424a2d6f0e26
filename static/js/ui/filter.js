/* Owns which options a few letters find: those that begin with them first, then those with a word that does, then those that hold them. Pure. */

/** @param {string} text */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
}

/**
 * @template {{label: string, hint?: string}} O
 * @param {readonly O[]} options
 * @param {string} text
 * @returns {O[]}
 */
export function found(options, text) {
  const wanted = folded(text.trim());
  if (!wanted) return [...options];
  const ranked = options.map((option) => ({ option, rank: rank(folded(option.label), folded(option.hint ?? ""), wanted) }));
  return ranked.filter(({ rank }) => rank < 4).sort((a, b) => a.rank - b.rank).map(({ option }) => option);
}

/** @param {string} label @param {string} hint @param {string} wanted */
function rank(label, hint, wanted) {
  if (label.startsWith(wanted)) return 0;
  if (label.split(/[\s\-_.,/]+/).some((word) => word.startsWith(wanted))) return 1;
  if (label.includes(wanted)) return 2;
  return hint.includes(wanted) ? 3 : 4;
}

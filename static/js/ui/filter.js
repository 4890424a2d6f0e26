/*
 * Owns which options a few letters find: those that begin with them first, then those with a word that does, then those that hold them,
 * then those of whose hint a word begins with them. Pure.
 */

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
  if (hasWord(label, wanted)) return 1;
  if (label.includes(wanted)) return 2;
  return hasWord(hint, wanted) ? 3 : 4;
}

/** @param {string} text @param {string} beginning */
function hasWord(text, beginning) {
  return text.split(/[\s\-_.,/]+/).some((word) => word.startsWith(beginning));
}

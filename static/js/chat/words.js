/* Owns the language of the customer's page: which of the channel's is taken, and its texts in it. */

import { primary } from "../lib/language.js";

export { speak } from "../lib/language.js";

/**
 * The first wish that the channel has, by the same tag or else the same language; else the channel's first.
 * @param {string[]} languages
 * @param {readonly (string|null|undefined)[]} wishes
 */
export function pickLanguage(languages, wishes) {
  for (const wish of wishes) {
    if (!wish) continue;
    const same = languages.find((tag) => tag.toLowerCase() === wish.toLowerCase());
    const alike = same ?? languages.find((tag) => primary(tag) === primary(wish));
    if (alike) return alike;
  }
  return languages[0] ?? "en";
}

/**
 * A text in a language, else in the channel's first one.
 * @param {import("../types.js").Texts} texts
 * @param {string} language
 * @param {string[]} languages
 */
export function textOf(texts, language, languages) {
  return texts[language] ?? texts[languages[0]] ?? "";
}

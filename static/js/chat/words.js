/* Owns the language of the customer's page: which of the channel's is taken, its texts, and the page's own words in it. */

import { t } from "../strings.en.js";

/** The page's own words beside English. @type {Record<string, () => Promise<{t: object}>>} */
const OTHERS = { de: () => import("../strings.de.js") };

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

/** Makes the page's own words those of a language; before anything is built from them. @param {string} language */
export async function speak(language) {
  document.documentElement.lang = language;
  const words = await OTHERS[primary(language)]?.();
  if (words) Object.assign(t, words.t);
  else document.documentElement.lang = "en";
}

/** @param {string} tag */
function primary(tag) {
  return tag.toLowerCase().split("-")[0];
}

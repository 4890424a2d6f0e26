/*
 * Owns the language of a page: English stands in strings.en.js, and `speak` puts another language's words over it, before
 * anything is built from them. What a language lacks stays English. Knows nothing of how a page chooses.
 */

import * as english from "../strings.en.js";

/** Languages beside English, each loaded when it is spoken. @type {Record<string, () => Promise<object>>} */
const OTHERS = { de: () => import("../strings.de.js") };

/** The language of a tag: `de` of `de-CH`. @param {string} tag */
export function primary(tag) {
  return tag.toLowerCase().split("-")[0];
}

/** How dates and numbers are written: as the browser would in the language that is spoken (`en-GB` of an English browser). */
export function locale() {
  const spoken = globalThis.document?.documentElement?.lang;
  return spoken ? (navigator.languages.find((tag) => primary(tag) === primary(spoken)) ?? spoken) : undefined;
}

/** Makes the page's words those of a language, English where there are none. @param {string} language a BCP 47 tag */
export async function speak(language) {
  const words = await OTHERS[primary(language)]?.();
  document.documentElement.lang = words ? language : "en";
  lay(words ?? {}, english);
}

/** Lays words over others, part by part. @param {Record<string, any>} words @param {Record<string, any>} over */
function lay(words, over) {
  for (const [name, word] of Object.entries(words)) {
    if (typeof word === "object") lay(word, over[name]);
    else over[name] = word;
  }
}

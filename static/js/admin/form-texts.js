/* Owns a text in several languages: a field for each language of the channel, the first of which must be there. */

import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { textAreaField, textField } from "../ui/fields.js";
import { names } from "./form-pointer.js";
import { helpOf, labelOf } from "./form-words.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("../ui/field.js").Field<string>} Made */

/** @param {Field} field @param {string} at @param {import("./form-types.js").Scope} scope @returns {import("./form-types.js").Control} */
export function createTexts(field, at, scope) {
  const el = h("div", { class: "form-texts" });
  const label = labelOf(scope.words, at);
  /** Also of languages that are not the channel's any more: one may come back. @type {Record<string, string>} */
  let texts = {};
  /** @type {Map<string, Made>} */
  let fields = new Map();

  const keep = () => fields.forEach((made, language) => (texts[language] = made.get()));

  function refresh() {
    const languages = /** @type {string[]} */ (scope.root("/settings/languages") ?? ["en"]);
    if ([...fields.keys()].join() === languages.join()) return;
    keep();
    fields = new Map(languages.map((language, i) => [language, makeField(language, i, languages.length)]));
    el.replaceChildren(...[...fields.values()].map((made) => made.el));
    fill();
  }

  /** @param {string} language @param {number} i @param {number} count */
  function makeField(language, i, count) {
    const name = count > 1 ? forms.in_language(label, languageName(language)) : label;
    const options = { name: `${at.slice(1)}/${language}`, label: name, help: i === 0 ? helpOf(scope.words, at, field) : undefined, max: field.max, required: i === 0 && field.required };
    return field.long ? textAreaField(options) : textField(options);
  }

  function fill() {
    fields.forEach((made, language) => made.set(texts[language] ?? ""));
  }

  function get() {
    const given = [...fields].map(([language, made]) => [language, made.get().trim()]).filter(([, text]) => text);
    return given.length || field.required ? Object.fromEntries(given) : undefined;
  }

  return {
    el,
    refresh,
    get,
    set(value) {
      texts = { .../** @type {Record<string, string>} */ (value ?? {}) };
      fill();
    },
    check() {
      const [first] = fields.keys();
      const given = get();
      return first && given && !given[first] && (field.required || Object.keys(given).length) ? [{ pointer: `/${first}`, message: forms.missing }] : [];
    },
    show(wrong) {
      const at_field = (/** @type {string} */ pointer) => fields.get(names(pointer)[0] ?? "") ?? [...fields.values()][0];
      fields.forEach((made) => made.error(null));
      const placed = wrong.map(({ pointer, message }) => {
        at_field(pointer)?.error(message);
        return { label, message, focus: () => at_field(pointer)?.input.focus() };
      });
      return { placed, rest: [] };
    },
    focus: () => [...fields.values()][0]?.input.focus(),
  };
}

/** @param {string} tag */
export function languageName(tag) {
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/* Owns the place of rules in a form: the rule builder with the variables that the form declares at that moment. */

import { jsonField } from "../ui/fields.js";
import { forms } from "../strings.en.js";
import { helpOf, labelOf } from "./form-words.js";

/** @param {import("./form-types.js").Field} field @param {string} at @param {import("./form-types.js").Scope} scope @returns {import("./form-types.js").Control} */
export function createRules(field, at, scope) {
  const label = labelOf(scope.words, at);
  const made = jsonField({ name: at.slice(1), label, help: helpOf(scope.words, at, field) });
  made.el.classList.add("wide");
  return {
    el: made.el,
    get: () => made.get() ?? [],
    set: (value) => made.set(value ?? []),
    check: () => (made.get() === undefined ? [{ pointer: "", message: forms.not_json }] : []),
    show(wrong) {
      const texts = wrong.map(({ pointer, message }) => `${pointer} ${message}`.trim());
      made.error(texts.length ? texts.join(" ") : null);
      return { placed: texts.map((message) => ({ label, message, focus: () => made.input.focus() })), rest: [] };
    },
    focus: () => made.input.focus(),
  };
}

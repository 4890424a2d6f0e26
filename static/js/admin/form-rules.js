/* Owns the place of rules in a form: the rule builder with the variables that the form declares at that moment. */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { hrefOf, partsOf } from "../ui/route.js";
import { helpOf, labelOf } from "./form-words.js";
import { createRuleEditor } from "./rules.js";

/** @typedef {import("./form-types.js").Wrong} Wrong */

/** @param {import("./form-types.js").Field} field @param {string} at @param {import("./form-types.js").Scope} scope @returns {import("./form-types.js").Control} */
export function createRules(field, at, scope) {
  const label = labelOf(scope.words, at);
  const declared = () => /** @type {import("./conditions-catalogue.js").Variable[]} */ (scope.root("/context_variables") ?? []);
  const editor = createRuleEditor({ label, value: [], variables: declared, names: scope.names, kind: field.rules ?? "routing" });
  const id = scope.isNew ? null : partsOf(location.hash)[1];
  const tried = id ? h("a", { href: hrefOf(["flow", "rules", id]), text: rules.next_try }) : null;
  const error = h("p", { id: newId("error"), class: "field-error", hidden: true });
  const el = h("div", { class: "field wide" }, h("span", { class: "field-label", text: label }), h("p", { class: "field-help", text: helpOf(scope.words, at, field) ?? "" }), tried, error, editor.el);
  let known = "";
  return {
    el,
    get: editor.get,
    set: (value) => editor.set(/** @type {any[]} */ (value ?? [])),
    check: editor.check,
    show(wrong) {
      const map = Object.fromEntries(wrong.map(({ pointer, message }) => [pointer, message]));
      const rest = new Set(editor.errors(map));
      const own = wrong.filter(({ pointer }) => rest.has(pointer));
      error.textContent = own.map(({ message }) => message).join(" ");
      error.hidden = own.length === 0;
      const focus = () => (/** @type {HTMLElement|null} */ (el.querySelector("[aria-invalid=true]")) ?? editor).focus();
      return { placed: wrong.map(({ message }) => ({ label, message, focus })), rest: [] };
    },
    focus: editor.focus,
    refresh() {
      const now = JSON.stringify(declared());
      if (now === known) return;
      known = now;
      editor.refresh();
    },
  };
}

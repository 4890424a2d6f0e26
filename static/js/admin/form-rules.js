/* Owns the place of rules and conditions in a form: their editors, with the variables that the form declares at that moment. */

import { h, setShown, setText } from "../lib/dom.js";
import { newId } from "../ui/id.js";
import { createConditionEditor } from "./conditions.js";
import { createRuleEditor } from "./rules.js";
import { helpOf, labelOf } from "./form-words.js";
import { same } from "./form-pointer.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Control} Control */
/** @typedef {import("./form-types.js").Scope} Scope */
/** @typedef {import("./form-types.js").Wrong} Wrong */

/** @param {Scope} scope */
function variablesOf(scope) {
  const all = /** @type {{name: string, display_name?: string, type?: "text"|"number"}[]} */ (scope.root("/context_variables") ?? []);
  return all.filter(({ name }) => name);
}

/** Tells the editor when the declared variables are others. @param {Scope} scope @param {{refresh: () => void}} editor */
function follower(scope, editor) {
  let known = variablesOf(scope);
  return () => {
    const now = variablesOf(scope);
    if (same(now, known)) return;
    known = now;
    editor.refresh();
  };
}

/** The frame of an editor: what it is for, and what is wrong with the whole. @param {Field} field @param {string} at @param {Scope} scope @param {HTMLElement} editor */
function createFrame(field, at, scope, editor) {
  const label = labelOf(scope.words, at);
  const help = helpOf(scope.words, at, field);
  const error = h("p", { id: newId("error"), class: "field-error", hidden: true });
  const el = h("div", { class: "form-rules wide" }, h("p", { class: "field-label", text: label }), help ? h("p", { class: "field-help", text: help }) : null, editor, error);
  return {
    el,
    label,
    /** @param {readonly Wrong[]} wrong @param {readonly string[]} whole pointers without a place of their own @param {() => void} focus */
    show(wrong, whole, focus) {
      const texts = wrong.filter(({ pointer }) => whole.includes(pointer)).map(({ message }) => message);
      setText(error, texts.join(" "));
      setShown(error, texts.length > 0);
      return { placed: wrong.map(({ pointer, message }) => ({ label, message, focus: () => focusAt(el, pointer, focus) })), rest: [] };
    },
  };
}

/** What is marked as wrong first, else where the editor begins. @param {HTMLElement} el @param {string} pointer @param {() => void} otherwise */
function focusAt(el, pointer, otherwise) {
  const marked = pointer ? el.querySelector('[aria-invalid="true"]') : null;
  if (marked instanceof HTMLElement) marked.focus();
  else otherwise();
}

/** @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
export function createRules(field, at, scope) {
  const editor = createRuleEditor({ label: labelOf(scope.words, at), value: [], variables: () => variablesOf(scope), names: scope.names, kind: field.rules ?? "routing" });
  const frame = createFrame(field, at, scope, editor.el);
  const focus = () => editor.focus();
  return {
    el: frame.el,
    get: () => editor.get(),
    set: (value) => editor.set(/** @type {any[]} */ (value ?? [])),
    check: () => editor.check(),
    show: (wrong) => frame.show(wrong, editor.errors(Object.fromEntries(wrong.map(({ pointer, message }) => [pointer, message]))), focus),
    warn: (list) => editor.warnings(list),
    refresh: follower(scope, editor),
    focus,
  };
}

/** A condition of its own; nothing in it is always. @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
export function createCondition(field, at, scope) {
  /** @type {HTMLElement} */
  let el;
  const editor = createConditionEditor({ when: { all: [] }, variables: () => variablesOf(scope), names: scope.names, onChange: () => el.dispatchEvent(new Event("change", { bubbles: true })) });
  const frame = createFrame(field, at, scope, editor.el);
  el = frame.el;
  const focus = () => /** @type {HTMLElement|null} */ (el.querySelector("select, input, button"))?.focus();
  return {
    el,
    get: () => editor.get(),
    set: (value) => editor.set(value ?? { all: [] }),
    check: () => [],
    show: (wrong) => frame.show(wrong, editor.errors(wrong).map(({ pointer }) => pointer), focus),
    refresh: follower(scope, editor),
    focus,
  };
}

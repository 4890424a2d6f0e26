/*
 * Owns the rule editor: ordered rules, what they say, and what is wrong, odd or tried about each, at its card. A change rises from `el`
 * as a `change` event. Sets of classification rules are in rules-sets.js.
 */

import { rules } from "../strings.en.js";
import { createOrder } from "./rules-order.js";
import { createRuleSets } from "./rules-sets.js";
import { missing } from "./rules-state.js";
import { warningText } from "./warnings-words.js";

/** @typedef {import("./rules-state.js").RuleKind} RuleKind */
/** @typedef {import("./rules-state.js").Rule} Rule */
/** @typedef {import("./conditions-catalogue.js").Variable} Variable */
/** @typedef {{field: string, code: string, message: string}} Warning */
/** @typedef {import("./rules-card.js").Verdict} Verdict */
/**
 * @typedef {object} EditorOptions
 * @property {string} label
 * @property {any[]} value rules; for classification, sets of rules
 * @property {readonly Variable[]|(() => readonly Variable[])} variables the declared ones; a function where they change
 * @property {import("./conditions-value.js").Names} names
 * @property {RuleKind} kind
 */
/**
 * @typedef {object} RuleEditor
 * @property {HTMLElement} el
 * @property {() => any[]} get
 * @property {(value: any[]) => void} set
 * @property {(map: Record<string, string>) => string[]} errors by JSON Pointer from the list; gives back those that have no place
 * @property {(list: readonly Warning[]) => void} warnings the server's, with fields from the list
 * @property {(verdicts: readonly (Verdict|null)[]) => void} verdicts what each rule said of the conversation that is tried
 * @property {() => {pointer: string, message: string}[]} check what the page itself sees
 * @property {() => void} refresh names or variables have changed
 * @property {() => void} focus
 */

/** @param {EditorOptions} options @returns {RuleEditor} */
export function createRuleEditor(options) {
  return options.kind === "classification" ? createRuleSets(options, createRuleList) : createRuleList(options);
}

/** One ordered list of rules. @param {EditorOptions} options @returns {RuleEditor} */
export function createRuleList({ label, value, variables, names, kind }) {
  const declared = typeof variables === "function" ? variables : () => variables;
  const order = createOrder({ label, kind, variables: declared, names });
  order.set(value);
  return {
    el: order.el,
    set: order.set,
    get: () => order.cards().map((card) => card.get()),
    errors(map) {
      const wrong = Object.entries(map).map(([pointer, message]) => ({ ...within(pointer), message, whole: pointer }));
      const cards = order.cards();
      cards.forEach((card, at) => card.errors(wrong.filter((one) => one.at === at)));
      return wrong.filter(({ at }) => !cards[at]).map(({ whole }) => whole);
    },
    warnings(all) {
      order.cards().forEach((card, at) => card.warnings(all.filter(({ field }) => within(field).at === at).map((one) => warningText(one, order.taken()))));
    },
    verdicts: (all) => order.cards().forEach((card, at) => card.verdict(all[at] ?? null)),
    check() {
      return order.cards().flatMap((card, at) => missing(card.get(), declared()).map(({ pointer, code }) => ({ pointer: `/${at}${pointer}`, message: rules.missing[code] })));
    },
    refresh: () => order.cards().forEach((card) => card.refresh()),
    focus: order.focus,
  };
}

/** The place that a pointer begins with, and the rest. @param {string} pointer */
function within(pointer) {
  const [, at, ...rest] = pointer.split("/");
  return { at: /^\d+$/.test(at ?? "") ? Number(at) : -1, pointer: rest.map((name) => `/${name}`).join("") };
}

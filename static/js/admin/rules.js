/*
 * Owns the rule editor: ordered rules as cards, their order by drag, buttons and Alt with arrows, and new, copied and deleted ones. A
 * change rises from `el` as a `change` event. Sets of classification rules are in rules-sets.js.
 */

import { h, icon, reconcile, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { createCard } from "./rules-card.js";
import { makeDraggable } from "./rules-drag.js";
import { createRuleSets } from "./rules-sets.js";
import { blankRule, freeName, missing, moved } from "./rules-state.js";
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

/** More rules than that begin folded. */
const UNFOLDED = 3;
/** More than that are drawn only where they are seen. */
const LONG = 20;

/** @param {EditorOptions} options @returns {RuleEditor} */
export function createRuleEditor(options) {
  return options.kind === "classification" ? createRuleSets(options, createRuleList) : createRuleList(options);
}

/** @typedef {{key: string, card: ReturnType<typeof createCard>}} Item */

/** One ordered list of rules. @param {EditorOptions} options @returns {RuleEditor} */
export function createRuleList({ label, value, variables, names, kind }) {
  const declared = typeof variables === "function" ? variables : () => variables;
  const list = h("ol", { class: "rule-list" });
  const said = h("p", { class: "sr-only", role: "status" });
  const none = h("p", { class: "muted rule-none", text: rules.none[kind] });
  const add = h("button", { type: "button", class: "button", onclick: () => insert(items.length, blankRule(kind, freeName(rules.new_rule, taken())), true) }, icon("plus"), rules.add_rule);
  const hint = h("p", { class: "field-help rule-hint", text: rules.order_hint });
  const el = h("div", { class: "rule-editor", role: "group", "aria-label": label }, list, none, h("div", { class: "rule-foot" }, add, hint), said);
  /** @type {Item[]} */
  let items = [];
  const taken = () => items.map(({ card }) => card.get().name);
  const changed = () => el.dispatchEvent(new Event("change", { bubbles: true }));

  /** @param {Rule} rule @param {boolean} open @returns {Item} */
  function item(rule, open) {
    const key = newId("rule");
    const own = () => items.findIndex((one) => one.key === key);
    const card = createCard({
      rule, open, variables: declared, names, onChange: changed,
      onAct: (act) => (act === "copy" ? copy(own()) : act === "remove" ? remove(own()) : move(own(), own() + (act === "up" ? -1 : 1))),
    });
    card.el.addEventListener("keydown", (event) => onKey(event, own()));
    makeDraggable(card.grip, card.box, list, () => own(), (from, to) => move(from, to));
    return { key, card };
  }

  function draw() {
    reconcile(list, items, ({ key }) => key, ({ card }) => card.el);
    items.forEach(({ card }, at) => card.place(at, items.length));
    list.classList.toggle("long", items.length > LONG);
    setShown(none, items.length === 0);
    setShown(hint, items.length > 1);
  }

  /** @param {number} at @param {Rule} rule @param {boolean} open */
  function insert(at, rule, open) {
    const made = item(rule, open);
    items = [...items.slice(0, at), made, ...items.slice(at)];
    draw();
    made.card.focus();
    changed();
  }

  /** @param {number} at */
  function copy(at) {
    const rule = structuredClone(items[at].card.get());
    insert(at + 1, { ...rule, name: freeName(rule.name, taken()) }, true);
  }

  /** @param {number} at */
  function remove(at) {
    const { name } = items[at].card.get();
    items = items.filter((_, i) => i !== at);
    draw();
    (items[Math.min(at, items.length - 1)]?.card ?? add).focus();
    setText(said, rules.removed(name));
    changed();
  }

  /** @param {number} from @param {number} to */
  function move(from, to) {
    const next = moved(items, from, to);
    if (next.every((one, i) => one === items[i])) return;
    const focus = document.activeElement;
    const { card } = items[from];
    items = next;
    draw();
    // An element that is put elsewhere loses the focus.
    if (focus instanceof HTMLElement && card.el.contains(focus)) focus.focus();
    setText(said, rules.moved(card.get().name, items.findIndex((one) => one.card === card) + 1, items.length));
    changed();
  }

  /** @param {KeyboardEvent} event @param {number} at */
  function onKey(event, at) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    move(at, at + step);
  }

  /** @param {any[]} rulesNow */
  function set(rulesNow) {
    // Cards stay where there is one in that place, so that nothing jumps when a list comes back as it was saved.
    items = rulesNow.map((rule, i) => items[i] ?? item(rule, rulesNow.length <= UNFOLDED));
    items.forEach(({ card }, i) => card.get() !== rulesNow[i] && card.set(rulesNow[i]));
    draw();
  }

  set(value);
  return {
    el, set,
    get: () => items.map(({ card }) => card.get()),
    errors(map) {
      const wrong = Object.entries(map).map(([pointer, message]) => ({ ...within(pointer), message, whole: pointer }));
      items.forEach(({ card }, at) => card.errors(wrong.filter((one) => one.at === at)));
      return wrong.filter(({ at }) => !items[at]).map(({ whole }) => whole);
    },
    warnings(all) {
      items.forEach(({ card }, at) => card.warnings(all.filter(({ field }) => within(field).at === at).map((one) => warningText(one, taken()))));
    },
    verdicts: (all) => items.forEach(({ card }, at) => card.verdict(all[at] ?? null)),
    check() {
      return items.flatMap(({ card }, at) => missing(card.get(), declared()).map(({ pointer, code }) => ({ pointer: `/${at}${pointer}`, message: rules.missing[code] })));
    },
    refresh: () => items.forEach(({ card }) => card.refresh()),
    focus: () => (items[0]?.card ?? add).focus(),
  };
}

/** The place that a pointer begins with, and the rest. @param {string} pointer */
function within(pointer) {
  const [, at, ...rest] = pointer.split("/");
  return { at: /^\d+$/.test(at ?? "") ? Number(at) : -1, pointer: rest.map((name) => `/${name}`).join("") };
}

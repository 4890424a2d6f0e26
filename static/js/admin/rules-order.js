/*
 * Owns the order of rules: cards in a list that are added, copied, deleted, and moved by drag, by buttons and by Alt with arrows. The
 * focus goes with what was moved, and what happened is said. What stands on a card is not its own.
 */

import { h, icon, reconcile, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { createCard } from "./rules-card.js";
import { makeDraggable } from "./rules-drag.js";
import { blankRule, freeName, moved } from "./rules-state.js";

/** @typedef {import("./rules-state.js").Rule} Rule */
/** @typedef {ReturnType<typeof createCard>} Card */
/** @typedef {{key: string, card: Card}} Item */

/** More rules than that begin folded. */
const UNFOLDED = 3;
/** More than that are drawn only where they are seen. */
const LONG = 20;

/** @param {Pick<import("./rules-card.js").CardOptions, "variables"|"names"> & {label: string, kind: import("./rules-state.js").RuleKind}} options */
export function createOrder({ label, kind, variables, names }) {
  const list = h("ol", { class: "rule-list" });
  const said = h("p", { class: "sr-only", role: "status" });
  const none = h("p", { class: "muted rule-none", text: rules.none[kind] });
  const add = h("button", { type: "button", class: "button", onclick: () => insert(items.length, blankRule(kind, freeName(rules.new_rule, taken()))) }, icon("plus"), rules.add_rule);
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
      rule, open, variables, names, onChange: changed,
      onAct: (act) => (act === "copy" ? copy(own()) : act === "remove" ? remove(own()) : move(own(), own() + (act === "up" ? -1 : 1))),
    });
    card.el.addEventListener("keydown", (event) => onKey(event, own()));
    makeDraggable(card.grip, card.box, list, own, move);
    return { key, card };
  }

  function draw() {
    reconcile(list, items, ({ key }) => key, ({ card }) => card.el);
    items.forEach(({ card }, at) => card.place(at, items.length));
    list.classList.toggle("long", items.length > LONG);
    setShown(none, items.length === 0);
    setShown(hint, items.length > 1);
  }

  /** @param {number} at @param {Rule} rule */
  function insert(at, rule) {
    const made = item(rule, true);
    items = [...items.slice(0, at), made, ...items.slice(at)];
    draw();
    made.card.focus();
    changed();
  }

  /** @param {number} at */
  function copy(at) {
    const rule = structuredClone(items[at].card.get());
    insert(at + 1, { ...rule, name: freeName(rule.name, taken()) });
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

  return {
    el,
    cards: () => items.map(({ card }) => card),
    taken,
    /** Cards stay where there is one in that place, so that nothing jumps when a list comes back as it was saved. @param {Rule[]} next */
    set(next) {
      items = next.map((rule, i) => items[i] ?? item(rule, next.length <= UNFOLDED));
      items.forEach(({ card }, i) => card.get() !== next[i] && card.set(next[i]));
      draw();
    },
    focus: () => (items[0]?.card ?? add).focus(),
  };
}

/*
 * Owns the command bar: one field that finds whatever can be done, and does it with Enter. Not modal, so that a pop that comes in
 * meanwhile can be answered; Escape, or a press elsewhere, closes it, and focus goes back to where it was.
 */

import { announce } from "../lib/announcer.js";
import { h } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { found } from "../ui/filter.js";
import { itemsOf } from "./command-bar-items.js";
import { createListbox } from "./listbox.js";

/** @typedef {import("./command-bar-items.js").Item} Item */

const MOST = 40;

/** @param {{state: import("../types.js").AgentState}} store @param {import("./command-bar-items.js").CommandActs} acts */
export function createCommandBar(store, acts) {
  const input = h("input", {
    type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-autocomplete": "list", "aria-label": t.sides.commands, placeholder: t.sides.commands_placeholder,
    oninput: () => typed(), onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event),
  });
  const list = createListbox({ id: "command-list", label: t.sides.commands, field: input, none: t.panel.no_match, onPick: ({ value }) => run(value) });
  const help = h("p", { class: "command-help", text: t.sides.commands_help });
  const el = h("dialog", { class: "command-bar", "aria-label": t.sides.commands, onfocusout: (/** @type {FocusEvent} */ event) => onLeave(event) }, input, list.el, help);
  /** @type {Item[]} */
  let items = [];
  /** @type {Element|null} */
  let before = null;

  function show() {
    const text = input.value.trim();
    items = inGroups(found(itemsOf(store.state, acts, text !== ""), text).slice(0, MOST));
    list.open(items.map(({ id, label, hint, why, group, base }) => ({ value: id, label, hint, why, group, base })));
  }

  function typed() {
    show();
    announce(t.panel.options(items.length));
  }

  /** @returns {boolean} whether it was open */
  function close() {
    if (!el.open) return false;
    const had = el.contains(document.activeElement);
    el.close();
    list.close();
    if (had && before instanceof HTMLElement && before.isConnected) before.focus();
    return true;
  }

  /** @param {string} id */
  function run(id) {
    const item = items.find((one) => one.id === id);
    close();
    // What the choice itself puts the focus on comes after that.
    item?.run();
  }

  /** @param {FocusEvent} event */
  function onLeave({ relatedTarget }) {
    if (relatedTarget instanceof Node && !el.contains(relatedTarget)) close();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key === "ArrowDown") list.move(1);
    else if (event.key === "ArrowUp") list.move(-1);
    else if (event.key === "Enter" && !event.isComposing) list.marked && run(list.marked.value);
    else return;
    event.preventDefault();
  }

  return {
    el,
    close,
    toggle() {
      if (close()) return;
      before = document.activeElement;
      input.value = "";
      el.show();
      show();
      input.focus();
    },
  };
}

/** Each group together, in the order in which its first stands; pure. @param {Item[]} items */
export function inGroups(items) {
  const groups = [...new Set(items.map(({ group }) => group))];
  return groups.flatMap((group) => items.filter((item) => item.group === group));
}

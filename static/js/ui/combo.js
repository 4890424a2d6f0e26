/*
 * Owns comboboxes: a field that finds among many options as one writes. Arrows move, Enter picks, Escape gives the old value back.
 * What is not one of the options does not stay.
 */

import { h, icon, setAttr } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { found } from "./filter.js";
import { closeFloat, keepFloat, openAt } from "./float.js";
import { newId } from "./id.js";

const MOST = 100;

/** @typedef {{value: string, label: string, hint?: string}} Option */

/**
 * @param {object} options
 * @param {string} options.label the field's name; not shown where a `<label>` with `id` names it
 * @param {Option[]} options.options
 * @param {(value: string|null) => void} [options.onPick] null only where `optional`
 * @param {string|null} [options.value]
 * @param {boolean} [options.optional] may be left without a value
 * @param {string} [options.id] of the field, where a `<label>` stands elsewhere
 * @param {string} [options.placeholder]
 */
export function createCombo({ label, options: given, onPick, value: start = null, optional = false, id, placeholder = "" }) {
  const list = h("div", { id: newId("options"), class: "combo-list", role: "listbox", "aria-label": label, popover: "manual", onmousedown: (/** @type {Event} */ event) => event.preventDefault() });
  const input = h("input", {
    id: id ?? newId("combo"), type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder, "aria-label": id ? null : label,
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    oninput: () => open(input.value), onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event), onclick: () => open(""), onblur: () => leave(),
  });
  const el = h("div", { class: "combo" }, input, icon("collapse"), list);
  let options = given;
  let value = start;
  /** @type {Option[]} */
  let shown = [];
  let at = -1;
  /** @type {(() => void)|null} */
  let stop = null;

  const restore = () => (input.value = options.find((option) => option.value === value)?.label ?? value ?? "");

  /** @param {string} text */
  function open(text) {
    const all = found(options, text);
    shown = all.slice(0, MOST);
    const rest = all.length - shown.length;
    const more = rest > 0 ? [h("p", { class: "combo-note", text: ui.more_options(rest) })] : [];
    const none = all.length === 0 ? [h("p", { class: "combo-note", text: ui.no_option })] : [];
    list.replaceChildren(...shown.map((option, i) => optionNode(option, option.value === value, () => pick(i))), ...more, ...none);
    const place = () => openAt(list, input, { wide: true });
    place();
    setAttr(input, "aria-expanded", "true");
    stop ??= keepFloat(el, { place, close: () => leave() });
    mark(text.trim() ? 0 : shown.findIndex((option) => option.value === value));
  }

  function close() {
    stop?.();
    stop = null;
    closeFloat(list);
    setAttr(input, "aria-expanded", "false");
    mark(-1);
  }

  /** @param {number} to */
  function mark(to) {
    at = shown[to] ? to : -1;
    [...list.querySelectorAll("[role=option]")].forEach((node, i) => node.classList.toggle("marked", i === at));
    const node = at < 0 ? null : list.querySelectorAll("[role=option]")[at];
    setAttr(input, "aria-activedescendant", node?.id);
    node?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} i */
  function pick(i) {
    settle(shown[i].value);
  }

  /** @param {string|null} next */
  function settle(next) {
    const changed = next !== value;
    value = next;
    close();
    restore();
    if (!changed) return;
    onPick?.(value);
    el.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The field is left: what was emptied is emptied, what was not finished is as before. */
  function leave() {
    if (!stop) return;
    if (optional && input.value.trim() === "" && value !== null) return settle(null);
    close();
    restore();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const opened = stop !== null;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!opened) open("");
      else if (shown.length > 0) mark(event.key === "ArrowDown" ? (at + 1) % shown.length : (at <= 0 ? shown.length : at) - 1);
    } else if (event.key === "Enter" && opened) {
      if (at >= 0) pick(at);
      else leave();
    } else if (event.key === "Escape" && opened) {
      close();
      restore();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  restore();
  return {
    el,
    input,
    get value() {
      return value;
    },
    set value(next) {
      value = next;
      restore();
    },
    /** @param {Option[]} next */
    update(next) {
      options = next;
      if (stop) open(input.value);
      else restore();
    },
  };
}

/** @param {Option} option @param {boolean} selected @param {() => void} onPick */
function optionNode({ label, hint }, selected, onPick) {
  return h(
    "div",
    { id: newId("option"), class: "combo-option", role: "option", "aria-selected": String(selected), onclick: onPick },
    h("span", { text: label }),
    hint ? h("span", { class: "menu-hint", text: hint }) : null,
  );
}

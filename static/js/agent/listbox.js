/*
 * Owns a list of options that belongs to a text field: the field keeps the focus and says by aria-activedescendant which option is
 * marked. What cannot be chosen stands there with the reason. Knows nothing of what the options are.
 */

import { h, setAttr, setShown } from "../lib/dom.js";

/** @typedef {{value: string, label: string, hint?: string, group?: string, base?: string, why?: string|null, lines?: string}} Option */

/** @param {{id: string, label: string, field: HTMLElement, none: string, onPick: (option: Option) => void}} options */
export function createListbox({ id, label, field, none, onPick }) {
  // The field keeps its focus, so that a list that closes with it is still there for the click.
  const combobox = field.getAttribute("role") === "combobox";
  // Of a combobox it is known that the list follows the field's keys; another field's list that scrolls must be reached by itself.
  const el = h("div", { id, class: "listbox", role: "listbox", "aria-label": label, tabindex: combobox ? null : 0, hidden: true, onpointerdown: (/** @type {Event} */ event) => event.preventDefault() });
  const empty = h("p", { class: "listbox-none muted", text: none, hidden: true });
  const box = h("div", { class: "listbox-box" }, el, empty);
  setAttr(field, "aria-controls", id);
  let is_open = false;
  /** @type {{option: Option, node: HTMLElement}[]} */
  let shown = [];
  let at = -1;

  /** @param {boolean} open */
  function expand(open) {
    is_open = open;
    setShown(box, open);
    // A plain text field has no such state.
    if (combobox) setAttr(field, "aria-expanded", String(open));
  }

  /** @param {number} to */
  function mark(to) {
    at = shown[to] ? to : -1;
    shown.forEach(({ node }, i) => setAttr(node, "aria-selected", String(i === at)));
    setAttr(field, "aria-activedescendant", shown[at]?.node.id);
    shown[at]?.node.scrollIntoView({ block: "nearest" });
  }

  return {
    el: box,
    get isOpen() {
      return is_open;
    },
    get marked() {
      return shown[at]?.option ?? null;
    },
    /** @param {Option[]} options in groups; the first that can be chosen is marked */
    open(options) {
      shown = options.map((option, i) => ({ option, node: optionNode(option, `${id}-${i}`, onPick) }));
      el.replaceChildren(...grouped(shown, id));
      setShown(el, shown.length > 0);
      setShown(empty, shown.length === 0);
      expand(true);
      mark(options.findIndex((option) => !option.why));
    },
    close() {
      setShown(el, false);
      setShown(empty, false);
      expand(false);
      setAttr(field, "aria-activedescendant", null);
      at = -1;
    },
    /** Marks the next that can be chosen. @param {1|-1} step */
    move(step) {
      const count = shown.length;
      for (let i = 1; i <= count; i++) {
        const to = (at + step * i + count * 2) % count;
        if (!shown[to].option.why) return mark(to);
      }
    },
  };
}

/** @param {{option: Option, node: HTMLElement}[]} shown @param {string} id */
function grouped(shown, id) {
  /** @type {HTMLElement[]} */
  const nodes = [];
  for (const { option, node } of shown) {
    if (!option.group) {
      nodes.push(node);
      continue;
    }
    const group = nodes.at(-1);
    if (group?.dataset.group === option.group) group.append(node);
    else nodes.push(groupNode(option.group, `${id}-group-${nodes.length}`, node));
  }
  return nodes;
}

/** @param {string} name @param {string} id @param {HTMLElement} first */
function groupNode(name, id, first) {
  const head = h("div", { id, class: "listbox-group", role: "presentation", text: name });
  return h("div", { role: "group", "aria-labelledby": id, "data-group": name }, head, first);
}

/** @param {Option} option @param {string} id @param {(option: Option) => void} onPick */
function optionNode(option, id, onPick) {
  const { label, hint, why, base, lines } = option;
  return h(
    "div",
    { id, class: "option", role: "option", "aria-selected": "false", "aria-disabled": why ? "true" : null, onclick: () => !why && onPick(option) },
    base ? h("span", { class: "dot", "data-base": base, "aria-hidden": "true" }) : null,
    h("span", { class: "option-name", text: label }),
    hint || why ? h("span", { class: "option-hint", text: [hint, why].filter(Boolean).join(", ") }) : null,
    lines ? h("span", { class: "option-lines", text: lines }) : null,
  );
}

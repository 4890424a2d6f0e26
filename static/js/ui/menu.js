/*
 * Owns menus: a button that opens a list of things to do or to choose. Arrows, Home, End and first letters move; Escape closes and
 * gives focus back to the button.
 */

import { h, icon, setAttr } from "../lib/dom.js";
import { closeFloat, keepFloat, openAt } from "./float.js";
import { newId } from "./id.js";

/**
 * `checked` makes it one that can be on or off; with `group`, the heading over its like, one of which is on.
 * @typedef {{id: string, label: string, hint?: string, checked?: boolean, disabled?: boolean, group?: string, danger?: boolean, onPick: () => void}} MenuItem
 */

/** @param {{label: string, icon?: import("../lib/dom.js").IconName|null, items: MenuItem[]}} options without an icon the label stands on the button */
export function createMenu({ label, icon: iconName, items }) {
  const list = h("div", { id: newId("menu"), class: "menu-list", role: "menu", "aria-label": label, popover: "manual" });
  const face = iconName ? { class: "icon-button", "aria-label": label, title: label } : { class: "button" };
  const button = h("button", { type: "button", ...face, "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": list.id }, ...(iconName ? [icon(iconName)] : [label, icon("collapse")]));
  const el = h("div", { class: "menu" }, button, list);
  /** @type {(() => void)|null} */
  let stop = null;
  let typed = "";

  const choices = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role^='menuitem']")]);

  /** @param {"first"|"last"} at */
  function open(at) {
    const place = () => openAt(list, button, { end: true });
    place();
    setAttr(button, "aria-expanded", "true");
    stop ??= keepFloat(el, { place, close: () => close(false) });
    choices().at(at === "first" ? 0 : -1)?.focus();
  }

  /** @param {boolean} back focus goes back to the button */
  function close(back) {
    stop?.();
    stop = null;
    closeFloat(list);
    setAttr(button, "aria-expanded", "false");
    if (back) button.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const all = choices();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = nextIndex(event.key, at, all.length);
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close(false);
    else if (to !== null) all[to]?.focus();
    else if (event.key.length !== 1 || event.key === " " || event.altKey || event.ctrlKey || event.metaKey) return;
    else findTyped(all, at, event.key);
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {HTMLElement[]} all @param {number} at @param {string} key */
  function findTyped(all, at, key) {
    if (typed === "") setTimeout(() => (typed = ""), 700);
    typed += key.toLowerCase();
    const order = [...all.slice(at + (typed.length === 1 ? 1 : 0)), ...all];
    order.find((item) => item.textContent?.toLowerCase().startsWith(typed))?.focus();
  }

  /** @param {MenuItem[]} next */
  function update(next) {
    list.replaceChildren(...grouped(next, (item) => {
      if (item.disabled) return;
      close(true);
      item.onPick();
    }));
  }

  button.addEventListener("click", () => (stop ? close(true) : open("first")));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? "first" : "last");
  });
  list.addEventListener("keydown", onKey);
  update(items);
  return { el, update };
}

/** Where a key leads among `count`; null where it leads nowhere. Pure. @param {string} key @param {number} at @param {number} count */
export function nextIndex(key, at, count) {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return at <= 0 ? count - 1 : at - 1;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

/** @param {MenuItem[]} items @param {(item: MenuItem) => void} pick @returns {HTMLElement[]} */
function grouped(items, pick) {
  const headings = [...new Set(items.map(({ group }) => group))];
  return headings.flatMap((heading) => {
    /** @type {HTMLElement[]} */
    const nodes = items.filter(({ group }) => group === heading).map((item) => itemNode(item, pick));
    if (!heading) return nodes;
    return [h("div", { class: "menu-group", role: "group", "aria-label": heading }, h("div", { class: "menu-heading", "aria-hidden": "true", text: heading }), ...nodes)];
  });
}

/** @param {MenuItem} item @param {(item: MenuItem) => void} pick */
function itemNode(item, pick) {
  const checkable = item.checked !== undefined;
  const role = checkable ? (item.group ? "menuitemradio" : "menuitemcheckbox") : "menuitem";
  const mark = checkable ? h("span", { class: "menu-mark" }, icon("accept")) : null;
  const hint = item.hint ? h("span", { class: "menu-hint", text: item.hint }) : null;
  return h(
    "button",
    { type: "button", class: item.danger ? "menu-item danger" : "menu-item", role, tabindex: -1, "aria-checked": checkable ? String(item.checked) : null, "aria-disabled": item.disabled ? "true" : null, onclick: () => pick(item) },
    h("span", { class: "menu-label", text: item.label }), hint, mark,
  );
}

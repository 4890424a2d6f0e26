/* Owns tabs: a row of names and the panel of the one that is chosen. Arrows, Home and End choose. */

import { h, setAttr, setShown } from "../lib/dom.js";
import { newId } from "./id.js";

/** @param {{label: string, tabs: {id: string, label: string, panel: HTMLElement}[], selected?: string, onSelect?: (id: string) => void}} options */
export function createTabs({ label, tabs, selected = tabs[0]?.id, onSelect }) {
  const parts = tabs.map(({ id, label: name, panel }) => {
    const tab = h("button", { type: "button", id: newId("tab"), class: "tab-name-button", role: "tab", text: name, onclick: () => choose(id) });
    const box = h("div", { id: newId("tab-panel"), class: "tab-panel", role: "tabpanel", tabindex: 0, "aria-labelledby": tab.id }, panel);
    setAttr(tab, "aria-controls", box.id);
    return { id, tab, box };
  });
  const list = h("div", { class: "tab-list", role: "tablist", "aria-label": label, onkeydown: onKey }, ...parts.map(({ tab }) => tab));
  const el = h("div", { class: "tab-set" }, list, ...parts.map(({ box }) => box));
  let current = "";

  /** @param {string} id */
  function show(id) {
    current = id;
    for (const part of parts) {
      const on = part.id === id;
      setAttr(part.tab, "aria-selected", String(on));
      setAttr(part.tab, "tabindex", on ? 0 : -1);
      setShown(part.box, on);
    }
  }

  /** @param {string} id */
  function choose(id) {
    if (id === current) return;
    show(id);
    onSelect?.(id);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const rtl = getComputedStyle(list).direction === "rtl";
    const to = tabAfter(event.key, parts.findIndex(({ id }) => id === current), parts.length, rtl);
    if (to === null) return;
    event.preventDefault();
    choose(parts[to].id);
    parts[to].tab.focus();
  }

  show(selected);
  return { el, select: show, get selected() { return current; } };
}

/** The tab to which a key leads; null where it leads nowhere. Pure. @param {string} key @param {number} at @param {number} count @param {boolean} rtl */
export function tabAfter(key, at, count, rtl) {
  const steps = /** @type {Record<string, number>} */ ({ ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 });
  if (key in steps) return (at + steps[key] + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

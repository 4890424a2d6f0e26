/* Owns small pieces of the agent page that several views share. */

import { h, icon, setAttr } from "../lib/dom.js";

/** @param {import("../lib/dom.js").IconName} name @param {string} label @param {() => void} run */
export function iconButton(name, label, run) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: run }, icon(name));
}

/** What stands in a list that is empty. @param {string} heading @param {string} [text] */
export function emptyText(heading, text) {
  return h("div", { class: "empty" }, h("p", { class: "empty-head", text: heading }), text ? h("p", { text }) : null);
}

/** In a list of rows, arrows, Home and End move from row to row. @param {KeyboardEvent} event */
export function moveAlong(event) {
  const list = event.target instanceof HTMLButtonElement && event.target.closest(".rows");
  if (!list || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const box = list.closest(".list-body") ?? list;
  const buttons = /** @type {HTMLElement[]} */ ([...box.querySelectorAll(".rows button")]).filter((button) => !button.closest("[hidden]"));
  const at = buttons.indexOf(event.target);
  const to = /** @type {Record<string, number>} */ ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 })[event.key];
  if (to === undefined) return;
  event.preventDefault();
  buttons[to]?.focus();
}

const REACHED = "a[href], button, input, select, textarea, [tabindex]";

/** Lets the keyboard reach a box that scrolls while nothing in it can be reached. @template {HTMLElement} E @param {E} el with all its children @returns {E} */
export function keepReachable(el) {
  const look = () => {
    const inner = [...el.querySelectorAll(REACHED)].some((one) => !one.closest("[hidden]"));
    setAttr(el, "tabindex", !inner && el.scrollHeight > el.clientHeight ? 0 : null);
  };
  const observer = new ResizeObserver(look);
  for (const node of [el, ...el.children]) observer.observe(node);
  return el;
}

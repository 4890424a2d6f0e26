/*
 * Owns dialogs: modal, named by their heading, keyboard kept within, focus given back at the end. Escape answers with nothing.
 */

import { h, icon, setAttr } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { newId } from "./id.js";

/** @typedef {{id: string, label: string, kind?: "primary"|"danger"}} DialogAction */

const FOCUSABLE = "button, input, select, textarea, a[href], [tabindex]";

/**
 * Asks, and gives the action that was chosen, or null. `onAction` may do the work first: the dialog stays while it takes time, and
 * where it gives false.
 * @param {object} options
 * @param {string} options.title
 * @param {Node} options.body
 * @param {DialogAction[]} options.actions
 * @param {(id: string) => Promise<boolean>|boolean} [options.onAction]
 * @param {"dialog"|"alertdialog"} [options.role]
 * @param {boolean} [options.wide]
 * @returns {Promise<string|null>}
 */
export function openDialog({ title, body, actions, onAction, role = "dialog", wide = false }) {
  const heading = h("h2", { id: newId("dialog"), class: "dialog-title", tabindex: -1, text: title });
  const content = h("div", { id: newId("dialog-body"), class: "dialog-body" }, body);
  const buttons = actions.map(({ id, label, kind }) => h("button", { type: "button", class: `button ${kind ?? ""}`, text: label, onclick: () => void answer(id) }));
  const close = h("button", { type: "button", class: "icon-button", "aria-label": ui.close, title: ui.close, onclick: () => end(null) }, icon("decline"));
  const foot = h("div", { class: "dialog-actions" }, ...buttons);
  const described = role === "alertdialog" ? content.id : null;
  const el = h("dialog", { class: wide ? "dialog wide" : "dialog", role, "aria-labelledby": heading.id, "aria-describedby": described, onkeydown: keepWithin, onclose: () => end(null) },
    h("div", { class: "dialog-head" }, heading, close), content, foot);
  const before = document.activeElement;
  /** @type {(id: string|null) => void} */
  let settle;
  const answered = new Promise((/** @type {(id: string|null) => void} */ resolve) => (settle = resolve));

  /** @param {string} id */
  async function answer(id) {
    if (el.hasAttribute("aria-busy")) return;
    work(true);
    try {
      if ((await onAction?.(id)) !== false) end(id);
    } finally {
      work(false);
    }
  }

  /** @param {boolean} on its buttons wait meanwhile */
  function work(on) {
    for (const node of [el, ...buttons]) setAttr(node, node === el ? "aria-busy" : "aria-disabled", on ? "true" : null);
  }

  /** @param {string|null} id */
  function end(id) {
    settle(id);
    if (!el.isConnected) return;
    el.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  }

  document.body.append(el);
  el.showModal();
  (content.querySelector(FOCUSABLE) instanceof HTMLElement && role === "dialog" ? /** @type {HTMLElement} */ (content.querySelector(FOCUSABLE)) : heading).focus();
  return answered;
}

/**
 * Asks a yes-or-no question; true for yes.
 * @param {{title: string, text: string, action: string, danger?: boolean}} question
 */
export async function confirm({ title, text, action, danger = false }) {
  /** @type {DialogAction[]} */
  const actions = [{ id: "no", label: ui.cancel }, { id: "yes", label: action, kind: danger ? "danger" : "primary" }];
  return (await openDialog({ title, body: h("p", { text }), actions, role: "alertdialog" })) === "yes";
}

/** Tab goes round within the dialog, never into the browser's own bars. @param {KeyboardEvent} event */
function keepWithin(event) {
  if (event.key !== "Tab" || !(event.currentTarget instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll(FOCUSABLE)].filter((el) => el instanceof HTMLElement && el.tabIndex >= 0 && !el.matches(":disabled") && el.checkVisibility());
  const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  const outside = !all.some((el) => el === document.activeElement);
  if (to instanceof HTMLElement && (document.activeElement === from || (outside && event.shiftKey))) {
    event.preventDefault();
    to.focus();
  }
}

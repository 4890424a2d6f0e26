/* Owns the design page's dialogs, menus, tabs, toasts, notices and the banner's look. */

import { h, icon, setText } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { confirm, openDialog } from "../ui/dialog.js";
import { comboField, textAreaField } from "../ui/fields.js";
import { createMenu } from "../ui/menu.js";
import { createTabs } from "../ui/tabs.js";

export function floats() {
  const d = ui.design;
  const said = h("p", { class: "muted", role: "status" });
  const menu = createMenu({ label: d.menu.label, icon: null, items: [] });
  const more = createMenu({ label: `${d.menu.label} 2`, icon: "more", items: menuItems(() => {}) });
  const items = () => menuItems((name) => setText(said, d.menu.picked(name)));
  menu.update(items());
  const button = (/** @type {string} */ text, /** @type {() => Promise<void>} */ run) => h("button", { type: "button", class: "button", text, onclick: () => void run() });
  const names = /** @type {const} */ (["general", "distribution", "rules"]);
  const tabs = createTabs({ label: d.tabs.label, tabs: names.map((id) => ({ id, label: d.tabs[id], panel: h("p", { text: d.tabs.text(d.tabs[id]) }) })) });
  return [
    h("div", { class: "show-line" }, button(d.dialog.open, async () => setText(said, d.dialog.answered((await askMove()) ?? d.dialog.nothing))), button(d.dialog.wide, async () => setText(said, d.dialog.answered((await askMove(true)) ?? d.dialog.nothing))), button(d.dialog.confirm, async () => setText(said, d.dialog.answered(String(await askDelete())))), menu.el, more.el),
    said,
    tabs.el,
  ];
}

/** @param {(name: string) => void} told @returns {import("../ui/menu.js").MenuItem[]} */
function menuItems(told) {
  const d = ui.design.menu;
  return [
    { id: "edit", label: d.edit, hint: "E", onPick: () => told(d.edit) },
    { id: "copy", label: d.copy, onPick: () => told(d.copy) },
    { id: "locked", label: d.locked, disabled: true, onPick: () => told(d.locked) },
    { id: "sound", label: d.sound, checked: true, onPick: () => told(d.sound) },
    { id: "remove", label: d.remove, danger: true, onPick: () => told(d.remove) },
  ];
}

function askMove(wide = false) {
  const d = ui.design;
  const options = ["Support", "Sales", "VIP"].map((label) => ({ value: label, label }));
  const queue = comboField({ name: "to", label: d.field.queue, options, required: true });
  const note = textAreaField({ name: "why", label: d.field.note });
  return openDialog({ wide, title: d.dialog.title, body: h("div", { class: "form" }, queue.el, note.el), actions: [{ id: "cancel", label: ui.cancel }, { id: "move", label: d.dialog.save, kind: "primary" }] });
}

function askDelete() {
  const d = ui.design.dialog;
  return confirm({ title: d.confirm_title, text: d.confirm_text, action: d.confirm_action, danger: true });
}

/** @param {ReturnType<typeof import("../ui/toaster.js").createToaster>} toaster */
export function notices(toaster) {
  const d = ui.design.notice;
  const button = (/** @type {string} */ text, /** @type {() => void} */ run) => h("button", { type: "button", class: "button", text, onclick: run });
  const notice = (/** @type {string|null} */ kind, /** @type {import("../lib/dom.js").IconName} */ name, /** @type {string} */ text) => h("div", { class: "notice", "data-kind": kind }, icon(name), h("p", { text }));
  const offer = () => toaster.tell(d.deleted, "polite", { label: d.undo, run: () => toaster.tell(d.undone) });
  return [
    h("div", { class: "show-line" }, button(d.tell, () => toaster.tell(d.told)), button(d.fail, () => toaster.tell(d.failed, "assertive")), button(d.offer, offer)),
    h("div", { class: "show-notices" }, notice(null, "info", d.info), notice("ok", "accept", d.ok), notice("warn", "warning", d.warn), notice("bad", "warning", d.bad)),
  ];
}

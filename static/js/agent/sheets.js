/*
 * Owns the two sheets: keyboard shortcuts, and sound with notifications. Not modal, so that a pop that comes in meanwhile can be
 * answered; Escape or Done closes them and gives focus back.
 */

import { h } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { KEYS, keyText } from "./keys.js";
import { changeSettings, readSettings } from "./settings.js";
import { isLocked, ringOnce } from "./sound.js";

/** @param {string} id @param {string} heading @param {() => HTMLElement} content made anew each time it opens */
function createSheet(id, heading, content) {
  const body = h("div", { class: "sheet-body" });
  const done = h("button", { type: "button", class: "button", text: t.close_sheet, onclick: () => close() });
  const title = h("h2", { id, text: heading, tabindex: -1 });
  const el = h("dialog", { class: "sheet", "aria-labelledby": id }, title, body, h("div", { class: "form-actions" }, done));
  /** @type {Element|null} */
  let before = null;

  function close() {
    if (!el.open) return false;
    el.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    return true;
  }

  return {
    el,
    close,
    toggle() {
      if (close()) return;
      before = document.activeElement;
      body.replaceChildren(content());
      el.show();
      title.focus();
    },
  };
}

export function createShortcutSheet() {
  const s = t.shortcut;
  /** @type {[string, string][]} */
  const rows = [
    [keyText(KEYS.accept), s.accept], [keyText(KEYS.decline), s.decline], ["Escape", s.collapse],
    [keyText(KEYS.next), s.next], [keyText(KEYS.previous), s.previous],
    [keyText(KEYS.write), s.write], [keyText(KEYS.note), s.note], ["/", t.panel.quick_replies], ["Enter", s.send], ["Shift+Enter", s.line], [keyText(KEYS.transfer), t.transfer_heading], [keyText(KEYS.consult), t.panel.consult_heading], [keyText(KEYS.finish), s.finish],
    [keyText(KEYS.mine), s.mine], [keyText(KEYS.open), s.open], [keyText(KEYS.closed), s.closed],
    [keyText(KEYS.presence), s.presence], [keyText(KEYS.commands), t.sides.commands_open], [keyText(KEYS.help), s.help],
  ];
  return createSheet("shortcut-sheet", t.shortcuts, () => {
    const list = h("dl", { class: "shortcuts" }, ...rows.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", { text: key })), h("dd", { text }))));
    const box = h("input", { type: "checkbox", onchange: () => changeSettings({ question_key: box.checked }) });
    box.checked = readSettings().question_key;
    return h("div", {}, list, h("label", { class: "choice" }, box, t.question_key));
  });
}

export function createAlertSheet() {
  return createSheet("alert-sheet", t.alerts, () => h("div", {}, soundChoice(), desktopChoice()));
}

function soundChoice() {
  const now = readSettings().sound;
  const choices = /** @type {const} */ (["repeat", "once", "off"]).map((value) => {
    const radio = h("input", { type: "radio", name: "sound", value, onchange: () => changeSettings({ sound: value }) });
    radio.checked = value === now;
    return h("label", { class: "choice" }, radio, t.sounds[value]);
  });
  return h(
    "fieldset",
    {},
    h("legend", { text: t.sound }),
    ...choices,
    h("button", { type: "button", class: "button small", text: t.sound_test, onclick: ringOnce }),
    isLocked() ? h("p", { class: "muted", text: t.sound_locked }) : null,
  );
}

function desktopChoice() {
  const status = h("p", { class: "muted" });
  const ask = h("button", { type: "button", class: "button small", text: t.desktop_ask, onclick: () => void Notification.requestPermission().then(show) });
  function show() {
    const permission = "Notification" in globalThis && isSecureContext ? Notification.permission : "missing";
    const words = { granted: t.desktop_allowed, denied: t.desktop_denied, missing: t.desktop_missing, default: "" };
    status.textContent = words[permission];
    status.hidden = permission === "default";
    ask.hidden = permission !== "default";
  }
  show();
  return h("fieldset", {}, h("legend", { text: t.desktop }), ask, status);
}

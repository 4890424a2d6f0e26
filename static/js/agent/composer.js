/* Owns writing: a reply or an internal note, never in doubt which; Enter sends, Shift+Enter breaks the line; drafts are kept. */

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { keepDraft, readDraft } from "./drafts.js";
import { KEYS, keyText } from "./keys.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").Visibility} Visibility */

/** @param {import("./session.js").Session} session */
export function createComposer(session) {
  /** @type {string|null} */
  let conversation_id = null;
  let name = "";
  /** @type {Visibility} */
  let kind = "public";

  const reply = kindButton(t.mode_reply, () => switchTo("public"));
  const note = kindButton(t.mode_note, () => switchTo("internal"));
  const text = h("textarea", { rows: 3, oninput: () => keep(), onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event) });
  const send = h("button", { type: "submit", class: "button primary", "aria-keyshortcuts": "Enter" }, icon("send"), h("span", { text: t.send }));
  const el = h(
    "form",
    { class: "composer", onsubmit: (/** @type {Event} */ event) => submit(event) },
    h("div", { class: "segmented", role: "group", "aria-label": t.kind_of_message }, reply, note),
    h("div", { class: "composer-line" }, text, send),
  );
  setAttr(note, "aria-keyshortcuts", keyText(KEYS.note));
  setAttr(text, "aria-keyshortcuts", keyText(KEYS.write));

  function keep() {
    if (conversation_id) keepDraft(conversation_id, kind, text.value);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    el.requestSubmit();
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const value = text.value.trim();
    if (!value || !conversation_id) return;
    text.value = "";
    keep();
    session.send(conversation_id, value, kind);
    text.focus();
  }

  /** @param {Visibility} next */
  function switchTo(next) {
    kind = next;
    text.value = conversation_id ? readDraft(conversation_id, kind) : "";
    show();
    text.focus();
  }

  function show() {
    const internal = kind === "internal";
    setAttr(el, "data-kind", kind);
    setAttr(reply, "aria-pressed", String(!internal));
    setAttr(note, "aria-pressed", String(internal));
    setAttr(text, "aria-label", internal ? t.write_note : t.write_to(name));
    setAttr(text, "placeholder", internal ? t.write_note : t.write_to(name));
    const label = send.querySelector("span");
    if (label) setText(label, internal ? t.save_note : t.send);
  }

  return {
    el,
    focus: () => text.focus(),
    hasFocus: () => document.activeElement === text,
    toggle: () => switchTo(kind === "public" ? "internal" : "public"),
    /** @param {import("../types.js").Conversation} conversation */
    update(conversation) {
      if (conversation.id === conversation_id) return;
      // What is typed on must not reach another customer because a conversation left by itself.
      text.blur();
      conversation_id = conversation.id;
      name = customerName(conversation);
      kind = "public";
      text.value = readDraft(conversation_id, kind);
      show();
    },
  };
}

/** @param {string} text @param {() => void} run */
function kindButton(text, run) {
  return h("button", { type: "button", class: "segment", text, onclick: run });
}

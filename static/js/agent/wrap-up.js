/* Owns the end of a conversation: the wrap-up note and closing. The note is a draft until it is sent. */

import { h } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { keepDraft, readDraft } from "./drafts.js";
import { KEYS, keyText } from "./keys.js";

/** @param {import("./session.js").Session} session */
export function createWrapUp(session) {
  /** @type {string|null} */
  let conversation_id = null;
  const note = h("textarea", { id: "wrap-up-note", rows: 2, oninput: () => conversation_id && keepDraft(conversation_id, "wrap_up", note.value) });
  const close = h("button", { type: "submit", class: "button primary", text: t.close, "aria-keyshortcuts": keyText(KEYS.finish) });
  const el = h(
    "form",
    { class: "composer wrap-up", "aria-label": t.wrap_up_heading, onsubmit: (/** @type {Event} */ event) => submit(event) },
    h("p", { class: "lead", text: t.wrap_up_lead }),
    h("label", { for: "wrap-up-note", text: t.wrap_up_note }),
    h("div", { class: "composer-line" }, note, close),
  );

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const id = conversation_id;
    if (id && (await session.close(id, note.value.trim()))) keepDraft(id, "wrap_up", "");
  }

  return {
    el,
    focus: () => note.focus(),
    submit: () => el.requestSubmit(),
    /** @param {string} id */
    update(id) {
      if (id === conversation_id) return;
      conversation_id = id;
      note.value = readDraft(id, "wrap_up");
    },
  };
}

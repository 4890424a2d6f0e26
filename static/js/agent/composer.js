/* Owns writing: a reply or an internal note, never in doubt which; Enter sends, Shift+Enter breaks the line; drafts are kept. */

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { keepDraft, readDraft } from "./drafts.js";
import { KEYS, keyText } from "./keys.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").Visibility} Visibility */

export class Composer {
  /** @type {string|null} */
  #conversation_id = null;
  #name = "";
  /** @type {Visibility} */
  #kind = "public";
  #reply = kindButton(t.mode_reply, () => this.#switchTo("public"));
  #note = kindButton(t.mode_note, () => this.#switchTo("internal"));
  #send = h("span", { text: t.send });
  #text = h("textarea", {
    rows: 3, "aria-keyshortcuts": keyText(KEYS.write),
    oninput: () => this.#typed(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
  });

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    const send = h("button", { type: "submit", class: "button primary", "aria-keyshortcuts": "Enter" }, icon("send"), this.#send);
    setAttr(this.#note, "aria-keyshortcuts", keyText(KEYS.note));
    this.el = h(
      "form",
      { class: "composer", onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
      h("div", { class: "segmented", role: "group", "aria-label": t.kind_of_message }, this.#reply, this.#note),
      h("div", { class: "composer-line" }, this.#text, send),
    );
  }

  focus() {
    this.#text.focus();
  }

  hasFocus() {
    return document.activeElement === this.#text;
  }

  /** Switches between reply and note. */
  toggle() {
    this.#switchTo(this.#kind === "public" ? "internal" : "public");
  }

  /** @param {import("../types.js").Conversation} conversation */
  update(conversation) {
    if (conversation.id === this.#conversation_id) return;
    // What is typed on must not reach another customer because a conversation left by itself.
    this.#text.blur();
    this.#conversation_id = conversation.id;
    this.#name = customerName(conversation);
    this.#kind = "public";
    this.#text.value = readDraft(conversation.id, this.#kind);
    this.#show();
  }

  #keep() {
    if (this.#conversation_id) keepDraft(this.#conversation_id, this.#kind, this.#text.value);
  }

  /** A note is nobody's business; a reply under way is the customer's. */
  #typed() {
    this.#keep();
    if (this.#conversation_id && this.#kind === "public" && this.#text.value) this.session.typing(this.#conversation_id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    this.el.requestSubmit();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const value = this.#text.value.trim();
    if (!value || !this.#conversation_id) return;
    this.#text.value = "";
    this.#keep();
    this.session.send(this.#conversation_id, value, this.#kind);
    this.focus();
  }

  /** @param {Visibility} next */
  #switchTo(next) {
    this.#kind = next;
    this.#text.value = this.#conversation_id ? readDraft(this.#conversation_id, next) : "";
    this.#show();
    this.focus();
  }

  #show() {
    const internal = this.#kind === "internal";
    const label = internal ? t.write_note : t.write_to(this.#name);
    setAttr(this.el, "data-kind", this.#kind);
    setAttr(this.#reply, "aria-pressed", String(!internal));
    setAttr(this.#note, "aria-pressed", String(internal));
    setAttr(this.#text, "aria-label", label);
    setAttr(this.#text, "placeholder", label);
    setText(this.#send, internal ? t.save_note : t.send);
  }
}

/** @param {string} text @param {() => void} run */
function kindButton(text, run) {
  return h("button", { type: "button", class: "segment", text, onclick: run });
}

/* Owns writing: a reply or an internal note, never in doubt which; Enter sends, Shift+Enter breaks the line; drafts are kept. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { keepDraft, readDraft } from "./drafts.js";
import { KEYS, keyText } from "./keys.js";
import { QuickReplyList } from "./quick-reply-list.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").Visibility} Visibility */
/** Who only takes part writes internally; `owner` has the conversation. @typedef {{internal: boolean, owner: string}} Rights */

export class Composer {
  /** @type {string|null} */
  #conversation_id = null;
  #name = "";
  /** @type {Visibility} */
  #kind = "public";
  /** @type {Rights} */
  #rights = { internal: false, owner: "" };
  #reply = kindButton(t.mode_reply, () => this.#switchTo("public"));
  #note = kindButton(t.mode_note, () => this.#switchTo("internal"));
  #kinds = h("div", { class: "segmented", role: "group", "aria-label": t.kind_of_message }, this.#reply, this.#note);
  #lead = h("p", { class: "note-lead" });
  #send = h("span", { text: t.send });
  #text = h("textarea", {
    rows: 3, "aria-keyshortcuts": keyText(KEYS.write),
    oninput: () => this.#typed(),
    onclick: () => this.#replies.look(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
  });
  #replies;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.#replies = new QuickReplyList(session, this.#text, () => this.#keep());
    const send = h("button", { type: "submit", class: "button primary", "aria-keyshortcuts": "Enter" }, icon("send"), this.#send);
    setAttr(this.#note, "aria-keyshortcuts", keyText(KEYS.note));
    this.el = h(
      "form",
      { class: "composer", onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
      this.#replies.el,
      h("div", { class: "composer-head" }, this.#kinds, this.#lead),
      h("div", { class: "composer-line" }, this.#text, send),
    );
  }

  focus() {
    this.#text.focus();
  }

  hasFocus() {
    return document.activeElement === this.#text;
  }

  /** Switches between reply and note, where both may be written. */
  toggle() {
    if (!this.#rights.internal) this.#switchTo(this.#kind === "public" ? "internal" : "public");
  }

  /** Whether a reply is typed and not sent. */
  holdsReply() {
    return this.#conversation_id !== null && readDraft(this.#conversation_id, "public").trim() !== "";
  }

  /** @param {import("../types.js").Conversation} conversation @param {Rights} rights */
  update(conversation, rights) {
    const same = conversation.id === this.#conversation_id && rights.internal === this.#rights.internal;
    this.#rights = rights;
    this.#replies.update(conversation);
    if (same) return this.#show();
    // What is typed on must not reach another customer because a conversation left by itself.
    this.#text.blur();
    this.#conversation_id = conversation.id;
    this.#name = customerName(conversation);
    this.#kind = rights.owner ? "internal" : "public";
    this.#text.value = readDraft(conversation.id, this.#kind);
    this.#show();
  }

  #keep() {
    if (this.#conversation_id) keepDraft(this.#conversation_id, this.#kind, this.#text.value, this.#name);
  }

  /** A note is nobody's business; a reply under way is the customer's. */
  #typed() {
    this.#keep();
    this.#replies.look();
    if (this.#conversation_id && this.#kind === "public" && this.#text.value) this.session.typing(this.#conversation_id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.#replies.takes(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    this.el.requestSubmit();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const value = this.#text.value.trim();
    if (!value || !this.#conversation_id) return;
    if (this.#replies.holdsBack()) return this.focus();
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
    const { owner } = this.#rights;
    const label = !internal ? t.write_to(this.#name) : owner ? t.panel.write_internal(owner) : t.write_note;
    const hint = this.session.store.state.directory.quick_replies.length > 0 ? ` (${t.panel.quick_reply_hint})` : "";
    setAttr(this.el, "data-kind", this.#kind);
    setShown(this.#kinds, !this.#rights.internal);
    setShown(this.#lead, this.#rights.internal);
    setText(this.#lead, this.#rights.internal ? t.panel.part_lead(owner) : "");
    setAttr(this.#reply, "aria-pressed", String(!internal));
    setAttr(this.#note, "aria-pressed", String(internal));
    setAttr(this.#text, "aria-label", label);
    setAttr(this.#text, "placeholder", label + hint);
    setText(this.#send, !internal ? t.send : owner ? t.send : t.save_note);
  }
}

/** @param {string} text @param {() => void} run */
function kindButton(text, run) {
  return h("button", { type: "button", class: "segment", text, onclick: run });
}

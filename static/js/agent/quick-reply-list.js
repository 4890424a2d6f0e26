/*
 * Owns quick replies over the field in which an agent writes: `/` opens the list, typing filters it, arrows move, Enter inserts, Escape
 * closes. Inserting never sends: that takes Enter once more, and as long as a gap stands in the text, Enter goes to the gap.
 */

import { announce } from "../lib/announcer.js";
import { h } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { createListbox } from "./listbox.js";
import { variableName } from "./names.js";
import { askedAt, filled, firstGap, fitting } from "./quick-replies.js";

/** @typedef {import("../types.js").Conversation} Conversation */

const PREVIEW = 90;

export class QuickReplyList {
  /** @type {Conversation|null} */
  #conversation = null;
  /** Where the `/` stands that Escape closed the list for; null: none. @type {number|null} */
  #dismissed = null;
  /** How many choices were told last. */
  #told = -1;
  /** Gaps that were inserted and may still stand in a text. @type {Set<string>} */
  #gaps = new Set();

  /** @param {import("./session.js").Session} session @param {HTMLTextAreaElement} field @param {() => void} onInsert */
  constructor(session, field, onInsert) {
    this.session = session;
    this.field = field;
    this.onInsert = onInsert;
    this.list = createListbox({ id: "quick-replies", label: t.panel.quick_replies, field, none: t.panel.no_quick_reply, onPick: (option) => this.#insert(option.value) });
    this.el = h("div", { class: "quick-replies" }, this.list.el);
    this.list.close();
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("blur", () => this.list.close());
  }

  /** @param {Conversation} conversation */
  update(conversation) {
    if (conversation.id !== this.#conversation?.id) this.list.close();
    this.#conversation = conversation;
  }

  /** Called after each change of the text, or of where one is in it. */
  look() {
    const { value, selectionStart } = this.field;
    const asked = askedAt(value, selectionStart);
    const replies = this.session.store.state.directory.quick_replies;
    if (!asked || replies.length === 0 || !this.#conversation) {
      this.#dismissed = null;
      return this.list.close();
    }
    if (this.#dismissed === asked.from) return;
    const fit = fitting(replies, asked.query, this.#conversation);
    // A slash that nothing answers to was meant as one.
    if (fit.length === 0 && asked.query.length > 2) return this.list.close();
    this.list.open(fit.map((reply) => ({ value: reply.id, label: reply.title, hint: reply.language ?? "", lines: this.#filled(reply).text.replace(/\s+/g, " ").slice(0, PREVIEW) })));
    if (fit.length !== this.#told) announce(t.panel.options(fit.length));
    this.#told = fit.length;
  }

  /** Takes a key that is meant for the list, or for a gap. @param {KeyboardEvent} event @returns {boolean} */
  takes(event) {
    const { list } = this;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing;
    if (!plain) return false;
    // The focus goes back past the list.
    if (event.key === "Tab" && event.shiftKey) this.list.close();
    if (list.isOpen && step) list.move(/** @type {1|-1} */ (step));
    else if (list.isOpen && event.key === "Escape") this.#dismiss();
    else if (list.isOpen && list.marked && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#insert(list.marked.value);
    else if (event.key === "Enter" && !event.shiftKey && this.#toGap()) announce(t.panel.fill_in(this.field.value.slice(this.field.selectionStart, this.field.selectionEnd)), "assertive");
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** A text with a gap is not sent: goes to the gap instead. @returns {boolean} */
  holdsBack() {
    return this.#toGap();
  }

  #dismiss() {
    this.#dismissed = askedAt(this.field.value, this.field.selectionStart)?.from ?? null;
    this.list.close();
  }

  /** Selects the first gap, to be typed over. @returns {boolean} whether there was one */
  #toGap() {
    const gap = firstGap(this.field.value, this.#gaps);
    if (gap) this.field.setSelectionRange(gap.from, gap.to);
    return gap !== null;
  }

  /** @param {import("../types.js").QuickReply} reply */
  #filled(reply) {
    const { state } = this.session.store;
    const conversation = /** @type {Conversation} */ (this.#conversation);
    return filled(reply.text, (slug) => valueOf(slug, conversation, state.agent?.name), (slug) => labelOf(slug, conversation, state));
  }

  /** @param {string} id */
  #insert(id) {
    const { field } = this;
    const { state } = this.session.store;
    const conversation = this.#conversation;
    const reply = state.directory.quick_replies.find((known) => known.id === id);
    const asked = askedAt(field.value, field.selectionStart);
    if (!reply || !asked || !conversation) return;
    const { text, gaps } = this.#filled(reply);
    for (const gap of gaps) this.#gaps.add(gap);
    field.setRangeText(text, asked.from, field.selectionStart, "end");
    this.list.close();
    field.focus();
    this.#toGap();
    this.onInsert();
    announce(t.panel.inserted(reply.title));
  }
}

/** @param {string} slug @param {Conversation} conversation @param {string|undefined} agent */
function valueOf(slug, { customer, context = {} }, agent) {
  if (slug === "customer.name") return customer?.name ?? null;
  if (slug === "agent.name") return agent ?? null;
  const value = slug.startsWith("context.") ? context[slug.slice("context.".length)] : undefined;
  return value === undefined ? null : String(value);
}

/** @param {string} slug @param {Conversation} conversation @param {import("../types.js").AgentState} state */
function labelOf(slug, { work_stream_id }, state) {
  if (slug === "customer.name") return t.panel.gap_customer;
  return slug.startsWith("context.") ? variableName(state, work_stream_id, slug.slice("context.".length)) : slug;
}

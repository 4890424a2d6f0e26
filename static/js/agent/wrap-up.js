/*
 * Owns the end of a conversation: the wrap-up note and closing, how long its capacity is held, and what was typed and not sent before
 * the end. The note is a draft until it is sent.
 */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { elapsed, serverNow, toMs } from "../lib/elapsed.js";
import { clockText } from "../lib/format.js";
import { t } from "../strings.en.js";
import { keepDraft, readDraft } from "./drafts.js";
import { KEYS, keyText } from "./keys.js";
import { keepReachable } from "./parts.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").Conversation} Conversation */

/** @param {import("./session.js").Session} session */
export function createWrapUp(session) {
  /** @type {Conversation|null} */
  let shown = null;
  const keep = () => shown && keepDraft(shown.id, "wrap_up", note.value, customerName(shown));
  const note = h("textarea", { id: "wrap-up-note", rows: 3, maxlength: 4000, oninput: keep });
  const label = h("span", { text: t.close });
  const close = h("button", { type: "submit", class: "button primary", "aria-keyshortcuts": keyText(KEYS.finish) }, label);
  const since = /** @type {import("../lib/elapsed.js").Elapsed} */ (elapsed(NaN, "clock"));
  const hold = createHold();
  const unsent = createUnsent((text) => {
    note.value = [note.value.trim(), text].filter(Boolean).join("\n");
    keep();
    note.focus();
  });
  const facts = h("p", { class: "wrap-up-facts" }, h("span", {}, `${t.panel.wrap_up_since} `, since), hold.el);
  const el = h(
    "form",
    { class: "composer wrap-up", "aria-label": t.wrap_up_heading, onsubmit: (/** @type {Event} */ event) => void submit(event) },
    h("p", { class: "lead", text: t.wrap_up_lead }),
    facts,
    unsent.el,
    h("label", { for: "wrap-up-note", text: t.wrap_up_note }),
    h("div", { class: "composer-line" }, note, close),
  );

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const conversation = shown;
    if (!conversation || close.getAttribute("aria-disabled") === "true") return;
    const text = note.value.trim();
    setAttr(close, "aria-disabled", "true");
    setText(label, t.panel.closing);
    // The draft goes before the conversation does, so that it is nothing that was left behind.
    keepDraft(conversation.id, "wrap_up", "");
    if (!(await session.close(conversation.id, text))) keepDraft(conversation.id, "wrap_up", text, customerName(conversation));
    setAttr(close, "aria-disabled", null);
    setText(label, t.close);
  }

  return {
    el,
    focus: () => note.focus(),
    submit: () => el.requestSubmit(),
    /** @param {Conversation} conversation */
    update(conversation) {
      const other = conversation.id !== shown?.id;
      shown = conversation;
      since.count(toMs(conversation.wrap_up_at), "clock");
      hold.update(conversation);
      unsent.update(conversation);
      if (other) note.value = readDraft(conversation.id, "wrap_up");
    },
  };
}

/** How long the units of the agent are held, as the server says; counts down where it ends by itself. */
function createHold() {
  const el = h("span", { class: "hold", role: "status", "aria-live": "off" });
  /** @type {number|undefined} */
  let timer;

  /** @param {Conversation} conversation */
  function update(conversation) {
    clearTimeout(timer);
    const { state, units_held, units_held_until, capacity_units = 0 } = conversation;
    const known = state === "wrap_up" && units_held !== undefined;
    setShown(el, known);
    if (!known) return;
    const left_ms = units_held_until ? toMs(units_held_until) - serverNow() : NaN;
    const counting = units_held && left_ms > 0;
    setAttr(el, "data-held", String(units_held));
    const seconds = Math.ceil(left_ms / 1000);
    setText(el, counting ? t.panel.held_for(capacity_units, clockText(seconds * 1000)) : units_held && !units_held_until ? t.panel.held(capacity_units) : t.panel.held_no_more);
    if (counting) timer = setTimeout(() => el.isConnected && update(conversation), left_ms - (seconds - 1) * 1000 + 20);
  }

  return { el, update };
}

/** What was typed to the customer and cannot be sent any more. @param {(text: string) => void} onUse */
function createUnsent(onUse) {
  let id = "";
  const words = h("p", {});
  const text = keepReachable(h("blockquote", { class: "unsent-text" }, words));
  const drop = () => {
    keepDraft(id, "public", "");
    setShown(el, false);
  };
  const use = (/** @type {string} */ unsent) => {
    drop();
    onUse(unsent);
  };
  const tools = h("div", { class: "form-actions" }, h("button", { type: "button", class: "button small", text: t.panel.unsent_to_note, onclick: () => use(words.textContent ?? "") }), h("button", { type: "button", class: "button small", text: t.discard, onclick: () => use("") }));
  const el = h("div", { class: "unsent", hidden: true }, h("p", { class: "unsent-head", text: t.panel.unsent_heading }), text, tools);
  return {
    el,
    /** @param {Conversation} conversation */
    update(conversation) {
      id = conversation.id;
      const draft = conversation.state === "wrap_up" ? readDraft(id, "public").trim() : "";
      setText(words, draft);
      setShown(el, draft !== "");
    },
  };
}

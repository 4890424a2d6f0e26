/* Owns the head of a conversation: whose it is, what can be done with it, and the question before what cannot be undone. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { KEYS, keyText } from "./keys.js";
import { channelName, queueName } from "./names.js";
import { iconButton } from "./parts.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {{onBack: () => void, onDetails: () => void, onTransfer: () => void, onConsult: () => void, onEnd: () => Promise<void>}} HeadActions */

/** @param {import("./session.js").Session} session @param {HeadActions} actions */
export function createHead(session, { onBack, onDetails, onTransfer, onConsult, onEnd }) {
  const selected = () => /** @type {string} */ (session.store.state.selected);
  const back = iconButton("back", t.back, onBack);
  back.classList.add("narrow-only");
  const details = iconButton("details", t.details, onDetails);
  details.classList.add("not-wide");
  const closeView = iconButton("decline", t.close_view, () => session.store.dispatch({ type: "local.tab_closed", conversation_id: selected() }));
  const name = h("h2", { class: "panel-name", tabindex: -1 });
  const state = h("span", { class: "chip" });
  const meta = h("span", { class: "panel-meta" });
  const p = t.panel;
  const end = actionButton("end", t.end, p.ending, onEnd);
  const wait = actionButton("wait", t.wait, p.setting_aside, () => session.act("wait", selected()));
  const release = actionButton("release", t.release, p.releasing, () => session.act("release", selected()));
  const transfer = actionButton("transfer", t.transfer, "", async () => onTransfer());
  const consult = actionButton("advice", p.consult, "", async () => onConsult());
  const reopen = actionButton("reopen", t.reopen, p.reopening, () => session.reopen(selected()));
  const leave = actionButton("leave", p.leave, p.leaving, () => session.leave(selected()));
  for (const button of [end, reopen]) setAttr(button, "aria-keyshortcuts", keyText(KEYS.finish));
  setAttr(transfer, "aria-keyshortcuts", keyText(KEYS.transfer));
  setAttr(consult, "aria-keyshortcuts", keyText(KEYS.consult));
  reopen.classList.add("primary");
  const el = h(
    "div",
    { class: "panel-head" },
    back,
    h("div", { class: "panel-title" }, name, h("p", { class: "panel-facts" }, state, meta)),
    h("div", { class: "actions" }, consult, transfer, release, wait, end, reopen, leave),
    details,
    closeView,
  );
  return {
    el,
    focus: () => name.focus(),
    /** @param {Conversation} conversation @param {AgentState} desk */
    update(conversation, desk) {
      const part = desk.conversations[conversation.id] ? undefined : desk.parts[conversation.id];
      setText(name, customerName(conversation));
      setAttr(name, "title", customerName(conversation));
      setText(state, part ? (part.kind === "supervisor" ? p.supervising : p.consulting) : t.states[conversation.state]);
      setAttr(state, "data-state", part ? "part" : conversation.state);
      const channel = desk.directory.loaded ? channelName(desk, conversation.channel_id) : t.channel_types[conversation.channel_type];
      setText(meta, [channel ?? conversation.channel_type, queueName(desk, conversation.queue_id)].filter(Boolean).join(" · "));
      const active = conversation.state === "active" && !part;
      for (const button of [end, wait, release, transfer, consult]) setShown(button, active);
      setShown(leave, Boolean(part));
      setShown(reopen, conversation.state === "waiting");
      setShown(closeView, conversation.state === "waiting" || conversation.state === "closed");
    },
  };
}

/**
 * A button of the head. While the server has not answered, it says so and does nothing more.
 * @param {import("../lib/dom.js").IconName} name
 * @param {string} text
 * @param {string} busy
 * @param {() => Promise<unknown>} run
 */
function actionButton(name, text, busy, run) {
  const label = h("span", { text });
  const button = h("button", { type: "button", class: "button small", title: text, onclick: () => void press() }, icon(name), label);
  async function press() {
    if (button.getAttribute("aria-disabled") === "true") return;
    setAttr(button, "aria-disabled", "true");
    if (busy) setText(label, busy);
    try {
      await run();
    } finally {
      setAttr(button, "aria-disabled", null);
      setText(label, text);
    }
  }
  return button;
}

/**
 * The question before an end that would leave a typed reply unsent. Not modal: a pop that comes in meanwhile can be answered.
 * @param {() => void} onEnd
 * @param {() => void} onBack
 */
export function createEndQuestion(onEnd, onBack) {
  const title = h("h3", { id: "end-question", class: "ask-title", tabindex: -1, text: t.panel.end_asks });
  const text = h("p", { id: "end-question-text" });
  const close = () => setShown(el, false);
  const stay = () => {
    close();
    onBack();
  };
  const go = () => {
    stay();
    onEnd();
  };
  const tools = h("div", { class: "form-actions" }, h("button", { type: "button", class: "button primary", text: t.panel.keep_writing, onclick: stay }), h("button", { type: "button", class: "button danger", text: t.panel.end_anyway, onclick: go }));
  const el = h("div", { class: "ask", role: "alertdialog", "aria-labelledby": title.id, "aria-describedby": text.id, hidden: true }, h("div", {}, title, text), tools);
  return {
    el,
    hide: close,
    /** @param {string} name */
    open(name) {
      setText(text, t.panel.end_asks_text(name));
      setShown(el, true);
      title.focus();
    },
    /** @returns {boolean} whether it was open */
    cancel() {
      if (el.hidden || !el.contains(document.activeElement)) return false;
      stay();
      return true;
    },
  };
}

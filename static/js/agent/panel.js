/* Owns the conversation in the middle: its head with the actions, the messages, and what can be written in its state. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { fullText } from "../lib/format.js";
import { createThread } from "../lib/thread.js";
import { t } from "../strings.en.js";
import { Composer } from "./composer.js";
import { KEYS, keyText } from "./keys.js";
import { emptyText, iconButton } from "./parts.js";
import { customerName } from "./state-common.js";
import { PANEL_ID } from "./tabs.js";
import { createTransfer } from "./transfer.js";
import { createWrapUp } from "./wrap-up.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("../types.js").Message} Message */

/** @param {import("./session.js").Session} session @param {{onBack: () => void, onDetails: () => void}} actions */
export function createPanel(session, { onBack, onDetails }) {
  const composer = new Composer(session);
  const wrapUp = createWrapUp(session);
  const transfer = createTransfer(session, () => composer.focus());
  const head = createHead(session, { onBack, onDetails, onTransfer: () => transfer.open() });
  const thread = createThread({
    label: t.messages,
    senderName: (message) => senderName(message, session.store.state),
    isOwn: (message) => message.sender === "agent",
    onRetry: (id) => session.retry(id),
    onDiscard: (id) => session.discard(id),
  });
  const typing = createTyping(() => session.store.state);
  const lead = h("p", { class: "lead foot-lead" });
  const none = h("div", { class: "panel-none" }, emptyText(t.no_session, t.no_session_help));
  const body = h("div", { class: "panel-body", hidden: true }, head.el, transfer.el, thread.el, typing.el, lead, composer.el, wrapUp.el);
  const el = h("section", { id: PANEL_ID, class: "panel", "aria-label": t.messages }, none, body);
  /** Threads that were asked for, by what was known when they were. @type {Set<string>} */
  const asked = new Set();
  let shown = "";

  /** @param {AgentState} state @param {string} id */
  function load(state, id) {
    const key = `${id} ${state.session_id}`;
    if (state.connection.phase !== "open" || state.threads[id]?.loaded || asked.has(key)) return;
    asked.add(key);
    void session.loadThread(id);
  }

  /** @param {AgentState} state @param {Conversation} conversation */
  function show(state, conversation) {
    const { id, state: stage } = conversation;
    if (id !== shown || stage !== "active") transfer.hide();
    shown = id;
    head.update(conversation);
    thread.update(id, t.messages_of(customerName(conversation)), state.threads[id]?.messages ?? [], state.outbox.filter((item) => item.conversation_id === id));
    typing.update(conversation);
    composer.update(conversation);
    wrapUp.update(id);
    setShown(composer.el, stage === "active");
    setShown(wrapUp.el, stage === "wrap_up");
    setShown(lead, stage === "waiting" || stage === "closed");
    setText(lead, stage === "waiting" ? t.waiting_lead : stage === "closed" ? t.closed_lead(conversation.closed_at ? fullText(conversation.closed_at) : "", conversation.close_reason ?? "") : "");
    load(state, id);
  }

  return {
    el,
    focusWriting() {
      if (!composer.el.hidden) composer.focus();
      else if (!wrapUp.el.hidden) wrapUp.focus();
      else thread.log.focus();
    },
    isWriting: () => composer.hasFocus(),
    toggleNote: () => composer.toggle(),
    cancelTransfer: () => transfer.cancel(),
    finish: () => finish(session, wrapUp.submit),
    /** @param {AgentState} state */
    update(state) {
      const conversation = state.selected ? (state.conversations[state.selected] ?? state.viewed[state.selected]) : undefined;
      setShown(none, !conversation);
      setShown(body, Boolean(conversation));
      setAttr(el, "role", conversation ? "tabpanel" : null);
      setAttr(el, "aria-label", conversation ? customerName(conversation) : t.messages);
      if (conversation) show(state, conversation);
    },
  };
}

/**
 * The next step of a conversation: end it, close it, or take it up again.
 * @param {import("./session.js").Session} session
 * @param {() => void} submitWrapUp
 */
function finish(session, submitWrapUp) {
  const { selected, conversations } = session.store.state;
  const conversation = selected ? conversations[selected] : undefined;
  if (conversation?.state === "active") void session.act("end", conversation.id);
  else if (conversation?.state === "wrap_up") submitWrapUp();
  else if (conversation?.state === "waiting") void session.reopen(conversation.id);
}

/** The line that says that the customer types, for as long as one sign of it counts. @param {() => AgentState} now */
function createTyping(now) {
  const el = h("p", { class: "typing", "aria-live": "polite" });
  /** @type {number|undefined} */
  let timer;

  /** @param {Conversation} conversation */
  function update(conversation) {
    clearTimeout(timer);
    const left_ms = (now().typing[conversation.id] ?? 0) - performance.now();
    const shown = conversation.state === "active";
    setShown(el, shown);
    setText(el, shown && left_ms > 0 ? t.agent_typing(customerName(conversation)) : "");
    if (shown && left_ms > 0) timer = setTimeout(() => update(conversation), left_ms + 10);
  }

  return { el, update };
}

/** @param {import("./session.js").Session} session @param {{onBack: () => void, onDetails: () => void, onTransfer: () => void}} actions */
function createHead(session, { onBack, onDetails, onTransfer }) {
  const selected = () => /** @type {string} */ (session.store.state.selected);
  const back = iconButton("back", t.back, onBack);
  back.classList.add("narrow-only");
  const details = iconButton("details", t.details, onDetails);
  details.classList.add("not-wide");
  const closeView = iconButton("decline", t.close_view, () => session.store.dispatch({ type: "local.tab_closed", conversation_id: selected() }));
  const name = h("h2", { class: "panel-name" });
  const state = h("span", { class: "chip" });
  const meta = h("span", { class: "panel-meta" });
  const end = actionButton("end", t.end, () => void session.act("end", selected()));
  const wait = actionButton("wait", t.wait, () => void session.act("wait", selected()));
  const release = actionButton("release", t.release, () => void session.act("release", selected()));
  const transfer = actionButton("transfer", t.transfer, onTransfer);
  const reopen = actionButton("reopen", t.reopen, () => void session.reopen(selected()));
  for (const button of [end, reopen]) setAttr(button, "aria-keyshortcuts", keyText(KEYS.finish));
  reopen.classList.add("primary");
  const el = h(
    "div",
    { class: "panel-head" },
    back,
    h("div", { class: "panel-title" }, name, state, meta),
    h("div", { class: "actions" }, transfer, release, wait, end, reopen),
    details,
    closeView,
  );
  return {
    el,
    /** @param {Conversation} conversation */
    update(conversation) {
      setText(name, customerName(conversation));
      setText(state, t.states[conversation.state]);
      setAttr(state, "data-state", conversation.state);
      setText(meta, [t.channel_types[conversation.channel_type] ?? conversation.channel_type, conversation.queue_id].filter(Boolean).join(" · "));
      const active = conversation.state === "active";
      for (const button of [end, wait, release, transfer]) setShown(button, active);
      setShown(reopen, conversation.state === "waiting");
      setShown(closeView, conversation.state === "waiting" || conversation.state === "closed");
    },
  };
}

/** @param {import("../lib/dom.js").IconName} name @param {string} text @param {() => void} run */
function actionButton(name, text, run) {
  return h("button", { type: "button", class: "button small", title: text, onclick: run }, icon(name), h("span", { text }));
}

/** @param {Message} message @param {AgentState} state */
function senderName(message, state) {
  if (message.sender === "customer") {
    const conversation = state.conversations[message.conversation_id] ?? state.viewed[message.conversation_id];
    return conversation ? customerName(conversation) : t.customer;
  }
  if (message.sender === "system") return t.system;
  return !message.agent_id || message.agent_id === state.agent?.id ? t.you : t.agent(message.agent_id);
}

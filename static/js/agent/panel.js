/* Owns the conversation in the middle: its head, the messages, and what can be written in its state. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { wordOf } from "../lib/explain.js";
import { fullText } from "../lib/format.js";
import { createThread } from "../lib/thread.js";
import { t } from "../strings.en.js";
import { Composer } from "./composer.js";
import { createConsult, createParticipants } from "./consult.js";
import { agentName } from "./names.js";
import { createEndQuestion, createHead } from "./panel-head.js";
import { emptyText } from "./parts.js";
import { problemText } from "./problems.js";
import { conversationOf, customerName } from "./state-common.js";
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
  const write = () => composer.focus();
  const transfer = createTransfer(session, write);
  const consult = createConsult(session, write);
  const end = () => session.act("end", /** @type {string} */ (session.store.state.selected));
  const question = createEndQuestion(() => void end(), write);
  const forms = [transfer, consult, question];
  const only = (/** @type {{hide: () => void}} */ form) => forms.filter((other) => other !== form).forEach((other) => other.hide());
  const open = (/** @type {typeof transfer} */ form) => {
    const { selected, conversations } = session.store.state;
    if (!selected || conversations[selected]?.state !== "active") return false;
    only(form);
    form.open();
    return true;
  };
  const onEnd = async () => {
    const conversation = conversationOf(session.store.state, session.store.state.selected);
    if (!conversation || !composer.holdsReply()) return void (await end());
    only(question);
    question.open(customerName(conversation));
  };
  const head = createHead(session, { onBack, onDetails, onTransfer: () => open(transfer), onConsult: () => open(consult), onEnd });
  const participants = createParticipants(session);
  const thread = createThread({
    label: t.messages,
    senderName: (message) => senderName(message, session.store.state),
    isOwn: (message) => message.sender === "agent",
    problemText,
    onRetry: (id) => session.retry(id),
    onDiscard: (id) => session.discard(id),
  });
  const typing = createTyping(() => session.store.state);
  const lead = h("p", { class: "lead foot-lead" });
  const none = h("div", { class: "panel-none" }, emptyText(t.no_session, t.no_session_help));
  const body = h("div", { class: "panel-body", hidden: true }, head.el, participants.el, ...forms.map((form) => form.el), thread.el, typing.el, lead, composer.el, wrapUp.el);
  const el = h("section", { id: PANEL_ID, class: "panel", "aria-label": t.messages }, none, body);
  const load = createLoader(session);
  let shown = "";

  /** @param {AgentState} state @param {Conversation} conversation */
  function show(state, conversation) {
    const { id, state: stage } = conversation;
    const part = state.conversations[id] ? undefined : state.parts[id];
    if (id !== shown || stage !== "active") forms.forEach((form) => form.hide());
    shown = id;
    head.update(conversation, state);
    participants.update(conversation, state);
    for (const form of [transfer, consult]) form.refresh();
    const outbox = state.outbox.filter((item) => item.conversation_id === id);
    thread.update(id, t.messages_of(customerName(conversation)), state.threads[id]?.messages ?? [], outbox, state.directory.version);
    typing.update(conversation);
    composer.update(conversation, { internal: part?.kind === "consult", owner: part && conversation.agent_id ? agentName(state, conversation.agent_id) : "" });
    wrapUp.update(conversation);
    setShown(composer.el, stage === "active");
    setShown(wrapUp.el, stage === "wrap_up");
    setShown(lead, stage === "waiting" || stage === "closed");
    setText(lead, stage === "waiting" ? t.waiting_lead : stage === "closed" ? t.closed_lead(conversation.closed_at ? fullText(conversation.closed_at) : "", conversation.close_reason ? wordOf(t.closed_how, conversation.close_reason) : "") : "");
    load(state, id);
  }

  return {
    el,
    focusWriting() {
      if (!composer.el.hidden) composer.focus();
      else if (!wrapUp.el.hidden) wrapUp.focus();
      else thread.log.focus();
    },
    focusHead: () => head.focus(),
    isWriting: () => composer.hasFocus(),
    /** A narrow window may show something else. */
    isInView: () => thread.el.checkVisibility(),
    openTransfer: () => open(transfer),
    openConsult: () => open(consult),
    toggleNote: () => composer.toggle(),
    cancelTransfer: () => forms.some((form) => form.cancel()),
    finish: () => finish(session, () => void onEnd(), wrapUp.submit),
    /** @param {AgentState} state */
    update(state) {
      const conversation = conversationOf(state, state.selected);
      setShown(none, !conversation);
      setShown(body, Boolean(conversation));
      setAttr(el, "role", conversation ? "tabpanel" : null);
      setAttr(el, "aria-label", conversation ? customerName(conversation) : t.messages);
      if (conversation) show(state, conversation);
    },
  };
}

/** Fetches a thread that is not known from its start, once a session. @param {import("./session.js").Session} session */
function createLoader(session) {
  /** Threads that were asked for, by what was known when they were. @type {Set<string>} */
  const asked = new Set();
  return (/** @type {AgentState} */ state, /** @type {string} */ id) => {
    const key = `${id} ${state.session_id}`;
    if (state.connection.phase !== "open" || state.threads[id]?.loaded || asked.has(key)) return;
    asked.add(key);
    void session.history.loadThread(id);
  };
}

/**
 * The next step of a conversation: end it, close it, or take it up again.
 * @param {import("./session.js").Session} session
 * @param {() => void} onEnd
 * @param {() => void} submitWrapUp
 */
function finish(session, onEnd, submitWrapUp) {
  const { selected, conversations } = session.store.state;
  const conversation = selected ? conversations[selected] : undefined;
  if (conversation?.state === "active") onEnd();
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

/** @param {Message} message @param {AgentState} state */
function senderName(message, state) {
  if (message.sender === "customer") {
    const conversation = conversationOf(state, message.conversation_id);
    return conversation ? customerName(conversation) : t.customer;
  }
  if (message.sender === "system") return t.system;
  return !message.agent_id || message.agent_id === state.agent?.id ? t.you : agentName(state, message.agent_id);
}

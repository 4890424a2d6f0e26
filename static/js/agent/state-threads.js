/*
 * Owns messages in the agent page's state: what was said, how far it is on its way to the customer, who types, and what can no
 * longer be sent. Pure. Holds: a message stands once in its thread.
 */

import { withDelivery, withMessages } from "../lib/outbox.js";
import { t } from "../strings.en.js";
import { conversationOf, customerName, isOnDesk } from "./state-common.js";
import { withoutUnread } from "./state-tabs.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Frame} Frame */

/** Older ones give way. */
export const MAX_NOTICES = 20;
/** How much of a message stands in a notice about it, in characters. */
const SHORT = 80;

/**
 * @param {AgentState} state
 * @param {string} id
 * @param {import("../types.js").Message[]} messages
 * @param {boolean} complete the thread is known from its start now
 * @returns {AgentState}
 */
export function withThread(state, id, messages, complete) {
  const thread = state.threads[id] ?? { messages: [], loaded: false };
  const next = { messages: withMessages(thread.messages, messages), loaded: thread.loaded || complete };
  return { ...state, threads: { ...state.threads, [id]: next } };
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
export function received(state, frame) {
  const { conversation_id, message } = frame;
  if (!isOnDesk(state, conversation_id)) return state;
  if (message.sender === "customer" && state.typing[conversation_id]) state = { ...state, typing: typingAfter(state, frame, 0) };
  const before = state.threads[conversation_id]?.messages.length ?? 0;
  state = withThread(state, conversation_id, [message], false);
  const outbox = state.outbox.filter((item) => item.client_message_id !== message.client_message_id);
  if (outbox.length !== state.outbox.length) state = { ...state, outbox };
  const added = (state.threads[conversation_id]?.messages.length ?? 0) > before;
  const own = message.sender === "agent" && message.agent_id === state.agent?.id;
  // Who answered in another window, or on another device, has read it there.
  if (added && own) return withoutUnread(state, conversation_id);
  if (!added || (state.visible && state.selected === conversation_id) || message.seq <= (state.read[conversation_id] ?? 0)) return state;
  return { ...state, unread: { ...state.unread, [conversation_id]: (state.unread[conversation_id] ?? 0) + 1 } };
}

/**
 * How far one of the messages here is. One that failed is said loudly: a notice stays until the agent has seen it.
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
export function delivered(state, { conversation_id, message_id, state: stage, problem }) {
  const thread = state.threads[conversation_id];
  const known = thread?.messages.find((message) => message.id === message_id);
  if (stage === "failed" && known?.delivery?.state !== "failed") state = failed(state, conversation_id, message_id, known?.text ?? "", problem);
  if (!thread) return state;
  const delivery = problem === undefined ? { state: stage } : { state: stage, problem };
  return { ...state, threads: { ...state.threads, [conversation_id]: { ...thread, messages: withDelivery(thread.messages, message_id, delivery) } } };
}

/** @param {AgentState} state @param {string} conversation_id @param {string} message_id @param {string} said @param {string|undefined} problem @returns {AgentState} */
function failed(state, conversation_id, message_id, said, problem) {
  const conversation = conversationOf(state, conversation_id);
  if (!conversation) return state;
  const text = t.panel.undelivered(customerName(conversation), shortened(said), problem ?? "");
  return withNotice(state, { key: `delivery ${message_id}`, level: "error", code: "undelivered", text });
}

/** A text that was typed and not sent when its conversation left this desk. @param {AgentState} state @param {Frame} frame @returns {AgentState} */
export function draftLeft(state, { key, name, text }) {
  return withNotice(state, { key, level: "warning", code: "draft", text: t.panel.draft_left(name, text) });
}

/** @param {AgentState} state @param {import("../types.js").Notice} notice @returns {AgentState} */
function withNotice(state, notice) {
  return { ...state, notices: [...state.notices.filter(({ key }) => key !== notice.key), notice].slice(-MAX_NOTICES) };
}

/** @param {string} text */
function shortened(text) {
  return text.length > SHORT ? `${text.slice(0, SHORT)}…` : text;
}

/** Who types, without those who stopped long ago. @param {AgentState} state @param {Frame} frame @param {number} until_ms */
export function typingAfter({ typing }, { conversation_id, at_ms }, until_ms) {
  const others = Object.entries(typing).filter(([id, until]) => id !== conversation_id && until > at_ms);
  return Object.fromEntries(until_ms > at_ms ? [...others, [conversation_id, until_ms]] : others);
}

/**
 * Turns messages that can no longer be sent into notices, so that no text vanishes unseen.
 * @param {AgentState} state
 * @param {(item: import("../types.js").Outgoing) => boolean} isLost
 * @param {string} name
 * @returns {AgentState}
 */
export function giveUpSending(state, isLost, name) {
  const lost = state.outbox.filter(isLost);
  if (lost.length === 0) return state;
  const told = lost.map((item) => ({ key: item.client_message_id, level: "warning", code: "unsent", text: t.unsent(name, item.text) }));
  const notices = [...state.notices, ...told].slice(-MAX_NOTICES);
  return { ...state, notices, outbox: state.outbox.filter((item) => !isLost(item)) };
}

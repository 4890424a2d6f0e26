/*
 * Owns the customer page's state as one pure function, `reduce(state, frame)`, over the frames of CONTRACT §6 and the page's
 * own (`local.…`). A welcome carries the whole conversation, so that every connection starts from the truth.
 */

import { reduceOutbox, withMessage } from "../lib/outbox.js";

/** @typedef {import("../types.js").CustomerState} CustomerState */
/** @typedef {import("../types.js").Frame} Frame */

/** How long one sign of typing counts. */
export const TYPING_MS = 6_000;

/** @param {boolean} [visible] @returns {CustomerState} */
export function initialState(visible = true) {
  return {
    connection: { phase: "connecting", code: null, retry_in_ms: null },
    stage: "start",
    problem: null,
    conversation_id: null,
    position: null,
    agent_name: null,
    typing_until_ms: 0,
    messages: [],
    outbox: [],
    ended_reason: null,
    draft: "",
    errors: {},
    visible,
    seen_seq: 0,
    closed: false,
    opens_at: null,
    visitor: { token: null, context: {} },
    resumed: false,
  };
}

/** A new beginning, in which the page around is the same. @param {CustomerState} state @returns {CustomerState} */
function anew({ visible, visitor, closed, opens_at }) {
  return { ...initialState(visible), visitor, closed, opens_at };
}

/** How many messages from the other side came while the chat was not in front of the visitor. @param {CustomerState} state */
export function unread({ messages, seen_seq }) {
  return messages.filter((message) => message.sender !== "customer" && message.seq > seen_seq).length;
}

/** What is in front of the visitor is seen. @param {CustomerState} state @returns {CustomerState} */
function seen(state) {
  const last = state.messages.at(-1)?.seq ?? 0;
  return state.visible && last > state.seen_seq ? { ...state, seen_seq: last } : state;
}

/**
 * What was written and never went: messages on their way, then what stands in the field.
 * @param {CustomerState} state
 * @param {string} typed
 */
export function unsent(state, typed) {
  const texts = [...state.outbox.map((item) => item.text), typed.trim()];
  return texts.filter(Boolean).join("\n");
}

/** @param {CustomerState} state @param {Frame} frame @returns {CustomerState} */
export function reduce(state, frame) {
  const outbox = reduceOutbox(state.outbox, frame);
  return seen(reduceTalk(outbox === state.outbox ? state : { ...state, outbox }, frame));
}

/** @param {CustomerState} state @param {Frame} frame @returns {CustomerState} */
function reduceTalk(state, frame) {
  switch (frame.type) {
    case "welcome":
      return welcome(state, frame);
    case "message.received":
      return received(state, frame.message);
    case "local.message_sent":
      return frame.message ? { ...state, messages: withMessage(state.messages, frame.message) } : state;
    case "queue.position":
      return state.stage === "ended" ? state : { ...state, position: positionOf(frame), stage: "waiting" };
    case "agent.joined":
      return { ...state, stage: "talking", position: null, agent_name: frame.agent?.name ?? null };
    case "agent.typing":
      return { ...state, typing_until_ms: frame.at_ms + TYPING_MS };
    case "conversation.ended":
      return { ...state, stage: "ended", ended_reason: frame.reason ?? null, position: null, typing_until_ms: 0 };
    case "local.message_failed":
      return frame.problem?.code === "conversation_ended" ? { ...state, stage: "ended", position: null, typing_until_ms: 0 } : state;
    case "local.connection":
      return { ...state, connection: frame.connection };
    case "local.opening":
      return { ...anew(state), stage: "opening" };
    case "local.opened":
      return opened(state, frame);
    case "local.start":
      return { ...anew(state), problem: frame.problem ?? null, draft: frame.draft ?? "", errors: frame.errors ?? {} };
    case "local.visible":
      return { ...state, visible: frame.visible };
    case "local.visitor":
      return { ...state, visitor: frame.visitor };
    case "local.hours":
      return { ...state, closed: !frame.open, opens_at: frame.opens_at };
    case "local.transcript":
      return { ...state, messages: frame.messages, seen_seq: frame.messages.length };
    default:
      return state;
  }
}

/** @param {CustomerState} state @param {Frame} frame @returns {CustomerState} */
function opened(state, { conversation_id, outbox, seen_seq, resumed }) {
  return { ...state, stage: "waiting", conversation_id, outbox: outbox ?? [], seen_seq: seen_seq ?? 0, resumed: resumed === true };
}

/** @param {CustomerState} state @param {Frame} frame @returns {CustomerState} */
function welcome(state, frame) {
  const { conversation } = frame;
  const messages = frame.messages.filter((/** @type {import("../types.js").Message} */ m) => m.visibility !== "internal");
  const ids = new Set(messages.map((/** @type {import("../types.js").Message} */ m) => m.client_message_id));
  return {
    ...state,
    conversation_id: conversation.id,
    messages: messages.reduce(withMessage, []),
    outbox: state.outbox.filter((item) => !ids.has(item.client_message_id)),
    stage: stageOf(conversation.state),
    agent_name: conversation.state === "active" ? (frame.agent?.name ?? state.agent_name) : null,
    position: conversation.state === "open" ? state.position : null,
  };
}

/** @param {import("../types.js").ConversationState} state @returns {CustomerState["stage"]} */
function stageOf(state) {
  if (state === "wrap_up" || state === "closed") return "ended";
  return state === "active" ? "talking" : "waiting";
}

/** @param {CustomerState} state @param {import("../types.js").Message} message @returns {CustomerState} */
function received(state, message) {
  if (message.visibility === "internal") return state;
  const outbox = state.outbox.filter((item) => item.client_message_id !== message.client_message_id);
  return { ...state, outbox, messages: withMessage(state.messages, message), typing_until_ms: message.sender === "agent" ? 0 : state.typing_until_ms };
}

/** @param {Frame} frame */
function positionOf({ position, ahead, estimated_wait_seconds }) {
  return { position, ahead, estimated_wait_seconds };
}

/*
 * Owns the agent page's state as one pure function, `reduce(state, frame)`, over the server's frames (CONTRACT §5) and the
 * page's own (`local.…`). Knows no page, no clock and no socket. Pops are in state-pops.js, lists in state-lists.js.
 *
 * Holds (given frames once and in order, as the client delivers them): a conversation never goes back to a lower `version`; a conversation that
 * left this agent comes back only with a higher version; a message stands once in its thread.
 */

import { reduceOutbox, withDelivery, withMessage } from "../lib/outbox.js";
import { t } from "../strings.en.js";
import { customerName, serverMs } from "./state-common.js";
import { reducePops, popsAtWelcome } from "./state-pops.js";
import { reduceLists } from "./state-lists.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("../types.js").Frame} Frame */

const MAX_GONE = 200;
const MAX_NOTICES = 20;
/** How long one sign of typing counts. */
export const TYPING_MS = 6_000;

/** @returns {AgentState} */
export function initialState() {
  return {
    connection: { phase: "connecting", code: null, retry_in_ms: null },
    session_id: null,
    clock: { server_ms: 0, mono_ms: 0 },
    agent: null,
    presence: { id: "offline", base: "offline", since_ms: NaN, by: null, reason: null },
    presences: [],
    capacity: { total: 0, used: 0, free: 0 },
    conversations: {},
    viewed: {},
    gone: {},
    threads: {},
    pops: [],
    ended_ids: [],
    ended: [],
    follow: null,
    tabs: [],
    selected: null,
    visible: false,
    unread: {},
    typing: {},
    outbox: [],
    pick: { items: {}, total: 0, ready: false },
    closed: { items: [], status: "idle", truncated: false },
    notices: [],
    list: "mine",
  };
}

/**
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
export function reduce(state, frame) {
  if (frame.type === "welcome") return welcome(state, frame);
  const outbox = reduceOutbox(state.outbox, frame);
  if (outbox !== state.outbox) state = { ...state, outbox };
  return reduceWork(reducePops(reduceLists(state, frame), frame), frame);
}

/**
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
function reduceWork(state, frame) {
  switch (frame.type) {
    case "conversation.assigned":
      return assigned(state, frame);
    case "conversation.updated":
      return updated(state, frame.conversation);
    case "conversation.removed":
      return removed(state, frame);
    case "message.received":
      return received(state, frame);
    case "message.delivery":
      return delivered(state, frame);
    case "customer.typing":
      return { ...state, typing: typingAfter(state, frame, frame.at_ms + TYPING_MS) };
    case "local.message_sent":
      return frame.message ? withThread(state, frame.conversation_id, [frame.message], false) : state;
    case "local.thread_loaded":
      return withThread(state, frame.conversation_id, frame.messages, true);
    case "presence.changed":
      return { ...state, presence: presenceOf(frame, serverMs(state, frame.at_ms)) };
    case "capacity.changed":
      return { ...state, capacity: { total: frame.capacity, used: frame.used, free: frame.free } };
    case "notice":
      return { ...state, notices: [...state.notices, noticeOf(frame)].slice(-MAX_NOTICES) };
    case "local.notice_dismissed":
      return { ...state, notices: state.notices.filter((notice) => notice.key !== frame.key) };
    case "local.connection":
      return { ...state, connection: frame.connection };
    case "local.select":
      return select(state, frame.conversation_id);
    case "local.tab_closed":
      return closeTab(state, frame.conversation_id);
    case "local.visible":
      return seen({ ...state, visible: frame.visible });
    case "local.followed":
      return { ...state, follow: frame.conversation_id };
    default:
      return state;
  }
}

/**
 * A new session, or one that goes on: after `resumed` the frames that were missed follow, else the welcome is the whole state.
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
function welcome(state, frame) {
  const clock = { server_ms: Date.parse(frame.server_time), mono_ms: frame.at_ms };
  state = { ...state, clock, session_id: frame.session_id, agent: frame.agent };
  if (frame.resumed) return state;
  const conversations = Object.fromEntries(frame.conversations.map((/** @type {Conversation} */ c) => [c.id, c]));
  const threads = Object.fromEntries(Object.entries(state.threads).map(([id, thread]) => [id, { ...thread, loaded: false }]));
  const present = frame.conversations.filter((/** @type {Conversation} */ c) => c.state !== "waiting").map((/** @type {Conversation} */ c) => c.id);
  const kept = state.tabs.filter((id) => conversations[id] || state.viewed[id]);
  const tabs = [...kept, ...present.filter((/** @type {string} */ id) => !kept.includes(id))];
  state = {
    ...state,
    presence: presenceAtWelcome(frame, clock.server_ms),
    presences: frame.presences ?? state.presences,
    capacity: capacityOf(frame),
    conversations,
    gone: {},
    threads,
    tabs,
    unread: Object.fromEntries(Object.entries(state.unread).filter(([id]) => conversations[id])),
  };
  if (!state.selected || !tabs.includes(state.selected)) state = { ...state, selected: tabs[0] ?? null };
  state = giveUpSending(state, (item) => !conversations[item.conversation_id], t.visitor);
  return popsAtWelcome(state, frame);
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function assigned(state, frame) {
  const { conversation } = frame;
  const same = state.conversations[conversation.id]?.version === conversation.version;
  if (!same && !isNews(state, conversation)) return state;
  const known = state.threads[conversation.id];
  const { [conversation.id]: _, ...gone } = state.gone;
  state = put({ ...state, gone }, conversation);
  // The recent messages are all there are unless the thread is longer than what comes along: its first one says so.
  const complete = (known?.loaded ?? false) || frame.messages.length === 0 || frame.messages[0].seq === 1;
  state = withThread(state, conversation.id, frame.messages, complete);
  state = withTab(state, conversation.id);
  const followed = state.follow === conversation.id;
  if (followed || state.selected === null) return select(followed ? { ...state, follow: null } : state, conversation.id);
  return { ...state, unread: { ...state.unread, [conversation.id]: state.unread[conversation.id] ?? 1 } };
}

/** @param {AgentState} state @param {Conversation} conversation @returns {AgentState} */
function updated(state, conversation) {
  const known = state.conversations[conversation.id];
  if (!isNews(state, conversation)) return state;
  const mine = conversation.agent_id === state.agent?.id && ["active", "waiting", "wrap_up"].includes(conversation.state);
  if (!mine) return known ? forget(state, conversation.id, conversation.version, conversation) : state;
  state = put(state, conversation);
  if (conversation.state === "waiting" && known?.state === "active") return closeTab(state, conversation.id);
  if (conversation.state !== "waiting" && (!known || known.state === "waiting")) {
    state = withTab(state, conversation.id);
    if (state.follow === conversation.id) return select({ ...state, follow: null }, conversation.id);
  }
  return state;
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function removed(state, frame) {
  const known = state.conversations[frame.conversation_id];
  if (!known || (frame.version !== undefined && frame.version < known.version)) return state;
  const closed = frame.reason === "closed" ? { ...known, state: "closed", closed_at: new Date(serverMs(state, frame.at_ms)).toISOString() } : null;
  return forget(state, known.id, frame.version ?? known.version, /** @type {Conversation|null} */ (closed));
}

/**
 * Takes a conversation off this agent's desk; a closed one goes to the list of closed ones.
 * @param {AgentState} state
 * @param {string} id
 * @param {number} version
 * @param {Conversation|null} last
 * @returns {AgentState}
 */
function forget(state, id, version, last) {
  const { [id]: _conversation, ...conversations } = state.conversations;
  const { [id]: _thread, ...threads } = state.threads;
  const { [id]: _unread, ...unread } = state.unread;
  const gone = Object.fromEntries([...Object.entries(state.gone), [id, version]].slice(-MAX_GONE));
  const closed = last?.state === "closed" ? { ...state.closed, items: [last, ...state.closed.items.filter((c) => c.id !== id)] } : state.closed;
  const name = customerName(state.conversations[id]);
  state = giveUpSending(state, (item) => item.conversation_id === id, name);
  return closeTab({ ...state, conversations, threads, unread, gone, closed }, id);
}

/**
 * Turns messages that can no longer be sent into notices, so that no text vanishes unseen.
 * @param {AgentState} state
 * @param {(item: import("../types.js").Outgoing) => boolean} isLost
 * @param {string} name
 * @returns {AgentState}
 */
function giveUpSending(state, isLost, name) {
  const lost = state.outbox.filter(isLost);
  if (lost.length === 0) return state;
  const told = lost.map((item) => ({ key: item.client_message_id, level: "warning", code: "unsent", text: t.unsent(name, item.text) }));
  const notices = [...state.notices, ...told].slice(-MAX_NOTICES);
  return { ...state, notices, outbox: state.outbox.filter((item) => !isLost(item)) };
}

/** Who types, without those who stopped long ago. @param {AgentState} state @param {Frame} frame @param {number} until_ms */
function typingAfter({ typing }, { conversation_id, at_ms }, until_ms) {
  const others = Object.entries(typing).filter(([id, until]) => id !== conversation_id && until > at_ms);
  return Object.fromEntries(until_ms > at_ms ? [...others, [conversation_id, until_ms]] : others);
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function received(state, frame) {
  const { conversation_id, message } = frame;
  if (!state.conversations[conversation_id]) return state;
  if (message.sender === "customer" && state.typing[conversation_id]) state = { ...state, typing: typingAfter(state, frame, 0) };
  const before = state.threads[conversation_id]?.messages.length ?? 0;
  state = withThread(state, conversation_id, [message], false);
  const outbox = state.outbox.filter((item) => item.client_message_id !== message.client_message_id);
  if (outbox.length !== state.outbox.length) state = { ...state, outbox };
  const added = (state.threads[conversation_id]?.messages.length ?? 0) > before;
  const own = message.sender === "agent" && message.agent_id === state.agent?.id;
  if (!added || own || (state.visible && state.selected === conversation_id)) return state;
  return { ...state, unread: { ...state.unread, [conversation_id]: (state.unread[conversation_id] ?? 0) + 1 } };
}

/** How far one of the messages here is. @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function delivered(state, { conversation_id, message_id, state: stage, problem }) {
  const thread = state.threads[conversation_id];
  if (!thread) return state;
  const delivery = problem === undefined ? { state: stage } : { state: stage, problem };
  return { ...state, threads: { ...state.threads, [conversation_id]: { ...thread, messages: withDelivery(thread.messages, message_id, delivery) } } };
}

/**
 * @param {AgentState} state
 * @param {string} id
 * @param {import("../types.js").Message[]} messages
 * @param {boolean} complete the thread is known from its start now
 * @returns {AgentState}
 */
function withThread(state, id, messages, complete) {
  const thread = state.threads[id] ?? { messages: [], loaded: false };
  const next = { messages: messages.reduce(withMessage, thread.messages), loaded: thread.loaded || complete };
  return { ...state, threads: { ...state.threads, [id]: next } };
}

/** @param {AgentState} state @param {Conversation} conversation */
function isNews(state, conversation) {
  const { id, version } = conversation;
  const known = state.conversations[id];
  if (known) return version > known.version;
  return state.gone[id] === undefined || version > state.gone[id];
}

/** @param {AgentState} state @param {Conversation} conversation @returns {AgentState} */
function put(state, conversation) {
  return { ...state, conversations: { ...state.conversations, [conversation.id]: conversation } };
}

/** @param {AgentState} state @param {string} id @returns {AgentState} */
function withTab(state, id) {
  return state.tabs.includes(id) ? state : { ...state, tabs: [...state.tabs, id] };
}

/** @param {AgentState} state @param {string|null} id @returns {AgentState} */
function select(state, id) {
  if (id === null) return { ...state, selected: null };
  const closed = state.closed.items.find((c) => c.id === id);
  if (!state.conversations[id] && !closed && !state.viewed[id]) return state;
  if (!state.conversations[id] && closed) state = { ...state, viewed: { ...state.viewed, [id]: closed } };
  return seen({ ...withTab(state, id), selected: id });
}

/** What is in front of the agent is read. @param {AgentState} state @returns {AgentState} */
function seen(state) {
  if (!state.visible || !state.selected || !state.unread[state.selected]) return state;
  const { [state.selected]: _, ...unread } = state.unread;
  return { ...state, unread };
}

/** @param {AgentState} state @param {string} id @returns {AgentState} */
function closeTab(state, id) {
  const at = state.tabs.indexOf(id);
  if (at < 0) return state;
  const tabs = state.tabs.filter((tab) => tab !== id);
  const { [id]: _, ...viewed } = state.viewed;
  state = { ...state, tabs, viewed };
  return state.selected === id ? select(state, tabs[Math.min(at, tabs.length - 1)] ?? null) : state;
}

/** @param {Frame} frame @param {number} since_ms */
function presenceOf(frame, since_ms) {
  return { id: frame.presence, base: frame.base_presence ?? frame.presence, since_ms, by: frame.by ?? null, reason: frame.reason ?? null };
}

/** @param {Frame} frame @param {number} now_ms */
function presenceAtWelcome(frame, now_ms) {
  const runtime = frame.agent?.runtime ?? {};
  const since = Date.parse(runtime.status_since ?? "");
  const base_presence = frame.base_presence ?? runtime.base_presence;
  return presenceOf({ ...frame, base_presence, by: null, reason: null }, Number.isNaN(since) ? now_ms : since);
}

/** Capacity as it stands in a welcome: the agent's total alone, or with what is used. @param {Frame} frame */
function capacityOf(frame) {
  const runtime = frame.agent?.runtime ?? {};
  const given = typeof frame.capacity === "object" && frame.capacity !== null ? frame.capacity : { capacity: frame.capacity, used: frame.used, free: frame.free };
  const total = given.capacity ?? given.total ?? frame.agent?.capacity ?? 0;
  const used = given.used ?? runtime.capacity_used ?? 0;
  return { total, used, free: given.free ?? runtime.capacity_free ?? total - used };
}

/** @param {Frame} frame */
function noticeOf(frame) {
  return { key: `${frame.seq ?? ""}-${frame.at_ms}`, level: frame.level ?? "info", code: frame.code ?? "", text: frame.text ?? "" };
}

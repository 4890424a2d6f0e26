/*
 * Owns the agent page's state as one pure function, `reduce(state, frame)`, over the server's frames (CONTRACT §5) and the
 * page's own (`local.…`). Knows no page, no clock and no socket. Pops, lists, messages, tabs, consults and names are in the other state-*.js.
 *
 * Holds (given frames once and in order, as the client delivers them): a conversation never goes back to a lower `version`; a conversation that
 * left this agent comes back only with a higher version; a message stands once in its thread.
 */

import { reduceOutbox } from "../lib/outbox.js";
import { t } from "../strings.en.js";
import { customerName, serverMs } from "./state-common.js";
import { consultsAtWelcome, reduceConsults } from "./state-consults.js";
import { directoryAtWelcome, emptyDirectory, reduceDirectory } from "./state-directory.js";
import { reduceLists } from "./state-lists.js";
import { popsAtWelcome, reducePops } from "./state-pops.js";
import { asNew, closeTab, readElsewhere, seen, select, withTab } from "./state-tabs.js";
import { delivered, draftLeft, giveUpSending, MAX_NOTICES, received, typingAfter, withThread } from "./state-threads.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("../types.js").Frame} Frame */

const MAX_GONE = 200;
/** How long one sign of typing counts. */
export const TYPING_MS = 6_000;

/** @returns {AgentState} */
export function initialState() {
  return {
    connection: { phase: "connecting", code: null, retry_in_ms: null },
    session_id: null,
    resumed: false,
    clock: { server_ms: 0, mono_ms: 0 },
    agent: null,
    presence: { id: "offline", base: "offline", since_ms: NaN, by: null, reason: null },
    presences: [],
    capacity: { total: 0, used: 0, free: 0 },
    directory: emptyDirectory(),
    conversations: {},
    parts: {},
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
    read: {},
    typing: {},
    outbox: [],
    pick: { items: {}, total: 0, ready: false, failed: false },
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
  state = reduceConsults(reduceDirectory(reduceLists(state, frame), frame), frame);
  return reduceWork(reducePops(state, frame), frame);
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
    case "local.draft_left":
      return draftLeft(state, frame);
    case "local.thread_loaded":
      return withThread(state, frame.conversation_id, frame.messages, true);
    case "presence.changed":
      return { ...state, presence: presenceOf(frame, serverMs(state, frame.at_ms)) };
    case "capacity.changed":
      return { ...state, capacity: { total: frame.capacity, used: frame.used, free: frame.free } };
    case "notice":
      // What the desk shows of it by itself, as long as it lasts.
      if (frame.code === "missed_notification") return state;
      return { ...state, notices: [...state.notices, noticeOf(frame)].slice(-MAX_NOTICES) };
    case "local.notice_dismissed":
      return { ...state, notices: state.notices.filter((notice) => notice.key !== frame.key) };
    case "local.connection":
      return { ...state, connection: frame.connection };
    case "local.select":
      return select(state, frame.conversation_id);
    case "local.tab_closed":
      return closeTab(state, frame.conversation_id);
    case "local.read":
      return readElsewhere(state, frame.conversation_id, frame.seq ?? 0);
    case "local.visible":
      return seen({ ...state, visible: frame.visible });
    case "local.forgotten":
      return { ...state, outbox: [], ended: [], notices: [] };
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
  state = directoryAtWelcome({ ...state, clock, session_id: frame.session_id, resumed: frame.resumed, agent: frame.agent }, frame);
  if (frame.resumed) return state;
  const { parts, invitations } = consultsAtWelcome(state, frame);
  const conversations = Object.fromEntries(frame.conversations.map((/** @type {Conversation} */ c) => [c.id, c]));
  const threads = Object.fromEntries(Object.entries(state.threads).map(([id, thread]) => [id, { ...thread, loaded: false }]));
  const present = frame.conversations.filter((/** @type {Conversation} */ c) => c.state !== "waiting").map((/** @type {Conversation} */ c) => c.id);
  present.push(...Object.keys(parts));
  const kept = state.tabs.filter((id) => conversations[id] || parts[id] || state.viewed[id]);
  const tabs = [...kept, ...present.filter((/** @type {string} */ id) => !kept.includes(id))];
  state = {
    ...state,
    presence: presenceAtWelcome(frame, clock.server_ms),
    presences: frame.presences ?? state.presences,
    capacity: capacityOf(frame),
    conversations,
    parts,
    gone: {},
    threads,
    tabs,
    unread: Object.fromEntries(Object.entries(state.unread).filter(([id]) => conversations[id] || parts[id])),
    read: Object.fromEntries(Object.entries(state.read).filter(([id]) => conversations[id] || parts[id])),
  };
  if (!state.selected || !tabs.includes(state.selected)) state = { ...state, selected: tabs[0] ?? null };
  state = giveUpSending(state, (item) => !conversations[item.conversation_id] && !parts[item.conversation_id], t.visitor);
  return popsAtWelcome(state, { ...frame, offers: [...frame.offers, ...invitations] });
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
  return asNew(state, conversation.id);
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
  const { [id]: _read, ...read } = state.read;
  const gone = Object.fromEntries([...Object.entries(state.gone), [id, version]].slice(-MAX_GONE));
  const closed = last?.state === "closed" ? { ...state.closed, items: [last, ...state.closed.items.filter((c) => c.id !== id)] } : state.closed;
  const name = customerName(state.conversations[id]);
  state = giveUpSending(state, (item) => item.conversation_id === id, name);
  return closeTab({ ...state, conversations, threads, unread, read, gone, closed }, id);
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

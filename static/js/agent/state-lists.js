/*
 * Owns the open work items and the closed conversations in the agent page's state, and how they are searched and sorted.
 * Pure. The pick list is a window of the server's (CONTRACT §5, `pick_list.…`); closed ones come over HTTP.
 */

import { t } from "../strings.en.js";
import { agentName, queueName, workStreamName } from "./names.js";
import { customerName } from "./state-common.js";
import { emptyDirectory } from "./state-directory.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("../types.js").Frame} Frame */
/** @typedef {"age"|"newest"|"priority"|"queue"|"work_stream"|"customer"|"mode"} SortName */
/** What an agent wants to see of the open items; an empty id is any. @typedef {{search: string, sort: SortName, queue_id: string, work_stream_id: string}} Wanted */
/** @typedef {Pick<AgentState, "directory">} Named */

const NAMELESS = { directory: emptyDirectory() };

export const CLOSED_WITHIN_MS = 24 * 60 * 60 * 1000;

/**
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
export function reduceLists(state, frame) {
  switch (frame.type) {
    case "pick_list.snapshot":
      return { ...state, pick: { items: byId(frame.items), total: frame.total ?? frame.items.length, ready: true, failed: false } };
    case "pick_list.changed":
      return { ...state, pick: changed(state.pick, frame) };
    case "local.pick_failed":
      return { ...state, pick: { ...state.pick, failed: frame.failed } };
    case "local.list_shown":
      return { ...state, list: frame.list };
    case "local.closed_loading":
      return { ...state, closed: { ...state.closed, status: "loading" } };
    case "local.closed_loaded":
      return { ...state, closed: { items: newestFirst(frame.items), status: "ready", truncated: frame.truncated } };
    case "local.closed_failed":
      return { ...state, closed: { ...state.closed, status: "failed" } };
    default:
      return state;
  }
}

/** @param {AgentState["pick"]} pick @param {Frame} frame */
function changed(pick, frame) {
  const items = { ...pick.items };
  for (const id of frame.removed ?? []) delete items[id];
  for (const item of [...(frame.added ?? []), ...(frame.changed ?? [])]) {
    if (!items[item.id] || item.version >= items[item.id].version) items[item.id] = item;
  }
  const grown = Object.keys(items).length - Object.keys(pick.items).length;
  return { ...pick, items, total: frame.total ?? Math.max(pick.total + grown, Object.keys(items).length) };
}

/** @param {Conversation[]} items */
function byId(items) {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}

/** @param {Conversation[]} items */
function newestFirst(items) {
  return [...items].sort((a, b) => (b.closed_at ?? "").localeCompare(a.closed_at ?? ""));
}

/**
 * The items that match, in order; ties by age, then id, so that the order never wavers.
 * @param {Conversation[]} items
 * @param {string} search
 * @param {SortName} sort
 * @param {{queue_id?: string, work_stream_id?: string, names?: Named}} [more] only of a queue, a work stream; what ids are called
 */
export function arrange(items, search, sort, { queue_id, work_stream_id, names = NAMELESS } = {}) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter((item) => (!queue_id || item.queue_id === queue_id) && (!work_stream_id || item.work_stream_id === work_stream_id) && (words.length === 0 || matches(item, words, names)));
  const compare = COMPARE[sort];
  return found.sort((a, b) => compare(a, b, names) || COMPARE.age(a, b, names) || a.id.localeCompare(b.id));
}

/**
 * What is to be known before one takes it: that it is on offer, and to whom, or that the system found nobody for it. All that the server
 * lists may be taken: what a push stream gives out by itself is not there, unless it lets agents choose or nobody could take it.
 * @param {Conversation} item
 * @param {Pick<AgentState, "agent"|"directory">} state
 */
export function noteOf(item, state) {
  if (item.offer) return item.offer.agent_id === state.agent?.id ? t.sides.on_offer_to_you : t.sides.on_offer_to(agentName(state, item.offer.agent_id));
  const stream = state.directory.work_streams[item.work_stream_id];
  return stream?.mode === "push" && !stream.select_from_push ? t.sides.nobody_found : "";
}

/** Work streams whose work the system gives out by itself, so that the list never has it. Pure. @param {import("../types.js").Directory} directory */
export function pushedStreams({ work_streams }) {
  return Object.values(work_streams).filter(({ mode, select_from_push }) => mode === "push" && !select_from_push).map(({ name }) => name);
}

/** @type {Record<SortName, (a: Conversation, b: Conversation, names: Named) => number>} */
const COMPARE = {
  age: (a, b) => compared(ageKey(a), ageKey(b)),
  newest: (a, b) => compared(ageKey(b), ageKey(a)),
  priority: (a, b) => (b.priority ?? 0) - (a.priority ?? 0),
  queue: (a, b, names) => queueName(names, a.queue_id).localeCompare(queueName(names, b.queue_id)),
  work_stream: (a, b, names) => workStreamName(names, a.work_stream_id).localeCompare(workStreamName(names, b.work_stream_id)),
  customer: (a, b) => customerName(a).localeCompare(customerName(b)),
  mode: (a, b, names) => compared(modeOf(a, names), modeOf(b, names)),
};

/** Plain texts, as times are; a language's order takes ten times as long. @param {string} a @param {string} b */
function compared(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {Conversation} item @param {Named} names */
function modeOf({ work_stream_id }, { directory }) {
  return directory.work_streams[work_stream_id]?.mode ?? "";
}

/** @param {Conversation} item */
function ageKey(item) {
  return item.queued_at ?? item.created_at;
}

/** @param {Conversation} item @param {string[]} words @param {Named} names */
function matches(item, words, names) {
  const { queue_id, channel_id, work_stream_id, customer } = item;
  const ids = [queue_id, channel_id, work_stream_id, queueName(names, queue_id), workStreamName(names, work_stream_id)];
  const parts = [customerName(item), customer?.email, customer?.phone, ...ids, ...Object.values(item.context ?? {})];
  const text = parts.filter((part) => part !== null && part !== undefined).join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

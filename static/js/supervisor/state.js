/*
 * Owns the supervisor page's state: the board as the server pushes it, the figures that are asked for beside it, and the alarms.
 * Pure: one value, changed only by `reduce(state, frame)`. What did not change keeps its identity, so that views can tell.
 */

import { own } from "../lib/own.js";
import { walk } from "./state-trail.js";

/** Alarms that are kept; the oldest go first. */
export const MAX_NOTICES = 200;
/** A silent loss is noticed after at most this long (lib/client.js: a ping, and no pong); what is older was certainly heard. */
export const SILENT_MS = 16_000;

/**
 * A queue or a work stream now (docs/statistics.md).
 * @typedef {object} Served
 * @property {number} waiting
 * @property {number} on_offer
 * @property {number} active
 * @property {number} waiting_for_customer
 * @property {number} wrap_up
 * @property {string|null} waiting_since
 * @property {Record<import("../types.js").BasePresence, number>} agents
 * @property {number} agents_connected
 * @property {number} agents_eligible
 * @property {number} capacity_units
 * @property {number} used_units
 * @property {number|null} load
 */

/**
 * An agent now.
 * @typedef {object} Manned
 * @property {string} presence
 * @property {import("../types.js").BasePresence} base_presence
 * @property {boolean} connected
 * @property {string} status_since
 * @property {number} capacity_units
 * @property {number} used_units
 * @property {number|null} load
 * @property {number} on_offer
 * @property {number} active
 * @property {number} waiting_for_customer
 * @property {number} wrap_up
 */

/** An interval as `/v1/stats/…` has it; docs/statistics.md has its members. @typedef {Record<string, any> & {from: string, to: string}} Interval */
/** `times`: how often it was said; `queue` by its name. @typedef {{key: string, level: string, code: string, text: string, queue: string|null, conversation_id: string|null, at_ms: number, times: number, seen: boolean}} Alarm */
/** `today` is one interval a queue, work stream or agent; `hour` the quarter hours of a queue. */
/** @typedef {{status: "loading"|"ready"|"failed", today: Record<"queues"|"agents"|"work_streams", Record<string, Interval>>, hour: Record<string, Interval[]>}} Figures */

/**
 * @typedef {object} BoardState
 * @property {import("../types.js").Connection} connection
 * @property {boolean} ready the board has come once
 * @property {number} as_of_ms server time until which the board is known to be right; while connected that is now
 * @property {import("../types.js").Clock} clock
 * @property {Record<string, Served>} queues
 * @property {Record<string, Manned>} agents
 * @property {Record<string, Served>} work_streams
 * @property {Record<string, import("./state-trail.js").Trail>} trails who waited, by queue; `` is all of them
 * @property {Figures} figures
 * @property {Alarm[]} alarms the newest first
 */

/** @returns {BoardState} */
export function initialState() {
  return {
    connection: { phase: "connecting", code: null, retry_in_ms: null },
    ready: false,
    as_of_ms: 0,
    clock: { server_ms: 0, mono_ms: 0 },
    queues: {},
    agents: {},
    work_streams: {},
    trails: {},
    figures: { status: "loading", today: { queues: {}, agents: {}, work_streams: {} }, hour: {} },
    alarms: [],
  };
}

/** @param {BoardState} state @param {import("../types.js").Frame} frame @returns {BoardState} */
export function reduce(state, frame) {
  switch (frame.type) {
    case "welcome":
      return welcome(state, frame);
    case "stats.changed":
      return changed(state, frame);
    case "notice":
      return raise(state, frame);
    case "local.connection":
      return connect(state, frame);
    case "local.figures":
      return figures(state, frame);
    case "local.figures_failed":
      return { ...state, figures: { ...state.figures, status: "failed" } };
    case "local.alarms_seen":
      return state.alarms.some((alarm) => !alarm.seen) ? { ...state, alarms: state.alarms.map((alarm) => ({ ...alarm, seen: true })) } : state;
    case "local.alarms_cleared":
      return { ...state, alarms: [] };
    default:
      return state;
  }
}

/** Figures that came; agents' are asked for less often. @param {BoardState} state @param {import("../types.js").Frame} frame @returns {BoardState} */
function figures(state, { today, hour }) {
  const { today: known, hour: hours } = state.figures;
  const next = { ...known };
  for (const kind of /** @type {const} */ (["queues", "agents", "work_streams"])) if (today[kind]) next[kind] = kept(known[kind], today[kind]);
  return { ...state, figures: { status: "ready", today: next, hour: kept(hours, hour) } };
}

/**
 * The news, where what says the same as before is what was before.
 * @template T
 * @param {Record<string, T>} known @param {Record<string, T>} news @returns {Record<string, T>}
 */
function kept(known, news) {
  const same = (/** @type {string} */ id) => Object.hasOwn(known, id) && JSON.stringify(known[id]) === JSON.stringify(news[id]);
  return Object.fromEntries(Object.keys(news).map((id) => [id, same(id) ? known[id] : news[id]]));
}

/** The server's time at a moment of the page's clock. @param {BoardState} state @param {number} at_ms */
function serverMs({ clock }, at_ms) {
  return clock.server_ms + at_ms - clock.mono_ms;
}

/** Everything, as it is now. @param {BoardState} state @param {import("../types.js").Frame} frame */
function welcome(state, frame) {
  const queues = byId(frame.queues, "queue_id");
  const agents = byId(frame.agents, "agent_id");
  const work_streams = byId(frame.work_streams, "work_stream_id");
  const clock = { server_ms: Date.parse(frame.server_time), mono_ms: frame.at_ms };
  const next = { ...state, ready: true, clock, as_of_ms: Date.parse(frame.as_of), queues, agents, work_streams };
  const trails = Object.fromEntries(Object.entries(state.trails).filter(([id]) => !id || Object.hasOwn(queues, id)));
  return { ...next, trails: walked(trails, next, Object.keys(queues)) };
}

/** @param {BoardState} state @param {import("../types.js").Frame} frame */
function changed(state, frame) {
  if (!state.ready) return state;
  const { removed = {} } = frame;
  const queues = merged(state.queues, byId(frame.queues, "queue_id"), removed.queue_ids);
  const agents = merged(state.agents, byId(frame.agents, "agent_id"), removed.agent_ids);
  const work_streams = merged(state.work_streams, byId(frame.work_streams, "work_stream_id"), removed.work_stream_ids);
  const next = { ...state, as_of_ms: Date.parse(frame.as_of), queues, agents, work_streams };
  if (queues === state.queues) return next;
  const trails = { ...state.trails };
  for (const id of removed.queue_ids ?? []) delete trails[id];
  const told = frame.queues.map((/** @type {{queue_id: string}} */ item) => item.queue_id);
  return { ...next, trails: walked(trails, next, told.filter((/** @type {string} */ id) => Object.hasOwn(queues, id))) };
}

/**
 * The trails with what now waits in these queues, and in all.
 * @param {BoardState["trails"]} trails @param {BoardState} state @param {string[]} ids
 */
function walked(trails, { queues, as_of_ms }, ids) {
  const next = { ...trails };
  for (const id of ids) next[id] = walk(own(next, id) ?? [], as_of_ms, waits(queues[id]));
  next[""] = walk(next[""] ?? [], as_of_ms, Object.values(queues).reduce((sum, now) => sum + waits(now), 0));
  return next;
}

/** Conversations without an agent: on offer or not. @param {Served} now */
export function waits(now) {
  return now.waiting + now.on_offer;
}

/** @param {BoardState} state @param {import("../types.js").Frame} frame */
function connect(state, { connection, at_ms }) {
  const left = state.connection.phase === "open" && connection.phase !== "open" && state.ready;
  if (!left) return { ...state, connection };
  const heard_ms = serverMs(state, at_ms) - (connection.code === null ? SILENT_MS : 0);
  const as_of_ms = Math.max(state.as_of_ms, heard_ms);
  const trails = Object.fromEntries(Object.entries(state.trails).map(([id, trail]) => [id, walk(trail, as_of_ms, null)]));
  return { ...state, connection, as_of_ms, trails };
}

/** What an alarm is about, which stands at the end of its text. @param {string} text */
function aboutOf(text) {
  const [, queue = null, conversation_id = null] = /(?: Queue: (.+?)\.)?(?: Conversation: ([\w-]+)\.)?$/s.exec(text) ?? [];
  return { queue, conversation_id };
}

/** The same alarm again counts up and comes to the top. @param {BoardState} state @param {import("../types.js").Frame} frame */
function raise(state, { level, code, text, at_ms }) {
  const key = `${code} ${text}`;
  const times = (state.alarms.find((alarm) => alarm.key === key)?.times ?? 0) + 1;
  const alarm = { key, level, code, text, ...aboutOf(text), at_ms: serverMs(state, at_ms), times, seen: false };
  return { ...state, alarms: [alarm, ...state.alarms.filter((other) => other.key !== key)].slice(0, MAX_NOTICES) };
}

/**
 * What is now, by id. Who is deleted has no `now`.
 * @param {any[]} items @param {string} name
 * @returns {Record<string, any>}
 */
function byId(items, name) {
  return Object.fromEntries(items.filter((item) => item.now).map((item) => [item[name], item.now]));
}

/**
 * @template T
 * @param {Record<string, T>} known @param {Record<string, T>} news @param {string[]} [removed]
 */
function merged(known, news, removed = []) {
  const gone = removed.filter((id) => Object.hasOwn(known, id));
  if (gone.length === 0 && Object.keys(news).length === 0) return known;
  const next = { ...known, ...news };
  for (const id of gone) delete next[id];
  return next;
}

/*
 * Owns the rows of the board: state, figures and names put together, one object a queue, agent and work stream. A row whose parts are
 * what they were is the same object as before, so that a table leaves it alone.
 */

import { own } from "../lib/own.js";
import { supervisor as words } from "../strings.en.js";
import { compareNames } from "./board-format.js";
import { minutes } from "./state-trail.js";

/** @typedef {import("./state.js").BoardState} BoardState */
/** @typedef {import("./state.js").Served} Served */
/** @typedef {import("./state.js").Interval} Interval */
/** @typedef {import("./state-names.js").Names} Names */

/** `target_s` is the service level's; `line` the minutes of the last hour. */
/** @typedef {{id: string, name: string, now: Served, today: Interval|null, hour: Interval[], line: (number|null)[], now_ms: number, target_s: number|null}} QueueRow */
/** @typedef {{id: string, name: string, now: import("./state.js").Manned, today: Interval|null, presence: string, queue_ids: string[]}} AgentRow */
/** @typedef {{id: string, name: string, now: Served, today: Interval|null}} StreamRow */

const MINUTE_MS = 60_000;
const NONE = /** @type {any[]} */ ([]);

/** Makes rows, and remembers the last ones. @param {Names} names */
export function createRows(names) {
  const memory = { queues: new Map(), agents: new Map(), work_streams: new Map() };

  /**
   * @template {{name: string}} R
   * @param {Map<string, {parts: unknown[], row: R}>} known @param {string[]} ids @param {(id: string) => unknown[]} partsOf @param {(id: string) => R} make
   */
  function rows(known, ids, partsOf, make) {
    const wanted = new Set(ids);
    for (const id of known.keys()) if (!wanted.has(id)) known.delete(id);
    for (const id of ids) {
      const parts = partsOf(id);
      const before = known.get(id);
      if (!before || parts.some((part, i) => part !== before.parts[i])) known.set(id, { parts, row: make(id) });
    }
    return [...known.values()].map(({ row }) => row).sort((a, b) => compareNames(a.name, b.name));
  }

  return {
    /** @param {BoardState} state @param {number} now_ms server time @returns {QueueRow[]} */
    queues(state, now_ms) {
      const { queues, trails, figures } = state;
      const minute = Math.floor(now_ms / MINUTE_MS);
      const parts = (/** @type {string} */ id) => [queues[id], own(figures.today.queues, id), own(figures.hour, id), own(trails, id), minute, own(names.resources.queues, id)];
      return rows(memory.queues, Object.keys(queues), parts, (id) => ({
        id, now_ms, name: names.of("queues", id), now: queues[id], today: own(figures.today.queues, id) ?? null, hour: own(figures.hour, id) ?? NONE,
        line: minutes(own(trails, id) ?? [], now_ms), target_s: own(names.resources.queues, id)?.service_level_seconds ?? null,
      }));
    },
    /** @param {BoardState} state @returns {AgentRow[]} */
    agents({ agents, figures }) {
      const parts = (/** @type {string} */ id) => [agents[id], own(figures.today.agents, id), own(names.resources.agents, id), names.presences];
      return rows(memory.agents, Object.keys(agents), parts, (id) => ({
        id, name: names.of("agents", id), now: agents[id], today: own(figures.today.agents, id) ?? null,
        presence: presenceText(names, agents[id].presence), queue_ids: own(names.resources.agents, id)?.queue_ids ?? NONE,
      }));
    },
    /** @param {BoardState} state @returns {StreamRow[]} */
    streams({ work_streams, figures }) {
      const parts = (/** @type {string} */ id) => [work_streams[id], own(figures.today.work_streams, id), own(names.resources.work_streams, id)];
      return rows(memory.work_streams, Object.keys(work_streams), parts, (id) => ({ id, name: names.of("work_streams", id), now: work_streams[id], today: own(figures.today.work_streams, id) ?? null }));
    },
  };
}

/** A presence in words: base ones in the reader's language, custom ones as they were named. @param {Pick<Names, "of">} names @param {string} id */
export function presenceText(names, id) {
  return own(words.presences, id) ?? names.of("presences", id);
}

/**
 * The board in one line.
 * @param {BoardState} state
 */
export function totalsOf({ queues, agents, figures }) {
  const served = Object.values(queues);
  const here = Object.values(agents).filter((now) => now.connected);
  const sum = (/** @type {(now: Served) => number} */ of) => served.reduce((all, now) => all + of(now), 0);
  const since = served.flatMap((now) => (now.waiting_since ? [now.waiting_since] : [])).sort()[0] ?? null;
  return {
    waiting: sum((now) => now.waiting),
    on_offer: sum((now) => now.on_offer),
    active: sum((now) => now.active),
    wrap_up: sum((now) => now.wrap_up),
    waiting_for_customer: sum((now) => now.waiting_for_customer),
    since,
    agents: Object.keys(agents).length,
    connected: here.length,
    free_units: here.reduce((all, now) => all + Math.max(0, now.capacity_units - now.used_units), 0),
    ...dayOf(Object.values(figures.today.queues)),
  };
}

/**
 * Today over all queues. The service level is over what was rated: each queue's `within` over its share; where that share is 0, what it
 * answered and what was abandoned there.
 * @param {Interval[]} queues
 */
function dayOf(queues) {
  const sum = (/** @type {(one: Interval) => number} */ of) => queues.reduce((all, one) => all + of(one), 0);
  const answered = sum((one) => one.answered);
  const abandoned = sum((one) => one.abandoned);
  const within = sum((one) => one.within_service_level ?? 0);
  const rated = sum((one) => (one.service_level ? Math.round(one.within_service_level / one.service_level) : one.service_level === 0 ? one.answered + one.abandoned : 0));
  const waited = answered + abandoned;
  return { answered, abandoned, abandon_rate: waited ? abandoned / waited : null, service_level: rated ? within / rated : null };
}

/** The quarter hours of all queues, added up. @param {Record<string, Interval[]>} hour @returns {import("./charts.js").Quarter[]} */
export function allQuarters(hour) {
  /** @type {Map<string, import("./charts.js").Quarter>} */
  const sums = new Map();
  for (const { from, to, arrived, answered } of Object.values(hour).flat()) {
    const sum = sums.get(from) ?? { from, to, arrived: 0, answered: 0 };
    sums.set(from, { ...sum, arrived: sum.arrived + arrived, answered: sum.answered + answered });
  }
  return [...sums.values()];
}

/*
 * Owns the names of what the board shows: queues, agents, work streams and presences by id, as configuration has them. They are read
 * at the start, when the connection is back, when the window comes to the front, and when an id comes that is not known.
 */

import { own } from "../lib/own.js";

/** Between two readings. */
export const READ_EVERY_MS = 5_000;

/** @typedef {"queues"|"agents"|"work_streams"|"presences"} Kind */
/** @typedef {{id: string, text: string, base: import("../types.js").BasePresence}} PresenceChoice */

const KINDS = /** @type {const} */ ({ queues: "/v1/queues", agents: "/v1/agents", work_streams: "/v1/work-streams", presences: "/v1/presences" });

/**
 * @param {(path: string) => Promise<any[]>} list everything of a collection
 * @param {{setTimeout?: (run: () => void, ms: number) => any}} [env]
 */
export function createNames(list, env = {}) {
  const later = env.setTimeout ?? ((run, ms) => setTimeout(run, ms));
  /** Ids that even a new reading did not bring: nobody asks for them again. @type {Set<string>} */
  const missing = new Set();
  /** Ids that the reading under way, or the next, is for. @type {Map<string, [Kind, string]>} */
  const wanted = new Map();
  /** @type {(() => void)[]} */
  const listeners = [];
  let reading = false;
  let again = false;

  const names = {
    /** @type {Record<string, string>} */ queues: {},
    /** @type {Record<string, string>} */ agents: {},
    /** @type {Record<string, string>} */ work_streams: {},
    /** @type {Record<string, string>} */ presences: {},
    /** The resources themselves. @type {Record<Kind, Record<string, any>>} */
    resources: { queues: {}, agents: {}, work_streams: {}, presences: {} },
    /** Presences that can be chosen, base ones first. @type {PresenceChoice[]} */
    choices: [],
    /** Counts the readings that brought something else than there was. */
    version: 0,

    /** The name, or the id where there is none. @param {Kind} kind @param {string|null|undefined} id */
    of(kind, id) {
      return (id && own(names[kind], id)) || id || "";
    },

    /** Says which ids the page shows: with one that is not known, the names are read again. @param {Kind} kind @param {string[]} ids */
    need(kind, ids) {
      const unknown = ids.filter((id) => !Object.hasOwn(names.resources[kind], id) && !missing.has(`${kind} ${id}`) && !wanted.has(`${kind} ${id}`));
      for (const id of unknown) wanted.set(`${kind} ${id}`, [kind, id]);
      if (unknown.length > 0) void names.read();
    },

    /** @param {() => void} listener */
    onChange(listener) {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener) >>> 0, 1);
    },

    /** Reads everything; asked again meanwhile, once more a while after. */
    async read() {
      if (reading) return void (again = true);
      reading = true;
      const asked = [...wanted];
      const kinds = /** @type {[Kind, string][]} */ (Object.entries(KINDS));
      const found = await Promise.all(kinds.map(async ([kind, path]) => /** @type {const} */ ([kind, await list(path).catch(() => null)])));
      const changed = found.map(([kind, items]) => items !== null && put(kind, items));
      for (const [key, [kind, id]] of asked) {
        wanted.delete(key);
        if (!Object.hasOwn(names.resources[kind], id)) missing.add(key);
      }
      if (changed.includes(true)) names.version += 1;
      for (const listener of [...listeners]) listener();
      later(() => {
        reading = false;
        if (again) void names.read();
        again = false;
      }, READ_EVERY_MS);
    },
  };

  /** Takes in what was read; what says the same as before stays the same object. Gives whether anything is new. @param {Kind} kind @param {any[]} items */
  function put(kind, items) {
    const before = names.resources[kind];
    // How an agent is now is the board's to say.
    const now = items.map(({ runtime: _, ...item }) => (JSON.stringify(own(before, item.id)) === JSON.stringify(item) ? before[item.id] : item));
    if (now.length === Object.keys(before).length && now.every((item) => own(before, item.id) === item)) return false;
    names.resources[kind] = Object.fromEntries(now.map((item) => [item.id, item]));
    names[kind] = Object.fromEntries(items.map((item) => [item.id, item.name ?? item.text ?? item.id]));
    if (kind === "presences") names.choices = items.map(({ id, text, base }) => ({ id, text, base })).sort((a, b) => rank(a) - rank(b));
    return true;
  }

  return names;
}

/** @typedef {ReturnType<typeof createNames>} Names */

const BASES = ["available", "busy", "busy_dnd", "away", "offline"];

/** Base presences in their order, then the others. @param {PresenceChoice} choice */
function rank({ id }) {
  const at = BASES.indexOf(id);
  return at < 0 ? BASES.length : at;
}

/* Owns what the server is asked for a list of conversations, and what there is to choose from. Pure. */

import { compareNames } from "./board-format.js";

const UNFINISHED = /** @type {const} */ (["open", "active", "waiting", "wrap_up"]);
const HOURS = /** @type {Record<string, number>} */ ({ hour: 1, day: 24, week: 168 });

/** @typedef {{state: string, period: string, queue_id: string|null, agent_id: string|null, work_stream_id: string|null, customer_id: string}} Filter */

/** The queries that together find what is asked for. Pure. @param {Filter} filter @param {number} now_ms */
export function queriesOf({ state, period, ...ids }, now_ms) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(ids)) if (value) query.set(name, value);
  if (HOURS[period]) query.set("from", new Date(now_ms - HOURS[period] * 3_600_000).toISOString());
  const states = state === "unfinished" ? UNFINISHED : state === "any" ? [null] : [state];
  return states.map((one) => {
    const own = new URLSearchParams(query);
    if (one) own.set("state", one);
    return own.toString();
  });
}

/** @param {import("./story.js").Context["names"]} names @param {"queues"|"agents"|"work_streams"} kind */
export function optionsOf(names, kind) {
  const all = Object.values(names.resources?.[kind] ?? {}).map(({ id, name }) => ({ value: id, label: name ?? id }));
  return all.sort((a, b) => compareNames(a.label, b.label));
}

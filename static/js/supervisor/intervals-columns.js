/*
 * Owns what a line of statistics by interval can show: its columns by subject, their kinds and groups, and their values. Pure. A
 * column's id is the path of its value in the answer (docs/statistics.md), so `wait_seconds.p90`.
 */

import { supervisor as words } from "../strings.en.js";
import { countText, secondsText, shareText } from "./board-format.js";

/** @typedef {"queues"|"agents"|"work-streams"} Subject */
/** @typedef {"count"|"share"|"seconds"|"number"} Kind */
/** @typedef {{id: string, kind: Kind, group: string}} Column */

export const SUBJECTS = /** @type {const} */ (["queues", "agents", "work-streams"]);
/** What names the subject in an item of the answer. */
export const ID_OF = /** @type {const} */ ({ queues: "queue_id", agents: "agent_id", "work-streams": "work_stream_id" });
/** Where names.js has it. */
export const KIND_OF = /** @type {const} */ ({ queues: "queues", agents: "agents", "work-streams": "work_streams" });

export const DISTRIBUTIONS = /** @type {const} */ (["wait_seconds", "first_response_seconds", "active_seconds", "wrap_up_seconds", "handle_seconds"]);
export const STATISTICS = /** @type {const} */ (["count", "mean", "p50", "p90", "p99", "max"]);

/** @param {string} group @param {Kind} kind @param {string[]} ids @returns {Column[]} */
const columns = (group, kind, ids) => ids.map((id) => ({ id, kind, group }));
const distributions = DISTRIBUTIONS.flatMap((id) => STATISTICS.map((name) => ({ id: `${id}.${name}`, kind: /** @type {Kind} */ (name === "count" ? "count" : "seconds"), group: id })));
const offers = columns("offers", "count", ["offers.offered", "offers.accepted", "offers.declined", "offers.timed_out", "offers.withdrawn"]);
const served = [
  ...columns("flow", "count", ["arrived", "answered", "abandoned"]),
  ...columns("flow", "share", ["abandon_rate", "service_level"]),
  ...columns("flow", "count", ["within_service_level", "closed", "transferred_in", "transferred_out", "returned", "reopened"]),
  ...offers,
  ...distributions,
];
const fairness = [
  ...columns("fairness", "count", ["assignments.agents", "assignments.min", "assignments.max", "assignments.spread"]),
  ...columns("fairness", "number", ["assignments.coefficient_of_variation"]),
];
const manned = [
  ...columns("flow", "count", ["answered", "handled", "closed", "transferred_in", "transferred_out", "returned"]),
  ...offers,
  ...columns("time", "seconds", ["connected_seconds", "busy_seconds"]),
  ...columns("time", "share", ["occupancy", "occupancy_by_units"]),
  ...distributions,
];

/** Every column of a subject, in order. @type {Record<Subject, Column[]>} */
export const COLUMNS = { queues: [...served, ...fairness], agents: manned, "work-streams": served };

/** What is shown until somebody chooses. @type {Record<Subject, string[]>} */
export const FIRST_COLUMNS = {
  queues: ["arrived", "answered", "abandoned", "abandon_rate", "service_level", "wait_seconds.p50", "wait_seconds.p90", "wait_seconds.p99", "handle_seconds.mean"],
  agents: ["answered", "handled", "offers.declined", "offers.timed_out", "handle_seconds.mean", "first_response_seconds.p50", "connected_seconds", "occupancy", "occupancy_by_units"],
  "work-streams": ["arrived", "answered", "abandoned", "abandon_rate", "service_level", "wait_seconds.p50", "wait_seconds.p90", "wait_seconds.p99", "handle_seconds.mean"],
};

/** The chosen columns in their order; what is no column of the subject is left out. @param {Subject} subject @param {string[]} ids */
export function chosenColumns(subject, ids) {
  return COLUMNS[subject].filter(({ id }) => ids.includes(id));
}

/** The value of a column in an interval: a number, or null where there is none. @param {Record<string, any>} interval @param {string} id @returns {number|null} */
export function valueOf(interval, id) {
  if (id === "closed") return Object.values(interval.closed).reduce((/** @type {number} */ sum, n) => sum + Number(n), 0);
  const value = id.split(".").reduce((/** @type {any} */ at, name) => at?.[name], interval);
  return typeof value === "number" ? value : null;
}

/** A value as it is written. @param {number|null} value @param {Kind} kind */
export function valueText(value, kind) {
  if (kind === "share") return shareText(value);
  return kind === "seconds" ? secondsText(value) : countText(value);
}

/** What stands over a column; `short` where its group stands beside it. @param {Column} column @param {boolean} [short] */
export function columnLabel({ id, group }, short = false) {
  const [first, second] = id.split(".");
  const distribution = /** @type {Record<string, string>} */ (words.distributions)[first];
  const statistic = /** @type {Record<string, string>} */ (words.statistics)[second];
  if (distribution) return short ? statistic : words.distribution_column(distribution, statistic);
  const known = /** @type {Record<string, string>} */ (words.columns);
  return known[id] ?? known[group] ?? id;
}

/** @param {string} group */
export function groupLabel(group) {
  const distribution = /** @type {Record<string, string>} */ (words.distributions)[group];
  return distribution ?? /** @type {Record<string, string>} */ (words.column_groups)[group];
}

/** Sums that may be made over several: counts and times, but no shares and no quantiles. @param {Column} column */
export function addsUp({ id, kind, group }) {
  return group !== "fairness" && (kind === "count" || id === "connected_seconds" || id === "busy_seconds");
}

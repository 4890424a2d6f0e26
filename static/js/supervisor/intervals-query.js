/*
 * Owns what is asked of statistics by interval: the choice of days, the path, the lines of the answer. Pure. Days are those of the
 * reader's place; the server rounds them outwards to the interval, and keeps 90.
 */

import { ID_OF } from "./intervals-columns.js";

export const INTERVALS = /** @type {const} */ (["15m", "1h", "1d", "total"]);
export const RANGES = /** @type {const} */ (["today", "yesterday", "week", "month", "chosen"]);
/** The first day that can be asked for is so many days ago: one less than is kept, since the server's days are UTC. */
export const MAX_DAYS_AGO = 89;

/** Days are `YYYY-MM-DD`, both included. */
/** @typedef {{subject: import("./intervals-columns.js").Subject, id: string|null, range: typeof RANGES[number], first: string, last: string, interval: typeof INTERVALS[number]}} Question */
/** @typedef {{key: string, id: string, interval: Record<string, any>}} Line */

/** A day of the reader's place. @param {Date} date */
export function dayText(date) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A day so many days before. @param {number} now_ms @param {number} days */
export function daysAgo(now_ms, days) {
  const date = new Date(now_ms);
  return dayText(new Date(date.getFullYear(), date.getMonth(), date.getDate() - days));
}

/** The first and last day of a range. @param {Question} question @param {number} now_ms @returns {[string, string]} */
export function daysOf({ range, first, last }, now_ms) {
  if (range === "chosen") return first <= last ? [first, last] : [last, first];
  if (range === "yesterday") return [daysAgo(now_ms, 1), daysAgo(now_ms, 1)];
  return [daysAgo(now_ms, range === "week" ? 6 : range === "month" ? 29 : 0), daysAgo(now_ms, 0)];
}

/** The path that asks for it. @param {Question} question @param {number} now_ms */
export function pathOf(question, now_ms) {
  const [first, last] = daysOf(question, now_ms);
  const query = new URLSearchParams({ interval: question.interval, from: midnight(first, 0) });
  // A day that is not over ends now, which is what the server takes by itself.
  if (last < daysAgo(now_ms, 0)) query.set("to", midnight(last, 1));
  if (question.id) query.set("id", question.id);
  return `/v1/stats/${question.subject}?${query}`;
}

/** What a file of it is called. @param {Question} question @param {number} now_ms */
export function fileName(question, now_ms) {
  const [first, last] = daysOf(question, now_ms);
  const id = question.id ? `-${question.id.replace(/[^\w.-]+/g, "_")}` : "";
  return `callboard-${question.subject}${id}-${first === last ? first : `${first}-to-${last}`}-${question.interval}.csv`;
}

/** A line for each item and interval, the newest interval first. @param {Question["subject"]} subject @param {any[]} items @returns {Line[]} */
export function linesOf(subject, items) {
  const lines = items.flatMap((item) => item.intervals.map((/** @type {any} */ interval) => {
    const id = item[ID_OF[subject]];
    return { key: `${id} ${interval.from}`, id, interval };
  }));
  return lines.sort((a, b) => (a.interval.from < b.interval.from ? 1 : a.interval.from > b.interval.from ? -1 : 0));
}

/** Midnight so many days after a day, where the reader is. @param {string} day @param {number} more */
function midnight(day, more) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + more).toISOString();
}

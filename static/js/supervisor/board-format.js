/*
 * Owns how the supervisor's numbers are written: counts, shares, durations in seconds, stretches of time; and how names are ordered. What
 * is not known is a dash.
 */

import { clockText } from "../lib/format.js";
import { locale } from "../lib/language.js";

export const NOTHING = "–";

const NUMBERS = /** @satisfies {Record<string, Intl.NumberFormatOptions>} */ ({
  count: { maximumFractionDigits: 2 },
  share: { style: "percent", maximumFractionDigits: 0 },
  fine_share: { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 },
});
const TIMES = /** @satisfies {Record<string, Intl.DateTimeFormatOptions>} */ ({
  time: { hour: "2-digit", minute: "2-digit" },
  moment: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  date: { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" },
  utc_day: { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" },
});

/** Made once a language, since making one is slow. @type {Map<string, Intl.NumberFormat|Intl.DateTimeFormat|Intl.Collator>} */
const made = new Map();

/** @template {Intl.NumberFormat|Intl.DateTimeFormat|Intl.Collator} F @param {string} name @param {(tag: string|undefined) => F} make @returns {F} */
function format(name, make) {
  const tag = locale();
  const key = `${name} ${tag}`;
  const known = /** @type {F|undefined} */ (made.get(key));
  if (known) return known;
  const fresh = make(tag);
  made.set(key, fresh);
  return fresh;
}

/** @param {keyof typeof NUMBERS} name @param {number|null|undefined} value */
function number(name, value) {
  return typeof value === "number" ? format(name, (tag) => new Intl.NumberFormat(tag, NUMBERS[name])).format(value) : NOTHING;
}

/** @param {keyof typeof TIMES} name @param {Date} date */
function time(name, date) {
  return format(name, (tag) => new Intl.DateTimeFormat(tag, TIMES[name])).format(date);
}

/** @param {number|null|undefined} value */
export function countText(value) {
  return number("count", value);
}

/** A share from 0 to 1 as a percentage; what is near 0 or 1 is not written as nothing or all. @param {number|null|undefined} value */
export function shareText(value) {
  if (typeof value !== "number" || !isNearEnd(value)) return number("share", value);
  return number("fine_share", Math.max(0.001, Math.min(0.999, value)));
}

/** @param {number} value */
function isNearEnd(value) {
  return (value > 0 && value < 0.01) || (value > 0.99 && value < 1);
}

/** The order of names as people have it: by the page's language, 9 before 10. @param {string} a @param {string} b */
export function compareNames(a, b) {
  return format("names", (tag) => new Intl.Collator(tag, { numeric: true, sensitivity: "base" })).compare(a, b);
}

/** @param {number|null|undefined} seconds */
export function secondsText(seconds) {
  return typeof seconds === "number" ? clockText(seconds * 1000) : NOTHING;
}

/** A day of the calendar. @param {string} day `YYYY-MM-DD` */
export function dateText(day) {
  return time("date", new Date(`${day}T00:00:00Z`));
}

/**
 * From when to when, in the reader's time; a whole UTC day by its date.
 * @param {{from: string, to: string}} interval
 * @param {string} kind 15m, 1h, 1d or total
 */
export function spanText({ from, to }, kind) {
  const [begin, end] = [new Date(from), new Date(to)];
  if (kind === "1d") return time("utc_day", begin);
  const last = new Date(end.getTime() - 1);
  const one_day = begin.toDateString() === last.toDateString();
  return `${time("moment", begin)} – ${time(one_day ? "time" : "moment", end)}`;
}

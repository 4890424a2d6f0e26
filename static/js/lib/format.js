/* Owns how times and durations are written. Pure; the words are in strings.en.js. */

import { t } from "../strings.en.js";
import { locale } from "./language.js";

/**
 * Minutes and seconds, for a countdown or a clock: 0:47, 12:03, 1:02:03.
 * @param {number} ms
 */
export function clockText(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/**
 * A duration for a list: seconds below a minute, then minutes, hours, days.
 * @param {number} ms
 */
export function coarseText(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t.seconds_short(seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t.minutes_short(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t.hours_short(hours, minutes % 60);
  return t.days_short(Math.floor(hours / 24), hours % 24);
}

/**
 * The size of a file, in the decimal unit that reads best: 999 B, 12 KB, 1.5 MB.
 * @param {number} bytes
 */
export function sizeText(bytes) {
  let [size, unit] = [bytes, 0];
  while (size >= 999.5 && unit < SIZES.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${numberText(size < 10 ? Math.round(size * 10) / 10 : Math.round(size), { useGrouping: false })} ${SIZES[unit]}`;
}

const SIZES = ["B", "KB", "MB", "GB", "TB"];
const FORMATS = /** @satisfies {Record<string, Intl.DateTimeFormatOptions>} */ ({
  time: { timeStyle: "short" },
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  day: { weekday: "long", day: "numeric", month: "long" },
  day_with_year: { day: "numeric", month: "long", year: "numeric" },
  full: { dateStyle: "medium", timeStyle: "short" },
});

/** Made once a language, since making one is slow. @type {Map<string, Intl.DateTimeFormat>} */
const made = new Map();

/** @param {keyof typeof FORMATS} name @param {Date|number} date */
function written(name, date) {
  const tag = locale();
  const key = `${name} ${tag}`;
  const format = made.get(key) ?? new Intl.DateTimeFormat(tag, FORMATS[name]);
  made.set(key, format);
  return format.format(date);
}

/** A number as it is written in the page's language. @param {number} n @param {Intl.NumberFormatOptions} [options] */
export function numberText(n, options) {
  return n.toLocaleString(locale(), options);
}

/** @param {string} iso */
export function timeText(iso) {
  return written("time", new Date(iso));
}

/** Hours, minutes and seconds of a moment, for data that stands still. @param {number} ms since the epoch */
export function clockTime(ms) {
  return written("clock", ms);
}

/** @param {string} iso */
export function fullText(iso) {
  return written("full", new Date(iso));
}

/** A day as it stands over the messages of that day. @param {string} iso @param {Date} [today] */
export function dayText(iso, today = new Date()) {
  const date = new Date(iso);
  const days = Math.round((startOfDay(today) - startOfDay(date)) / 86_400_000);
  if (days === 0) return t.today;
  if (days === 1) return t.yesterday;
  return written(days < 180 ? "day" : "day_with_year", date);
}

/** The local day of a time, as a key. @param {string} iso */
export function dayKey(iso) {
  return new Date(iso).toDateString();
}

/** @param {Date} date */
function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

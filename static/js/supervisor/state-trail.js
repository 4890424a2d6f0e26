/*
 * Owns the trail of a value over the last hour, as it was pushed: one step a minute that saw a change, with the highest value of
 * that minute and its last. Pure; a minute that nobody watched is null, not a guess.
 */

const MINUTE_MS = 60_000;
/** Minutes that are kept, and shown. */
export const TRAIL_MINUTES = 60;

/** `high` is the minute's highest value, `last` what it ended with; null while nobody watched. @typedef {{minute: number, high: number|null, last: number|null}} Step */
/** @typedef {readonly Step[]} Trail */

/**
 * The trail with one more value, without what is older than an hour.
 * @param {Trail} trail
 * @param {number} at_ms server time
 * @param {number|null} value null: from now on nobody watches
 * @returns {Trail}
 */
export function walk(trail, at_ms, value) {
  const minute = Math.floor(at_ms / MINUTE_MS);
  const end = trail.at(-1);
  if (end && end.last === value) return trail;
  if (end && end.minute >= minute) return [...trail.slice(0, -1), { ...end, high: higher(end.high, value), last: value }];
  // The value at the beginning of this minute was in it, too.
  const high = end ? higher(end.last, value) : value;
  return [...recent(trail, minute), { minute, high, last: value }];
}

/**
 * The value of each of the last TRAIL_MINUTES minutes, the present one last.
 * @param {Trail} trail
 * @param {number} now_ms server time
 * @returns {(number|null)[]}
 */
export function minutes(trail, now_ms) {
  const first = Math.floor(now_ms / MINUTE_MS) - TRAIL_MINUTES + 1;
  let at = 0;
  /** @type {number|null} */
  let value = null;
  return Array.from({ length: TRAIL_MINUTES }, (_, i) => {
    while (at < trail.length && trail[at].minute < first + i) value = trail[at++].last;
    const step = trail[at];
    return step?.minute === first + i ? step.high : value;
  });
}

/** What still counts: the steps of the last hour, and the one before them, whose value lasts into it. @param {Trail} trail @param {number} minute */
function recent(trail, minute) {
  const first = trail.findIndex((step) => step.minute > minute - TRAIL_MINUTES);
  return first < 0 ? trail.slice(-1) : trail.slice(Math.max(0, first - 1));
}

/** @param {number|null} a @param {number|null} b */
function higher(a, b) {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

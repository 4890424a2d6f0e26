/* Owns the arithmetic of a pop's countdown. Pure; times are on the monotonic clock. */

/** @typedef {import("../types.js").Pop} Pop */

/** From here on the countdown hurries, and says so once. */
export const LAST_CALL_MS = 10_000;

/** @param {Pop} pop @param {number} now_ms */
export function remainingMs(pop, now_ms) {
  return Math.max(0, pop.deadline_ms - now_ms);
}

/** The seconds as they are shown: the last one stays until it is over. @param {number} remaining_ms */
export function remainingSeconds(remaining_ms) {
  return Math.ceil(remaining_ms / 1000);
}

/**
 * Whether the time left is to be spoken between two looks at the clock: at half of the time and at ten seconds.
 * @param {number} total_ms
 * @param {number} before_ms what was left at the look before
 * @param {number} now_ms what is left now
 */
export function isAnnounced(total_ms, before_ms, now_ms) {
  return [total_ms / 2, LAST_CALL_MS].some((mark) => before_ms > mark && now_ms <= mark && now_ms > 0);
}

/* Owns units of time and which of them a duration reads best in. Pure. */

/** Seconds in each. */
export const UNITS = { ms: 0.001, s: 1, min: 60, h: 3_600, d: 86_400 };

/** @param {number} value @param {keyof typeof UNITS} unit */
export function secondsIn(value, unit) {
  return value * UNITS[unit];
}

/** The largest unit in which the duration is a whole number; 90 s stay seconds. @param {number} seconds @returns {keyof typeof UNITS} */
export function bestUnit(seconds) {
  if (seconds === 0) return "s";
  for (const unit of /** @type {const} */ (["d", "h", "min", "s"])) if (seconds % UNITS[unit] === 0) return unit;
  return "ms";
}

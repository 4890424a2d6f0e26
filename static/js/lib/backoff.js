/* Owns how long a lost connection waits before the next attempt. Pure. */

export const FIRST_DELAY_MS = 400;
export const MAX_DELAY_MS = 15_000;
const FACTOR = 1.7;

/**
 * The wait before attempt number `attempt` (0, 1, …): grows exponentially to a ceiling, with the upper half at random,
 * so that a thousand agents do not all come back in the same instant.
 * @param {number} attempt
 * @param {() => number} random
 */
export function backoffMs(attempt, random) {
  const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * FACTOR ** attempt);
  return Math.round(ceiling * (0.5 + random() / 2));
}

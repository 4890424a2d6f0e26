/* Owns the proof of how durations and days are written. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, coarseText, dayText } from "../../../static/js/lib/format.js";

test("a_clock_counts_minutes_and_seconds", () => {
  assert.deepEqual([-5, 0, 47_900, 723_000, 3_723_000].map(clockText), ["0:00", "0:00", "0:47", "12:03", "1:02:03"]);
});

test("a_list_shows_coarse_times", () => {
  assert.deepEqual([9000, 61_000, 3_700_000, 90_000_000].map(coarseText), ["9 s", "1 min", "1 h 1 min", "1 d 1 h"]);
});

test("days_near_are_named", () => {
  const today = new Date(2026, 10, 21, 0, 30);
  assert.equal(dayText(new Date(2026, 10, 21, 0, 5).toISOString(), today), "Today");
  assert.equal(dayText(new Date(2026, 10, 20, 23, 55).toISOString(), today), "Yesterday");
});

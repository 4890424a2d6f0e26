/* Owns the proof of how the supervisor's page writes and orders: shares near their ends, names, what a search finds, typed text that is kept. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { keepDraft, readDraft } from "../../../static/js/supervisor/story-draft.js";
import { compareNames, shareText } from "../../../static/js/supervisor/board-format.js";

test("a_share_near_its_ends_is_not_written_as_nothing_or_all", () => {
  assert.deepEqual([0, 0.0001, 0.004, 0.01, 0.5, 0.985, 0.996, 0.99999, 1].map(shareText), ["0%", "0.1%", "0.4%", "1%", "50%", "99%", "99.6%", "99.9%", "100%"]);
  assert.equal(shareText(null), "–");
});

test("names_stand_as_people_order_them", () => {
  assert.deepEqual(["Team 10", "zoe", "Team 9", "Änne", "Anton"].sort(compareNames), ["Änne", "Anton", "Team 9", "Team 10", "zoe"]);
});

test("what_was_typed_into_a_story_is_kept_for_that_story_alone_until_it_is_sent", () => {
  const kept = new Map();
  globalThis.sessionStorage = /** @type {any} */ ({ getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) });
  keepDraft("c1", { text: "half a sen", visibility: "public" });
  assert.deepEqual([readDraft("c1"), readDraft("c2").text, readDraft("constructor").text], [{ text: "half a sen", visibility: "public" }, "", ""]);
  for (let i = 0; i < 150; i++) keepDraft(`x${i}`, { text: "x", visibility: "internal" });
  assert.deepEqual([readDraft("c1").text, readDraft("x50").text, readDraft("x149").text], ["", "x", "x"], "the newest hundred");
  for (let i = 0; i < 150; i++) keepDraft(`x${i}`, { text: " ", visibility: "internal" });
  assert.equal(kept.size, 0);
});

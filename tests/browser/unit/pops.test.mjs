/* Owns the proof of screen pops: each ends once and says why, and the countdown is the monotonic clock's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnnounced, remainingMs, remainingSeconds } from "../../../static/js/agent/countdown.js";
import { expandedPop } from "../../../static/js/agent/state-pops.js";
import { initialState, reduce } from "../../../static/js/agent/state.js";
import { offer, welcome } from "../helpers/frames.mjs";

function after(...frames) {
  return [welcome(), ...frames].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), initialState());
}

const created = (values = {}) => ({ type: "offer.created", offer: offer(values) });
const ended = (reason, values = {}) => ({ type: "offer.ended", offer_id: "o1", conversation_id: "c1", reason, ...values });

test("a_pop_counts_from_the_moment_its_frame_came_in", () => {
  const [pop] = after({ ...created({ remaining_ms: 45_000 }), at_ms: 5000 }).pops;
  assert.equal(remainingMs(pop, 5000), 45_000);
  assert.equal(remainingMs(pop, 49_000), 1000);
  assert.equal(remainingMs(pop, 99_000), 0);
  assert.equal(pop.total_ms, 60_000);
});

test("a_reload_goes_on_with_the_time_that_is_left", () => {
  const [pop] = after(welcome({ at_ms: 7000, offers: [offer({ remaining_ms: 12_000 })] })).pops;
  assert.equal(remainingSeconds(remainingMs(pop, 7000)), 12);
});

test("a_welcome_without_a_pop_ends_it", () => {
  const state = after(created(), welcome({ offers: [] }));
  assert.deepEqual([state.pops.length, state.ended[0].why], [0, "ended while the connection was down"]);
});

test("an_end_that_overtakes_its_beginning_leaves_no_pop", () => {
  assert.equal(after(ended("timed_out"), created()).pops.length, 0);
});

for (const [frame, why, missed] of [
  [ended("timed_out"), "timed out", true],
  [ended("accepted"), "accepted in another window", false],
  [ended("declined"), "declined in another window", false],
  [ended("withdrawn"), "withdrawn", true],
  [ended("withdrawn", { cause: "customer_left" }), "the customer left", true],
  [ended("withdrawn", { cause: "taken" }), "taken by another agent", true],
  [ended("withdrawn", { cause: "taken", agent_id: "ben" }), "taken by ben", true],
]) {
  test(`an_ended_pop_says_why: ${why}`, () => {
    const state = after(created(), frame);
    assert.deepEqual([state.pops.length, state.ended.map((pop) => [pop.why, pop.missed])], [0, [[why, missed]]]);
  });
}

test("what_was_answered_here_ends_without_a_word", () => {
  const state = after(created(), { type: "local.offer_answering", offer_id: "o1", answering: "accept" }, ended("accepted"));
  assert.deepEqual([state.pops, state.ended], [[], []]);
});

test("an_answer_that_came_too_late_says_who_has_it", () => {
  const lost = (problem) => after(created(), { type: "local.offer_lost", offer_id: "o1", problem: { status: 409, code: "x", ...problem } }).ended[0].why;
  assert.equal(lost({ current_state: "timed_out" }), "timed out");
  assert.equal(lost({ current_state: "withdrawn", agent_id: "ben" }), "taken by ben");
});

test("one_pop_is_in_full_view_and_a_smaller_one_makes_room_for_the_next", () => {
  const two = [created(), created({ id: "o2", conversation_id: "c2" })];
  assert.equal(expandedPop(after(...two).pops).offer.id, "o1");
  const smaller = after(...two, { type: "local.pop_collapsed", offer_id: "o1", collapsed: true });
  assert.equal(expandedPop(smaller.pops).offer.id, "o2");
  assert.equal(smaller.pops.length, 2, "making it smaller declines nothing");
});

test("missed_pops_stay_until_they_are_cleared", () => {
  const missed = after(created(), ended("timed_out"), { type: "local.ended_shown", offer_id: "o1" });
  assert.equal(missed.ended.length, 1);
  assert.equal(reduce(missed, { type: "local.missed_cleared", at_ms: 1 }).ended.length, 0);
});

test("the_countdown_is_spoken_at_half_and_at_ten_seconds_once_each", () => {
  const looks = Array.from({ length: 61 }, (_, i) => 60_000 - i * 1000);
  const spoken = looks.slice(1).filter((left, i) => isAnnounced(60_000, looks[i], left));
  assert.deepEqual(spoken, [30_000, 10_000]);
});

test("a_countdown_of_twenty_seconds_is_spoken_once_where_half_and_ten_meet", () => {
  const looks = [20_000, 15_000, 10_000, 5000, 0];
  assert.deepEqual(looks.slice(1).filter((left, i) => isAnnounced(20_000, looks[i], left)), [10_000]);
});

/* Owns the proof of the client against servers that break the protocol, or say no. Nothing of it may hang, repeat or race. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError } from "../../../static/js/lib/client.js";
import { started, world } from "../helpers/world.mjs";

const code = (expected) => (error) => error instanceof RequestError && error.problem.code === expected;

test("a_frame_that_was_seen_is_not_told_again", () => {
  const w = started();
  for (const seq of [11, 11, 10, 12, 11]) w.say({ type: "capacity.changed", seq });
  assert.deepEqual(w.seqs(), [11, 12]);
});

test("a_gap_is_a_loss_and_what_was_missed_comes_by_resume", () => {
  const w = started();
  w.say({ type: "capacity.changed", seq: 11 });
  w.say({ type: "capacity.changed", seq: 13 });
  assert.deepEqual([w.seqs(), w.client.connection.phase], [[11], "lost"]);
  w.turn(400);
  w.welcome({ resumed: true, seq: 11 });
  assert.deepEqual(w.hello().resume, { session_id: "s1", seq: 11 });
  for (const seq of [12, 13]) w.say({ type: "capacity.changed", seq });
  assert.deepEqual(w.seqs(), [11, 12, 13]);
});

test("a_server_that_leaves_gaps_again_and_again_is_asked_for_the_whole_state", () => {
  const w = started();
  w.say({ type: "capacity.changed", seq: 12 });
  w.turn(400);
  w.welcome({ resumed: true, seq: 10 });
  w.say({ type: "capacity.changed", seq: 12 });
  w.turn(680);
  w.welcome({ seq: 12 });
  assert.equal(w.hello().resume, undefined);
  assert.deepEqual([w.seqs(), w.client.session?.seq], [[], 12]);
});

test("a_refused_message_explains_no_gap", async () => {
  const w = started();
  const sent = w.client.request("message.send", { text: "" });
  w.say({ type: "reply", id: w.last().sent.at(-1).id, ok: false, problem: { status: 422, code: "invalid" } });
  await assert.rejects(sent, code("invalid"));
  w.say({ type: "capacity.changed", seq: 12 });
  assert.equal(w.client.connection.phase, "lost");
});

test("a_resume_that_is_not_known_any_more_starts_from_the_welcome", () => {
  const w = started();
  w.close(1006);
  w.turn(400);
  w.welcome({ resumed: false, seq: 2 });
  w.say({ type: "capacity.changed", seq: 3 });
  assert.deepEqual(w.seqs(), [3]);
});

test("a_resume_from_elsewhere_is_not_believed", () => {
  const w = started();
  w.close(1006);
  w.turn(400);
  w.welcome({ resumed: true, seq: 99 });
  assert.equal(w.client.connection.phase, "lost");
  w.turn(680);
  w.last().onopen();
  assert.equal(w.hello().resume, undefined);
});

for (const close of [4400, 4403]) {
  test(`a resume refused with ${close} is tried once more without, and is final then`, async () => {
    const w = world({ resume: { session_id: "somebodys", seq: 3 } });
    const begun = w.client.start();
    w.last().onopen();
    w.close(close);
    assert.equal(w.client.connection.phase, "lost");
    w.turn(400);
    w.last().onopen();
    assert.equal(w.hello().resume, undefined);
    w.close(close);
    w.turn(60_000);
    assert.deepEqual([w.client.connection.phase, w.client.connection.code, w.sockets.length], ["stopped", close, 2]);
    await assert.rejects(begun, code("refused"));
  });
}

for (const close of [4400, 4401, 4403]) {
  test(`close ${close} of an open connection is final`, async () => {
    const w = started();
    const asked = w.client.request("message.send", {}, { again: true });
    w.close(close);
    w.turn(60_000);
    assert.deepEqual([w.phases().at(-1), w.sockets.length, w.timers.size], ["stopped", 1, 0]);
    await assert.rejects(asked, code("refused"));
  });
}

for (const close of [1000, 1001, 1006, 1009, 1012, 1013, 4408]) {
  test(`after close ${close} it comes back`, () => {
    const w = started();
    w.close(close);
    assert.deepEqual([w.client.connection.phase, w.client.connection.code], ["lost", close]);
    w.turn(400);
    assert.equal(w.sockets.length, 2);
  });
}

test("a_reply_that_never_comes_fails_and_one_that_comes_late_is_ignored", async () => {
  const w = started();
  const asked = w.client.request("conversation.pick", {}, { within_ms: 5_000 });
  const { id } = w.last().sent.at(-1);
  w.turn(5_000);
  await assert.rejects(asked, code("no_answer"));
  w.say({ type: "reply", id, ok: true, result: {} });
  w.say({ type: "reply", id: "nobodys", ok: true });
  w.say({ type: "reply", id: null, ok: false, problem: { code: "not_json" } });
  assert.equal(w.client.connection.phase, "open");
});

test("a_reply_without_a_problem_still_fails_with_a_code", async () => {
  const w = started();
  const asked = w.client.request("typing");
  w.say({ type: "reply", id: w.last().sent.at(-1).id });
  await assert.rejects(asked, code("unknown"));
});

for (const [what, text] of Object.entries({
  "no JSON": "{", "no object": "3", "no type": "{}", "null": "null", "one of the client's own events": '{"type":"connection","phase":"open"}',
  "a second welcome": '{"type":"welcome","session_id":"x","seq":1}',
})) {
  test(`${what} is a loss`, () => {
    const w = started();
    const heard = w.frames.length;
    w.say(text);
    assert.deepEqual([w.client.connection.phase, w.frames.length], ["lost", heard]);
  });
}

test("a_binary_frame_is_a_loss", () => {
  const w = started();
  w.last().onmessage({ data: new ArrayBuffer(4) });
  assert.equal(w.client.connection.phase, "lost");
});

test("frames_before_the_welcome_count_for_nothing", () => {
  const w = world();
  void w.client.start();
  w.last().onopen();
  w.say({ type: "capacity.changed", seq: 11 });
  assert.deepEqual(w.frames, []);
});

test("a_server_that_never_welcomes_is_left_and_tried_ever_more_rarely", () => {
  const w = world();
  void w.client.start();
  w.turn(10 * 60_000);
  assert.ok(w.sockets.slice(0, -1).every(({ closed }) => closed));
  const waits = w.connections.filter(({ phase }) => phase === "lost").map(({ retry_in_ms }) => retry_in_ms);
  assert.deepEqual([waits[0], waits.at(-1)], [400, 15_000]);
});

test("one_that_welcomes_and_falls_at_once_does_not_shorten_the_waits", () => {
  const w = started();
  for (const wait of [400, 680, 1156]) {
    w.close(1006);
    assert.equal(w.client.connection.retry_in_ms, wait);
    w.turn(wait);
    w.welcome();
  }
  w.turn(5_000);
  w.close(1006);
  assert.equal(w.client.connection.retry_in_ms, 400);
});

test("a_socket_that_was_let_go_is_not_heard", () => {
  const w = started();
  w.close(1006);
  const { onopen, onmessage, onclose } = w.sockets[0];
  assert.deepEqual([onopen, onmessage, onclose], [null, null, null]);
});

test("a_going_away_without_a_time_is_left_soon", () => {
  const w = started();
  w.say({ type: "going_away", seq: 11 });
  w.turn(2_000);
  assert.equal(w.client.connection.phase, "lost");
});

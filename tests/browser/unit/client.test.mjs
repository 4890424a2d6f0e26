/* Owns the proof of the client against a good server: hello, replies, silent loss, back-off, tokens and its events. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, MAX_DELAY_MS, MAX_FRAME_BYTES, MAX_WAITING, RequestError, backoffMs, serverUrl } from "../../../static/js/lib/client.js";
import { settled, started, world } from "../helpers/world.mjs";

const code = (expected) => (error) => error instanceof RequestError && error.problem.code === expected;

test("hello_is_the_first_frame_and_welcome_opens", async () => {
  const w = world();
  const begun = w.client.start();
  w.welcome();
  assert.deepEqual(w.hello(), { type: "hello", token: "t" });
  assert.deepEqual(w.phases(), ["connecting", "open"]);
  assert.equal((await begun).session_id, "s1");
  assert.deepEqual([w.last().url, w.last().protocol], ["ws://host/v1/agent-session", "callboard.v1"]);
});

test("each_kind_of_socket_has_its_path_on_any_server", () => {
  const url = (socket, server) => {
    const w = world({ socket, server });
    void w.client.start();
    return w.last().url;
  };
  assert.equal(url("customer", "https://desk.example.org"), "wss://desk.example.org/v1/customer-session");
  assert.equal(url("supervisor", "http://10.0.0.1:8080/calls/"), "ws://10.0.0.1:8080/calls/v1/supervisor-session");
  assert.throws(() => new Client({ socket: "other", server: "http://host", token: "t" }), TypeError);
  assert.throws(() => serverUrl("/v1/x"), TypeError);
});

test("a_reply_settles_its_request_by_id", async () => {
  const w = started();
  const first = w.client.request("presence.set", { presence: "away" });
  const second = w.client.request("offer.accept", { offer_id: "o" });
  const [a, b] = w.last().sent.slice(1);
  w.say({ type: "reply", id: b.id, ok: false, problem: { status: 409, code: "offer_ended" } });
  w.say({ type: "reply", id: a.id, ok: true, result: { x: 1 } });
  assert.deepEqual(await first, { x: 1 });
  await assert.rejects(second, code("offer_ended"));
});

test("a_loss_is_told_at_once_and_fails_what_was_asked", async () => {
  const w = started();
  const asked = w.client.request("conversation.end");
  w.close(1006);
  assert.deepEqual(w.connections.at(-1), { phase: "lost", code: 1006, retry_in_ms: 400 });
  await assert.rejects(asked, code("connection_lost"));
  await assert.rejects(w.client.request("conversation.end"), code("not_connected"));
});

test("what_may_be_said_again_is_said_at_the_next_welcome_in_order_until_it_is_answered", async () => {
  const w = started();
  const first = w.client.request("message.send", { text: "a" }, { again: true });
  w.close(1006);
  const second = w.client.request("message.send", { text: "b" }, { again: true });
  w.turn(400);
  w.welcome();
  const said = w.last().sent.slice(1);
  assert.deepEqual(said.map(({ text }) => text), ["a", "b"]);
  for (const { id, text } of said) w.say({ type: "reply", id, ok: true, result: { text } });
  assert.deepEqual([(await first).text, (await second).text], ["a", "b"]);
  w.close(1006);
  w.turn(680);
  w.welcome();
  assert.equal(w.last().sent.length, 1);
});

test("silence_is_noticed_within_twenty_seconds", () => {
  const w = started();
  w.turn(19_999);
  assert.ok(w.phases().includes("lost"));
  assert.ok(w.sockets[0].closed);
});

test("a_pong_or_any_other_frame_is_a_sign_of_life", () => {
  const w = started();
  for (let i = 0; i < 10; i++) {
    w.turn(9000);
    const ping = w.last().sent.at(-1);
    assert.equal(ping.type, "ping");
    w.say({ type: "pong", id: ping.id });
  }
  assert.deepEqual(w.phases(), ["connecting", "open"]);
});

test("it_resumes_from_the_last_frame_that_came", () => {
  const w = started();
  w.say({ type: "capacity.changed", seq: 11 });
  w.close(1001);
  w.turn(500);
  w.welcome({ resumed: true, seq: 11 });
  assert.deepEqual(w.hello().resume, { session_id: "s1", seq: 11 });
  w.say({ type: "capacity.changed", seq: 12 });
  assert.deepEqual(w.seqs(), [11, 12]);
  assert.deepEqual(w.client.session, { session_id: "s2", seq: 12 });
});

test("a_session_from_before_a_reload_is_resumed", () => {
  const w = world({ resume: { session_id: "old", seq: 3 } });
  void w.client.start();
  w.last().onopen();
  assert.deepEqual(w.hello().resume, { session_id: "old", seq: 3 });
});

test("own_messages_leave_gaps_that_are_no_loss", async () => {
  const w = started();
  const sent = w.client.request("message.send", { text: "a" });
  w.say({ type: "reply", id: w.last().sent.at(-1).id, ok: true, result: {} });
  await sent;
  w.say({ type: "capacity.changed", seq: 12 });
  assert.deepEqual(w.seqs(), [12]);
  assert.equal(w.client.connection.phase, "open");
});

test("the_other_sockets_have_no_numbers_and_no_resume", () => {
  const w = started({ socket: "customer" });
  w.say({ type: "agent.typing" });
  w.say({ type: "agent.typing" });
  w.close(1006);
  w.turn(400);
  w.welcome();
  assert.equal(w.hello().resume, undefined);
  assert.equal(w.frames.length, 4);
  assert.equal(w.client.session, null);
});

test("a_refused_token_is_asked_for_once_more_and_then_final", async () => {
  const asked = [];
  const w = world({ token: (again) => (asked.push(again), asked.length === 1 ? "old" : "new") });
  const begun = w.client.start();
  await settled();
  w.welcome();
  w.close(4401);
  assert.equal(w.client.connection.phase, "lost");
  w.turn(400);
  await settled();
  w.last().onopen();
  assert.deepEqual([asked, w.hello().token], [[false, true], "new"]);
  w.close(4401);
  assert.deepEqual(w.connections.at(-1), { phase: "stopped", code: 4401, retry_in_ms: null });
  assert.equal((await begun).type, "welcome");
});

test("a_token_that_cannot_be_got_is_asked_for_again_later", async () => {
  let asked = 0;
  const w = world({ token: async () => (asked++ ? "t" : Promise.reject(new Error("no network"))) });
  void w.client.start();
  await settled();
  assert.equal(w.client.connection.phase, "lost");
  w.turn(400);
  await settled();
  w.welcome();
  assert.equal(w.client.connection.phase, "open");
});

test("the_wait_grows_to_a_ceiling_and_varies", () => {
  assert.deepEqual([0, 1, 2].map((n) => backoffMs(n, () => 1)), [400, 680, 1156]);
  assert.equal(backoffMs(50, () => 1), MAX_DELAY_MS);
  assert.equal(backoffMs(50, () => 0), MAX_DELAY_MS / 2);
});

test("a_nudge_tries_at_once_or_asks_for_a_sign_of_life", () => {
  const w = started();
  w.client.nudge();
  assert.equal(w.last().sent.at(-1).type, "ping");
  w.turn(3_000);
  assert.equal(w.client.connection.phase, "lost");
  w.client.nudge();
  assert.equal(w.sockets.length, 2);
});

test("after_going_away_the_server_is_left_when_its_time_is_over", () => {
  const w = started();
  w.say({ type: "going_away", seq: 11, in_ms: 1_000 });
  assert.equal(w.client.connection.phase, "open");
  w.turn(3_000);
  assert.equal(w.client.connection.phase, "lost");
});

test("stop_ends_everything_and_leaves_no_timer", async () => {
  const w = world();
  const begun = w.client.start();
  const asked = w.client.request("message.send", {}, { again: true });
  w.client.stop();
  await assert.rejects(begun, code("stopped"));
  await assert.rejects(asked, code("stopped"));
  await assert.rejects(w.client.request("ping"), code("stopped"));
  assert.deepEqual([w.timers.size, w.sockets[0].closed, w.phases().at(-1)], [0, true, "stopped"]);
});

test("stop_while_a_token_is_awaited_opens_no_socket", async () => {
  const w = world({ token: async () => "t" });
  void w.client.start();
  w.client.stop();
  await settled();
  assert.equal(w.sockets.length, 0);
});

test("too_large_and_too_many_are_refused_before_they_are_sent", async () => {
  const w = started();
  await assert.rejects(w.client.request("message.send", { text: "é".repeat(MAX_FRAME_BYTES / 2) }), code("too_large"));
  const asked = Array.from({ length: MAX_WAITING }, () => w.client.request("typing").catch(() => {}));
  await assert.rejects(w.client.request("typing"), code("too_many"));
  w.client.stop();
  await Promise.all(asked);
});

test("a_listener_hears_its_type_until_it_is_taken_off", () => {
  const w = started();
  const heard = [];
  const off = w.client.on("capacity.changed", (frame) => heard.push(frame.seq));
  w.say({ type: "capacity.changed", seq: 11 });
  w.say({ type: "presence.changed", seq: 12 });
  off();
  w.say({ type: "capacity.changed", seq: 13 });
  assert.deepEqual(heard, [11]);
});

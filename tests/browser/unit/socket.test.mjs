/* Owns the proof of the connection: hello, replies, silent loss, back-off and the closes that are final. Time is the test's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, MAX_DELAY_MS } from "../../../static/js/lib/backoff.js";
import { Courier, reduceOutbox } from "../../../static/js/lib/outbox.js";
import { RequestError, Socket } from "../../../static/js/lib/socket.js";
import { message, outgoing } from "../helpers/frames.mjs";

/** A world of its own: sockets that the test plays the server of, and a clock that it turns. */
function world() {
  const sockets = [];
  const frames = [];
  const phases = [];
  let now = 0;
  let nextTimer = 1;
  const timers = new Map();
  const env = {
    connect: () => {
      const ws = { sent: [], closed: false, send: (text) => ws.sent.push(JSON.parse(text)), close: () => (ws.closed = true) };
      sockets.push(ws);
      return ws;
    },
    setTimeout: (run, ms) => (timers.set(nextTimer, { at: now + ms, run }), nextTimer++),
    clearTimeout: (timer) => timers.delete(timer),
    random: () => 1,
  };
  const socket = new Socket({
    url: "ws://host/v1/agent-session", protocol: "callboard.v1", env,
    hello: () => ({ token: "t", resume: sockets.length > 1 ? { session_id: "s", seq: 7 } : undefined }),
    onFrame: (frame) => frames.push(frame),
    onConnection: (connection) => phases.push(connection.phase),
  });
  return {
    socket, sockets, frames, phases,
    last: () => sockets.at(-1),
    welcome() {
      const ws = sockets.at(-1);
      ws.onopen();
      ws.onmessage({ data: JSON.stringify({ type: "welcome" }) });
    },
    say: (frame) => sockets.at(-1).onmessage({ data: JSON.stringify(frame) }),
    turn(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = until;
    },
  };
}

function started() {
  const w = world();
  w.socket.start();
  w.welcome();
  return w;
}

test("hello_is_the_first_frame_and_welcome_opens", () => {
  const w = started();
  assert.deepEqual(w.last().sent[0], { type: "hello", token: "t" });
  assert.deepEqual(w.phases, ["connecting", "open"]);
});

test("a_reply_settles_its_request_by_id", async () => {
  const w = started();
  const first = w.socket.request("presence.set", { presence: "away" });
  const second = w.socket.request("offer.accept", { offer_id: "o" });
  const [a, b] = w.last().sent.slice(1);
  w.say({ type: "reply", id: b.id, ok: false, problem: { status: 409, code: "offer_ended" } });
  w.say({ type: "reply", id: a.id, ok: true, result: { x: 1 } });
  assert.deepEqual(await first, { x: 1 });
  await assert.rejects(second, (error) => error instanceof RequestError && error.problem.code === "offer_ended");
});

test("a_loss_is_told_at_once_and_fails_what_was_asked", async () => {
  const w = started();
  const asked = w.socket.request("message.send");
  w.last().onclose({ code: 1006 });
  assert.equal(w.phases.at(-1), "lost");
  await assert.rejects(asked, (error) => error.problem.code === "connection_lost");
  await assert.rejects(w.socket.request("message.send"), (error) => error.problem.code === "not_connected");
});

test("silence_is_noticed_within_twenty_seconds", () => {
  const w = started();
  w.turn(19_999);
  assert.ok(w.phases.includes("lost"));
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
  assert.deepEqual(w.phases, ["connecting", "open"]);
});

test("it_comes_back_with_what_it_resumes", () => {
  const w = started();
  w.last().onclose({ code: 1001 });
  w.turn(500);
  w.welcome();
  assert.deepEqual(w.last().sent[0].resume, { session_id: "s", seq: 7 });
  assert.equal(w.phases.at(-1), "open");
});

for (const code of [4400, 4401, 4403]) {
  test(`close ${code} is final`, () => {
    const w = started();
    w.last().onclose({ code });
    w.turn(60_000);
    assert.deepEqual([w.phases.at(-1), w.sockets.length], ["stopped", 1]);
  });
}

test("the_wait_grows_to_a_ceiling_and_varies", () => {
  assert.deepEqual([0, 1, 2].map((n) => backoffMs(n, () => 1)), [400, 680, 1156]);
  assert.equal(backoffMs(50, () => 1), MAX_DELAY_MS);
  assert.equal(backoffMs(50, () => 0), MAX_DELAY_MS / 2);
});

test("a_nudge_tries_at_once", () => {
  const w = started();
  w.last().onclose({ code: 1006 });
  w.socket.nudge();
  assert.equal(w.sockets.length, 2);
});

/** A courier over a list, with a server that answers by `answer`. */
function delivery(answer) {
  const box = { list: [outgoing()], frames: [] };
  const courier = new Courier({
    outbox: () => box.list,
    send: answer,
    dispatch: (frame) => {
      box.frames.push(frame);
      box.list = reduceOutbox(box.list, frame);
    },
  });
  return { box, courier };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a_message_goes_once_at_a_time_and_leaves_by_the_reply", async () => {
  let sends = 0;
  const { box, courier } = delivery(async () => (sends++, { message: message({ id: "m9" }) }));
  courier.flush();
  courier.flush();
  await settled();
  assert.deepEqual([sends, box.list.length, box.frames[0].message.id], [1, 0, "m9"]);
});

test("after_a_lost_connection_the_same_message_goes_again", async () => {
  const sent = [];
  const { box, courier } = delivery(async ({ client_message_id }) => {
    sent.push(client_message_id);
    if (sent.length === 1) throw new RequestError({ code: "connection_lost" });
    return {};
  });
  courier.flush();
  await settled();
  assert.equal(box.list[0].state, "pending");
  courier.flush();
  await settled();
  assert.deepEqual([sent, box.list.length], [["k1", "k1"], 0]);
});

test("a_refused_message_is_marked_and_waits_for_the_agent", async () => {
  const { box, courier } = delivery(async () => Promise.reject(new RequestError({ status: 422, code: "too_long" })));
  courier.flush();
  await settled();
  assert.deepEqual([box.list[0].state, box.list[0].problem.code], ["failed", "too_long"]);
});

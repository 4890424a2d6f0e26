/* Owns the proof of the outbox: a message on its way goes once at a time, and leaves by the server's word alone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError } from "../../../static/js/lib/client.js";
import { Courier, reduceOutbox } from "../../../static/js/lib/outbox.js";
import { message, outgoing } from "../helpers/frames.mjs";

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

test("a_message_that_the_client_gave_up_stays_pending_for_the_next_start", async () => {
  const sent = [];
  const { box, courier } = delivery(async ({ client_message_id }) => {
    sent.push(client_message_id);
    if (sent.length === 1) throw new RequestError({ code: "stopped" });
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

test("what_came_too_fast_is_kept_and_goes_again_in_order_after_the_time_that_the_server_said", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  let room = 1;
  const { box, courier } = delivery(async ({ client_message_id }) => {
    sent.push(client_message_id);
    if (room-- > 0) return {};
    throw new RequestError({ status: 429, code: "rate_limited", retry_after_seconds: 3 });
  });
  box.list = ["k1", "k2", "k3"].map((client_message_id) => ({ ...outgoing(), client_message_id }));
  courier.flush();
  await settled();
  assert.deepEqual([sent, box.list.map(({ state }) => state)], [["k1", "k2", "k3"], ["pending", "pending"]]);
  box.list = [...box.list, { ...outgoing(), client_message_id: "k4" }];
  courier.flush();
  t.mock.timers.tick(2_999);
  await settled();
  assert.equal(sent.length, 3, "nothing overtakes what was refused");
  room = 3;
  t.mock.timers.tick(1);
  await settled();
  assert.deepEqual([sent.slice(3), box.list], [["k2", "k3", "k4"], []]);
});

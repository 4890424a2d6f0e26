/* Owns the proof of the customer page's reducer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, reduce, unsent } from "../../../static/js/chat/state.js";
import { conversation, message, outgoing } from "../helpers/frames.mjs";

function after(...frames) {
  return frames.reduce((state, frame) => reduce(state, { at_ms: 1000, ...frame }), initialState());
}

const welcome = (values = {}, messages = [message()]) => ({ type: "welcome", conversation: conversation({ state: "open", agent_id: null, ...values }), messages });

test("the_customer_waits_talks_and_ends", () => {
  const waiting = [welcome(), { type: "queue.position", position: 3, ahead: 2 }];
  assert.deepEqual([after(...waiting).stage, after(...waiting).position.position], ["waiting", 3]);
  const talking = [...waiting, { type: "agent.joined", agent: { name: "Ana" } }];
  assert.deepEqual([after(...talking).stage, after(...talking).agent_name, after(...talking).position], ["talking", "Ana", null]);
  assert.equal(after(...talking, { type: "conversation.ended", reason: "agent" }).stage, "ended");
});

test("an_internal_note_never_shows", () => {
  const note = message({ id: "m2", seq: 2, visibility: "internal" });
  assert.equal(after(welcome({}, [message(), note]), { type: "message.received", message: { ...note, id: "m3" } }).messages.length, 1);
});

test("a_welcome_settles_what_had_arrived_before_the_connection_broke", () => {
  const queued = { type: "local.message_queued", outgoing: outgoing() };
  assert.equal(after(welcome(), queued, welcome({}, [message({ client_message_id: "k1" })])).outbox.length, 0);
  assert.equal(after(welcome(), queued, welcome()).outbox.length, 1, "what had not arrived goes again");
});

test("wrap_up_is_the_end_for_the_customer", () => {
  assert.equal(after(welcome({ state: "wrap_up" })).stage, "ended");
});

test("a_message_of_the_agent_ends_the_sign_of_typing", () => {
  const typing = [welcome(), { type: "agent.typing" }];
  assert.ok(after(...typing).typing_until_ms > 1000);
  assert.equal(after(...typing, { type: "message.received", message: message({ id: "m2", seq: 2, sender: "agent" }) }).typing_until_ms, 0);
});

test("a_message_that_comes_too_late_ends_the_chat_and_is_kept_for_the_next", () => {
  const typed = outgoing({ text: "one more thing" });
  const late = { type: "local.message_failed", client_message_id: typed.client_message_id, problem: { code: "conversation_ended" } };
  const ended = after(welcome(), { type: "local.message_queued", outgoing: typed }, late);
  assert.equal(ended.stage, "ended");
  assert.equal(unsent(ended, " and this "), "one more thing\nand this");
  const again = reduce(ended, { type: "local.start", draft: unsent(ended, "") });
  assert.deepEqual([again.stage, again.draft, again.outbox.length], ["start", "one more thing", 0]);
  assert.equal(unsent(initialState(), "  "), "");
});

test("any_other_failed_message_leaves_the_chat_as_it_is", () => {
  const failed = { type: "local.message_failed", client_message_id: "k1", problem: { code: "invalid" } };
  assert.equal(after(welcome(), { type: "local.message_queued", outgoing: outgoing() }, failed).stage, "waiting");
});

/* Owns the proof of the panel's state: deliveries, ends of pops in words, drafts that were left, many messages at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { keepDraft, readDraft } from "../../../static/js/agent/drafts.js";
import { watchDrafts } from "../../../static/js/agent/lost-drafts.js";
import { initialState, reduce } from "../../../static/js/agent/state.js";
import { withMessages } from "../../../static/js/lib/outbox.js";
import { createStore } from "../../../static/js/lib/store.js";
import { conversation, message, offer, welcome } from "../helpers/frames.mjs";
import { settled } from "../helpers/world.mjs";

function after(...frames) {
  return [welcome(), ...frames].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), initialState());
}
const assigned = (values = {}) => ({ type: "conversation.assigned", conversation: conversation(), messages: [message({ sender: "agent", agent_id: "ana", delivery: { state: "sent" } })], ...values });
const delivery = (state, problem) => ({ type: "message.delivery", conversation_id: "c1", message_id: "m1", state, ...(problem ? { problem } : {}) });

test("a_delivery_that_fails_is_told_once_and_stays_until_it_is_dismissed", () => {
  const state = after(assigned(), delivery("delivered"), delivery("failed", "number unknown"), delivery("failed", "number unknown"));
  assert.deepEqual(state.notices.map(({ level, text }) => [level, text]), [["error", "Your message to Maria was not delivered (number unknown): “hello”"]]);
  assert.deepEqual(state.threads.c1.messages[0].delivery, { state: "failed", problem: "number unknown" });
  assert.deepEqual(after(assigned(), delivery("read")).notices, []);
});

for (const [cause, why] of [["supervisor", "a supervisor took it back"], ["membership", "you no longer serve its queue"], ["overflowed", "it moved to another queue"], ["something new", "withdrawn"]]) {
  test(`an_offer_that_is_withdrawn_for_${cause.replaceAll(" ", "_")}_says_why`, () => {
    const state = after({ type: "offer.created", offer: offer() }, { type: "offer.ended", offer_id: "o1", conversation_id: "c1", reason: "withdrawn", cause });
    assert.equal(state.ended[0].why, why);
  });
}

test("an_offer_that_somebody_took_names_them_by_their_name", () => {
  const desk = { agents: [{ id: "b.stone", name: "Ben Stone" }] };
  const taken = { type: "offer.ended", offer_id: "o1", conversation_id: "c1", reason: "withdrawn", cause: "taken", agent_id: "b.stone" };
  assert.equal(after({ type: "local.directory_loaded", desk }, { type: "offer.created", offer: offer() }, taken).ended[0].why, "taken by Ben Stone");
});

test("a_timeout_that_makes_inactive_says_so_and_one_that_does_not_does_not", () => {
  const timed_out = [{ type: "offer.created", offer: offer() }, { type: "offer.ended", offer_id: "o1", conversation_id: "c1", reason: "timed_out" }];
  const inactive = { type: "presence.changed", presence: "inactive", base_presence: "inactive", by: "system", reason: "missed_notification" };
  assert.equal(after(...timed_out, { ...inactive, at_ms: 2100 }).ended[0].why, "timed out, you are now inactive");
  assert.equal(after(...timed_out, { ...inactive, at_ms: 60_000 }).ended[0].why, "timed out");
  assert.equal(after(...timed_out, { ...inactive, base_presence: "away", at_ms: 2100 }).ended[0].why, "timed out");
});

test("messages_come_into_a_thread_once_in_order_and_what_is_told_of_their_delivery_counts", () => {
  const known = [message({ id: "m2", seq: 2 }), message({ id: "m3", seq: 3 })];
  const more = [message({ id: "m1", seq: 1 }), message({ id: "m3", seq: 3, text: "again", delivery: { state: "read" } }), message({ id: "m4", seq: 4 })];
  const all = withMessages(known, more);
  assert.deepEqual(all.map(({ id, text, delivery: how }) => [id, text, how?.state]), [["m1", "hello", undefined], ["m2", "hello", undefined], ["m3", "hello", "read"], ["m4", "hello", undefined]]);
});

/** A browser tab's storage. */
function withStorage(run) {
  const kept = new Map();
  const sessionStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  Object.assign(globalThis, { sessionStorage });
  return Promise.resolve(run()).finally(() => delete globalThis.sessionStorage);
}

/** A page that has just been loaded, with what the tab kept. */
function page() {
  const store = createStore(reduce, initialState());
  watchDrafts(store);
  return store;
}

test("a_draft_whose_conversation_leaves_is_told_also_after_a_reload_until_it_is_dismissed", () =>
  withStorage(async () => {
    const first = page();
    first.dispatch(welcome({ conversations: [conversation()] }));
    keepDraft("c1", "public", "half a sen", "Maria");
    first.dispatch({ type: "conversation.removed", conversation_id: "c1", reason: "closed", version: 4 });
    await settled();
    assert.deepEqual(first.state.notices.map(({ text }) => text), ["You had typed to Maria, and did not send: “half a sen”"]);
    const second = page();
    second.dispatch(welcome());
    await settled();
    assert.equal(second.state.notices.length, 1);
    second.dispatch({ type: "local.notice_dismissed", key: second.state.notices[0].key });
    await settled();
    assert.deepEqual([second.state.notices, readDraft("c1", "public")], [[], ""]);
  }));

test("a_conversation_that_comes_back_has_its_draft_again_and_the_notice_goes", () =>
  withStorage(async () => {
    const store = page();
    keepDraft("c1", "internal", "a note", "Maria");
    store.dispatch(welcome());
    await settled();
    assert.equal(store.state.notices.length, 1);
    store.dispatch(assigned());
    await settled();
    assert.deepEqual([store.state.notices, readDraft("c1", "internal")], [[], "a note"]);
  }));

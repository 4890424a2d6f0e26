/* Owns the proof of the agent page's reducer: order, versions, threads, tabs and unread counts. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { usesOf } from "../../../static/js/agent/capacity-meter.js";
import { TYPING_MS, initialState, reduce } from "../../../static/js/agent/state.js";
import { readNow } from "../../../static/js/agent/windows.js";
import { NOW, conversation, message, offer, outgoing, welcome } from "../helpers/frames.mjs";

/** The state after these frames, starting signed in. */
function after(...frames) {
  return [welcome(), ...frames].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), initialState());
}

const assigned = (values = {}, messages = [message()]) => ({ type: "conversation.assigned", conversation: conversation(values), messages });

test("welcome_is_the_whole_state", () => {
  const state = after(assigned({ id: "old" }), welcome({ seq: 40, conversations: [conversation()] }));
  assert.deepEqual(Object.keys(state.conversations), ["c1"]);
  assert.deepEqual(state.capacity, { total: 3, used: 1, free: 2 });
  assert.equal(state.selected, "c1");
});

test("a_resumed_welcome_keeps_the_state_and_takes_the_frames_that_follow", () => {
  const state = after(
    { ...assigned(), seq: 11 },
    welcome({ resumed: true, seq: 11, conversations: [] }),
    { type: "message.received", seq: 12, conversation_id: "c1", message: message({ id: "m2", seq: 2 }) },
  );
  assert.deepEqual(state.threads.c1.messages.map((m) => m.id), ["m1", "m2"]);
});

test("a_stale_version_changes_nothing", () => {
  const state = after(assigned({ version: 5 }), { type: "conversation.updated", conversation: conversation({ version: 4, state: "wrap_up" }) });
  assert.equal(state.conversations.c1.state, "active");
});

test("an_assignment_that_follows_an_update_of_the_same_version_still_brings_its_messages", () => {
  const state = after({ type: "conversation.updated", conversation: conversation() }, assigned());
  assert.equal(state.threads.c1.messages.length, 1);
  assert.deepEqual(state.tabs, ["c1"]);
});

test("a_conversation_that_left_comes_back_only_with_a_higher_version", () => {
  const left = [assigned({ version: 5 }), { type: "conversation.removed", conversation_id: "c1", reason: "released", version: 6 }];
  assert.equal(after(...left, { type: "conversation.updated", conversation: conversation({ version: 6 }) }).conversations.c1, undefined);
  assert.equal(after(...left, assigned({ version: 8 })).conversations.c1.version, 8);
});

test("a_removal_older_than_what_is_known_is_ignored", () => {
  const state = after(assigned({ version: 9 }), { type: "conversation.removed", conversation_id: "c1", reason: "released", version: 6 });
  assert.equal(state.conversations.c1.version, 9);
});

test("an_update_that_makes_it_somebody_elses_takes_it_off_the_desk", () => {
  const state = after(assigned(), { type: "conversation.updated", conversation: conversation({ version: 4, agent_id: "ben" }) });
  assert.deepEqual([state.conversations.c1, state.tabs, state.selected], [undefined, [], null]);
});

test("a_message_stands_once_and_in_order", () => {
  const state = after(
    assigned({}, []),
    { type: "message.received", conversation_id: "c1", message: message({ id: "m2", seq: 2 }) },
    { type: "message.received", conversation_id: "c1", message: message() },
    { type: "message.received", conversation_id: "c1", message: message() },
  );
  assert.deepEqual(state.threads.c1.messages.map((m) => m.seq), [1, 2]);
});

test("unread_counts_what_is_not_in_front_of_the_agent", () => {
  const received = { type: "message.received", conversation_id: "c1", message: message({ id: "m2", seq: 2 }) };
  assert.equal(after(assigned(), received).unread.c1, 1, "the window is hidden");
  assert.equal(after({ type: "local.visible", visible: true }, assigned(), received).unread.c1, undefined);
  const elsewhere = after({ type: "local.visible", visible: true }, assigned(), assigned({ id: "c2" }, []), { type: "local.select", conversation_id: "c2" }, received);
  assert.equal(elsewhere.unread.c1, 1);
});

test("a_message_of_ones_own_from_another_window_is_not_unread", () => {
  const own = message({ id: "m2", seq: 2, sender: "agent", agent_id: "ana" });
  assert.equal(after(assigned(), { type: "message.received", conversation_id: "c1", message: own }).unread.c1, undefined);
});

test("what_was_read_or_answered_in_another_window_is_read_whichever_of_the_two_is_heard_of_first", () => {
  const received = { type: "message.received", conversation_id: "c1", message: message({ id: "m2", seq: 2 }) };
  const read = (seq) => ({ type: "local.read", conversation_id: "c1", seq });
  assert.equal(after(assigned(), received, read(2)).unread.c1, undefined);
  assert.equal(after(assigned(), read(2), received).unread.c1, undefined);
  assert.equal(after(assigned(), received, read(1)).unread.c1, 1, "what came after is not read");
  assert.equal(after({ type: "local.select", conversation_id: "c2" }, assigned(), assigned({ id: "c3" }, []), read(2), received, { ...received, message: message({ id: "m3", seq: 3 }) }).unread.c1, 1);
  const own = { ...received, message: message({ id: "m3", seq: 3, sender: "agent", agent_id: "ana" }) };
  assert.equal(after(assigned(), received, own).unread.c1, undefined);
  const state = after({ type: "local.visible", visible: true }, assigned(), received);
  assert.deepEqual(readNow(state), { agent_id: "ana", conversation_id: "c1", seq: 2 });
  assert.equal(readNow(after(assigned(), received)), null, "nobody looks");
});

test("what_was_accepted_here_comes_to_the_front_and_what_was_not_does_not", () => {
  const first = [assigned(), assigned({ id: "c2" }, [])];
  assert.equal(after(...first).selected, "c1");
  assert.equal(after({ type: "local.followed", conversation_id: "c2" }, ...first).selected, "c2");
});

test("setting_a_conversation_aside_closes_its_tab_and_keeps_it_in_my_work", () => {
  const state = after(assigned(), { type: "conversation.updated", conversation: conversation({ version: 4, state: "waiting" }) });
  assert.deepEqual([state.tabs, state.conversations.c1.state], [[], "waiting"]);
});

test("a_closed_conversation_goes_to_the_closed_list_with_the_servers_time", () => {
  const state = after(assigned(), { type: "conversation.removed", conversation_id: "c1", reason: "closed", at_ms: 61_000 });
  assert.deepEqual(state.closed.items.map((c) => [c.id, c.state, c.closed_at]), [["c1", "closed", "2026-11-21T10:01:00.000Z"]]);
});

test("a_message_waits_in_the_outbox_until_the_reply", () => {
  const queued = [assigned(), { type: "local.message_queued", outgoing: outgoing() }];
  assert.equal(after(...queued).outbox.length, 1);
  const sent = after(...queued, { type: "local.message_sent", client_message_id: "k1", conversation_id: "c1", message: message({ id: "m2", seq: 2, client_message_id: "k1" }) });
  assert.deepEqual([sent.outbox.length, sent.threads.c1.messages.length], [0, 2]);
});

test("a_message_that_comes_back_after_a_resume_leaves_the_outbox", () => {
  const back = { type: "message.received", conversation_id: "c1", message: message({ id: "m2", seq: 2, sender: "agent", agent_id: "ana", client_message_id: "k1" }) };
  assert.equal(after(assigned(), { type: "local.message_queued", outgoing: outgoing() }, back).outbox.length, 0);
});

test("a_message_that_failed_says_so_until_it_goes_through_after_all", () => {
  const own = message({ id: "m2", seq: 2, sender: "agent", agent_id: "ana" });
  const tell = (values) => ({ type: "message.delivery", conversation_id: "c1", message_id: "m2", ...values });
  const said = [assigned(), { type: "message.received", conversation_id: "c1", message: own }];
  const failed = after(...said, tell({ state: "failed", problem: "no such user" }));
  assert.deepEqual(failed.threads.c1.messages.map((m) => m.delivery), [undefined, { state: "failed", problem: "no such user" }]);
  assert.deepEqual(after(...said, tell({ state: "failed" }), tell({ state: "sent" })).threads.c1.messages[1].delivery, { state: "sent" });
  assert.deepEqual(after(...said, tell({ conversation_id: "c9", state: "failed" })).threads, after(...said).threads, "of no thread that is here");
});

test("what_a_thread_says_of_a_delivery_when_it_is_loaded_again_counts", () => {
  const own = (delivery) => message({ id: "m2", seq: 2, sender: "agent", agent_id: "ana", delivery });
  const loaded = { type: "local.thread_loaded", conversation_id: "c1", messages: [message(), own({ state: "failed", problem: "full" })] };
  const state = after(assigned({}, [message(), own({ state: "sent" })]), loaded);
  assert.deepEqual(state.threads.c1.messages.map((m) => m.delivery?.state), [undefined, "failed"]);
});

test("text_that_can_no_longer_be_sent_becomes_a_notice", () => {
  const state = after(assigned(), { type: "local.message_queued", outgoing: outgoing() }, { type: "conversation.removed", conversation_id: "c1", reason: "released" });
  assert.equal(state.outbox.length, 0);
  assert.match(state.notices[0].text, /good morning/);
});

test("time_in_a_status_counts_on_the_servers_clock", () => {
  const state = after({ type: "presence.changed", seq: 11, presence: "away", base_presence: "away", by: "agent", at_ms: 31_000 });
  assert.equal(new Date(state.presence.since_ms).toISOString(), "2026-11-21T10:00:30.000Z");
  const early = welcome({ agent: { id: "ana", name: "Ana", runtime: { status_since: "2026-11-21T09:50:00.000Z", base_presence: "busy" } }, presence: "lunch" });
  assert.deepEqual([after(early).presence.base, after(early).presence.since_ms], ["busy", Date.parse(NOW) - 600_000]);
});

test("reduce_changes_nothing_in_place", () => {
  const freeze = (value) => {
    if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  let state = freeze(initialState());
  const frames = [welcome(), assigned(), { type: "message.received", conversation_id: "c1", message: message({ id: "m0", seq: 0 }) }, { type: "local.message_queued", outgoing: outgoing() }, { type: "conversation.removed", conversation_id: "c1", reason: "closed" }];
  for (const frame of frames) state = freeze(reduce(state, { at_ms: 1, ...frame }));
});

test("a_customer_types_until_the_message_comes_or_some_seconds_are_over", () => {
  const typing = { type: "customer.typing", conversation_id: "c1" };
  assert.deepEqual(after(assigned(), typing).typing, { c1: 2000 + TYPING_MS });
  const said = { type: "message.received", conversation_id: "c1", message: message({ id: "m2", seq: 2 }) };
  assert.deepEqual(after(assigned(), typing, said).typing, {});
  const later = { type: "customer.typing", conversation_id: "c2", at_ms: 2000 + TYPING_MS };
  assert.deepEqual(Object.keys(after(assigned(), typing, later).typing), ["c2"], "what is over is let go");
});

test("a_welcome_says_whether_it_took_up_where_the_connection_was_lost", () => {
  const first = reduce(initialState(), welcome());
  assert.equal(first.resumed, false);
  assert.equal(reduce(first, welcome({ resumed: true })).resumed, true);
});

test("units_are_told_by_what_holds_them", () => {
  const held = { ...conversation({ id: "a", customer: { name: "Maria" }, capacity_units: 2, units_held: true }) };
  const freed = conversation({ id: "b", state: "wrap_up", capacity_units: 2, units_held: false });
  const pop = (values) => ({ offer: offer({ ...values, conversation: conversation({ customer: { name: "Tom" }, capacity_units: 1 }) }) });
  const uses = usesOf({ conversations: { a: held, b: freed }, pops: [pop({}), pop({ kind: "consult" })] });
  assert.deepEqual(uses, [{ name: "Maria", units: 2 }, { name: "Tom (on offer)", units: 1 }]);
});

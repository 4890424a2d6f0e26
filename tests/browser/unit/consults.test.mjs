/* Owns the proof of taking part: invitations, one's own part in another agent's conversation, and who takes part in one's own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { chipsOf } from "../../../static/js/agent/targets.js";
import { initialState, reduce } from "../../../static/js/agent/state.js";
import { conversation, message, NOW, outgoing, welcome } from "../helpers/frames.mjs";

const part = (state, values = {}) => ({ agent_id: "ana", kind: "consult", state, since: NOW, ...values });
const bens = (state, values = {}) => conversation({ agent_id: "ben", participants: [part(state)], ...values });
const shown = { title: "Consult", fields: [], theme: "standard", desktop: "background", show_timer: true, expires_at: "2026-11-21T10:01:00.000Z", remaining_ms: 30_000 };
const invited = (values = {}) => ({ type: "consult.invited", conversation: bens("invited"), by: "ben", ...shown, ...values });
const started = (values = {}) => ({ type: "consult.started", conversation: bens("joined"), messages: [message()], ...values });
const ended = (reason) => ({ type: "consult.ended", conversation_id: "c1", reason });

function after(...frames) {
  return [welcome(), ...frames].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), initialState());
}
const why = (state) => state.ended.map((pop) => pop.why);

test("an_invitation_is_a_pop_of_its_own_and_taking_part_is_a_tab", () => {
  const asked = after(invited());
  assert.deepEqual(asked.pops.map(({ offer }) => [offer.kind, offer.by, offer.can_decline]), [["consult", "ben", true]]);
  assert.equal(asked.pops[0].total_ms, 60_000);
  const { id } = asked.pops[0].offer;
  const own = [{ type: "local.offer_answering", offer_id: id, answering: "accept" }, { type: "local.followed", conversation_id: "c1" }, started()].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), asked);
  assert.deepEqual([own.pops, why(own), own.tabs, own.selected, own.parts.c1.kind], [[], [], ["c1"], "c1", "consult"]);
  assert.deepEqual(own.conversations, {}, "it is still another agent's");
  assert.equal(own.threads.c1.messages.length, 1);
});

test("an_invitation_that_was_answered_in_another_window_ends_here_and_says_so", () => {
  assert.deepEqual(why(after(invited(), started())), ["accepted in another window"]);
  assert.deepEqual(why(after(invited(), ended("declined"))), ["declined in another window"]);
});

for (const [reason, text] of [["timed_out", "timed out"], ["ended", "ben took the invitation back"], ["primary_left", "the conversation is no longer with ben"]]) {
  test(`an_invitation_that_ends_by_${reason}_says_so`, () => {
    const state = after(invited(), ended(reason));
    assert.deepEqual([state.pops.length, why(state), state.ended[0].missed], [0, [text], reason === "timed_out"]);
  });
}

test("who_is_invited_again_is_asked_again", () => {
  const again = invited({ expires_at: "2026-11-21T10:05:00.000Z" });
  assert.equal(after(invited(), ended("timed_out"), again).pops.length, 1);
  assert.equal(after(invited(), ended("timed_out"), invited()).pops.length, 0, "the same frame twice asks once");
});

test("the_end_of_ones_part_takes_the_tab_and_the_thread_and_tells_what_was_not_sent", () => {
  const state = after(started(), { type: "local.message_queued", outgoing: outgoing({ visibility: "internal" }) }, ended("primary_left"));
  assert.deepEqual([state.parts, state.tabs, state.threads, state.outbox], [{}, [], {}, []]);
  assert.match(state.notices[0].text, /good morning/);
});

test("what_is_said_in_a_part_is_read_and_counted_as_in_ones_own", () => {
  const state = after(started({ messages: [] }), { type: "message.received", conversation_id: "c1", message: message({ id: "m9", seq: 9 }) });
  assert.deepEqual([state.threads.c1.messages.map(({ id }) => id), state.unread.c1], [["m9"], 1]);
});

test("a_conversation_that_was_a_part_and_is_assigned_becomes_ones_own", () => {
  const own = conversation({ version: 9, participants: [] });
  const state = after(started(), { type: "conversation.assigned", conversation: own, messages: [] });
  assert.deepEqual([state.parts, state.conversations.c1.version, state.tabs], [{}, 9, ["c1"]]);
  const late = reduce(state, { ...ended("primary_left"), at_ms: 2001 });
  assert.deepEqual([late.conversations.c1.version, late.tabs, late.threads.c1.messages.length], [9, ["c1"], 1]);
});

test("a_welcome_that_is_the_whole_state_brings_parts_and_open_invitations_and_ends_the_others", () => {
  const consults = [
    { conversation: bens("joined", { id: "c2" }), kind: "consult", state: "joined" },
    { conversation: bens("invited", { id: "c3" }), kind: "consult", state: "invited", ...shown },
  ];
  const state = after(started(), welcome({ consults }));
  assert.deepEqual([Object.keys(state.parts), state.tabs, state.selected, state.pops.map(({ offer }) => offer.conversation_id)], [["c2"], ["c2"], "c2", ["c3"]]);
  assert.equal(state.pops[0].offer.by, "ben");
});

test("chips_say_who_takes_part_to_the_agent_who_has_it_and_who_has_it_to_the_others", () => {
  const others = [part("invited", { agent_id: "cleo" }), part("joined", { agent_id: "sue", kind: "supervisor" })];
  const own = after({ type: "conversation.assigned", conversation: conversation(), messages: [] }, { type: "consult.changed", conversation_id: "c1", participants: others });
  assert.deepEqual(chipsOf(own.conversations.c1, own).map(({ text, canEnd }) => [text, canEnd]), [["cleo, invited…", true], ["sue, supervisor", false]]);
  const asked = after(started({ conversation: bens("joined", { participants: [part("joined"), ...others] }) }));
  assert.deepEqual(chipsOf(asked.parts.c1.conversation, asked).map(({ text, canEnd }) => [text, canEnd]), [["ben has it", false], ["cleo, invited…", false], ["sue, supervisor", false]]);
  const over = reduce(own, { type: "consult.changed", conversation_id: "c1", participants: [], at_ms: 2000 });
  assert.deepEqual(chipsOf(over.conversations.c1, over), []);
});

test("a_supervisor_who_joins_is_told_in_the_part_as_such", () => {
  const joined = bens("joined", { participants: [part("joined", { kind: "supervisor" })] });
  assert.equal(after(started({ conversation: joined })).parts.c1.kind, "supervisor");
});

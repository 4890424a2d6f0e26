/* Owns the proof of names: what the directory knows is called by its name, what it does not by its id, and whom one can choose. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownIn } from "../../../static/js/agent/directory.js";
import { agentName, channelName, queueName, variableName, workStreamName } from "../../../static/js/agent/names.js";
import { consultTargets, matching, transferTargets } from "../../../static/js/agent/targets.js";
import { initialState, reduce } from "../../../static/js/agent/state.js";
import { problemText } from "../../../static/js/agent/problems.js";
import { conversation, message, welcome } from "../helpers/frames.mjs";

const agent = (id, values = {}) => ({ id, name: id[0].toUpperCase() + id.slice(1), presence: "available", base_presence: "available", connected: true, queue_ids: [], ...values });
const DESK = {
  queues: [{ id: "support", name: "Support", type: "messaging" }, { id: "vip", name: "VIP", type: "messaging" }, { id: "cases", name: "Cases", type: "record" }],
  agents: [agent("ana"), agent("ben", { base_presence: "busy", presence: "busy" }), agent("cleo", { connected: false }), agent("dora"), agent("emil", { base_presence: "inactive", presence: "inactive" })],
  presences: [], work_streams: [{ id: "web-push", name: "Web chat, offered", context_variables: [{ name: "tier", display_name: "Tier", type: "text" }] }],
  channels: [{ id: "web-chat", name: "Web chat", type: "live_chat" }], quick_replies: [],
};

function after(...frames) {
  return [welcome(), ...frames].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), initialState());
}
const loaded = { type: "local.directory_loaded", desk: DESK };

test("ids_are_called_by_their_names_and_what_is_unknown_by_its_id", () => {
  const before = after(welcome({ queues: { support: "Support" }, channels: { "web-chat": "Web chat" } }));
  assert.deepEqual([queueName(before, "support"), channelName(before, "web-chat"), workStreamName(before, "web-push"), agentName(before, "ben"), agentName(before, "ana")], ["Support", "Web chat", "web-push", "ben", "Ana"]);
  const now = reduce(before, { ...loaded, at_ms: 2000 });
  assert.deepEqual([queueName(now, "vip"), workStreamName(now, "web-push"), agentName(now, "ben"), agentName(now, "gone"), variableName(now, "web-push", "tier"), variableName(now, "web-push", "x")], ["VIP", "Web chat, offered", "Ben", "gone", "Tier", "x"]);
  assert.ok(now.directory.version > before.directory.version, "views see that names changed");
});

test("a_frame_that_names_what_nobody_knows_is_noticed", () => {
  const state = after(loaded);
  assert.equal(unknownIn({ type: "conversation.assigned", conversation: conversation() }, state), false);
  assert.equal(unknownIn({ type: "conversation.assigned", conversation: conversation({ queue_id: "new" }) }, state), true);
  assert.equal(unknownIn({ type: "message.received", message: message({ sender: "agent", agent_id: "new" }) }, state), true);
  assert.equal(unknownIn({ type: "consult.changed", participants: [{ agent_id: "ben" }] }, state), false);
  assert.equal(unknownIn({ type: "capacity.changed" }, state), false);
});

test("agents_who_can_be_chosen_come_first_and_the_others_say_why_not", () => {
  const state = after(loaded);
  const all = transferTargets(state, conversation());
  assert.deepEqual(all.map(({ value, why }) => [value, why]), [
    ["agent/dora", null], ["agent/ben", null], ["agent/emil", "inactive"], ["agent/cleo", "not connected"], ["queue/vip", null], ["queue/support", "it is there now"],
  ]);
  assert.deepEqual(transferTargets(state, conversation({ channel_type: "entity" })).filter(({ value }) => value.startsWith("queue")).map(({ value }) => value), ["queue/cases"]);
  const part = conversation({ participants: [{ agent_id: "ben", kind: "consult", state: "joined", since: "" }] });
  assert.deepEqual(consultTargets(state, part).filter(({ why }) => why).map(({ value, why }) => [value, why]), [["agent/ben", "takes part already"], ["agent/cleo", "not connected"]]);
});

test("a_name_is_found_by_any_of_its_words_and_by_the_id", () => {
  const options = [{ value: "agent/b.stone", label: "Ben Stone", hint: "Busy" }, { value: "queue/vip", label: "VIP" }];
  for (const text of ["sto", "ben st", "b.stone", "busy ben"]) assert.deepEqual(matching(options, text).map(({ label }) => label), ["Ben Stone"], text);
  assert.equal(matching(options, "ben x").length, 0);
});

test("problems_are_said_in_words_and_the_two_meanings_of_not_connected_apart", () => {
  assert.equal(problemText({ code: "not_connected", status: 409 }), "That agent is not connected.");
  assert.match(problemText({ code: "not_connected", retryable: true }), /^Not connected/);
  assert.equal(problemText({ code: "no_capacity", status: 409 }), "That agent has no capacity left for it.");
  assert.equal(problemText({ code: "toString", status: 409, detail: "as it is" }), "as it is");
});

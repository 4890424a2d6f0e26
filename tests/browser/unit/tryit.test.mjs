/* Owns what the try-it pane, the live check and the checks page promise without a browser. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { namesAt, placeText, whereOf } from "../../../static/js/admin/warnings-list.js";
import { classificationVerdicts, matchedRule, question, readsRecord, refusals, routingVerdicts } from "../../../static/js/admin/tryit-state.js";
import { createTurns } from "../../../static/js/admin/turns.js";
import { checkWorkStream, errorsWithin, within } from "../../../static/js/admin/warnings.js";
import { settled } from "../helpers/world.mjs";

const VARIABLES = [{ name: "tier", type: "text" }, { name: "amount", type: "number" }];
const GIVEN = { channel_id: "", context: {}, customer: { name: "", email: "" }, at: "" };
const draft = { id: "chat", saved: true, value: { context_variables: VARIABLES } };
const rule = (name, verdict, set) => ({ name, verdict, ...(set ? { set } : {}) });

test("a question has what is written, numbers as numbers, and nothing that is not declared any more", () => {
  const asked = question(draft, { ...GIVEN, context: { tier: "gold", amount: "12.5", gone: "x" }, customer: { name: " Maria ", email: "" }, at: "2026-11-21T10:00" });
  assert.deepEqual(asked, { work_stream_id: "chat", work_stream: draft.value, context: { tier: "gold", amount: 12.5 }, customer: { name: " Maria " }, at: "2026-11-21T10:00:00Z" });
  assert.deepEqual(question(draft, { ...GIVEN, context: { amount: "many", tier: "" } }).context, { amount: "many" }, "the server says what is wrong with it");
});

test("a question names the channel, or the saved work stream, or neither", () => {
  const place = (one, given) => {
    const { channel_id, work_stream_id } = question(one, { ...GIVEN, ...given });
    return [channel_id, work_stream_id];
  };
  assert.deepEqual(place(draft, { channel_id: "web" }), ["web", undefined]);
  assert.deepEqual(place(draft, {}), [undefined, "chat"]);
  assert.deepEqual(place({ ...draft, saved: false }, {}), [undefined, undefined]);
});

test("each rule shows what it said, and after the one that matched none was reached", () => {
  const said = [rule("plan", "matched", "plans"), rule("gold", "not_matched"), rule("silver", "matched")];
  assert.deepEqual(routingVerdicts(said, 3), ["not_matched", "matched", "not_reached"]);
  assert.deepEqual(matchedRule(said), { number: 2, name: "silver" });
  assert.equal(matchedRule([rule("gold", "not_matched")]), null);
  const sets = [{ name: "plans", rules: [{ name: "a" }, { name: "b" }, { name: "c" }] }, { name: "empty" }, { name: "needs", rules: [{ name: "a" }, { name: "b" }] }];
  const sorted = [rule("a", "not_matched", "plans"), rule("b", "matched", "plans"), rule("a", "not_matched", "needs"), rule("b", "not_matched", "needs"), rule("x", "matched")];
  assert.deepEqual(classificationVerdicts(sorted, sets), ["not_matched", "matched", "not_reached", "not_matched", "not_matched"]);
});

test("rules that read the record are known, since a conversation that is only tried has none", () => {
  const of = (variable) => readsRecord({ value: { routing_rules: [{ when: { all: [{ variable, operator: "equals", value: "record.x" }] } }] } });
  assert.deepEqual([of("record.total"), of("tier"), of("channel.id")], [true, false, false]);
});

test("what the server refuses is sorted by where it stands", () => {
  const errors = [{ field: "/work_stream/routing_rules/0/name", message: "a" }, { field: "/context/amount", message: "b" }, { field: "/customer/id", message: "c" }];
  assert.deepEqual(refusals(errors), { draft: 1, fields: { "context/amount": "b", "customer/id": "c" } });
});

test("while somebody types one question is under way, and the last word is asked for", async () => {
  const timers = [];
  const asked = [];
  const clock = { setTimeout: (run) => timers.push(run) - 1, clearTimeout: (i) => (timers[i] = null) };
  let release;
  const turns = createTurns(() => new Promise((resolve) => (asked.push(1), (release = resolve))), { clock });
  const pause = () => timers.splice(0).forEach((run) => run?.());
  turns.soon();
  turns.soon();
  pause();
  assert.equal(asked.length, 1, "two changes within the pause are one question");
  turns.soon();
  pause();
  turns.soon();
  pause();
  assert.equal(asked.length, 1, "never two at a time");
  release();
  await settled();
  assert.equal(asked.length, 2, "what changed meanwhile is asked for, once");
  release();
  await settled();
  assert.equal(asked.length, 2);
  turns.stop();
  turns.soon();
  pause();
  assert.equal(asked.length, 2, "nothing more after the end");
});

test("a check sends all work streams with the draft in its place, as a plan that changes nothing", async () => {
  const sent = [];
  const api = {
    list: async () => ({ value: [{ id: "chat", name: "Chat", warnings: [] }, { id: "other", name: "Other", warnings: [{ field: "/x" }] }] }),
    put: async (path, body) => (sent.push([path, body]), { value: { warnings: [{ field: "/work_streams/chat/routing_rules/1", code: "shadowed_rule", message: "" }, { field: "/work_streams/chat2/fallback_queue_id", code: "x", message: "" }] } }),
  };
  const found = await checkWorkStream(api, "chat", { name: "Draft" });
  assert.deepEqual(sent, [["/v1/configuration?plan=true", { work_streams: { chat: { name: "Draft" }, other: { name: "Other" } } }]]);
  assert.deepEqual(found, { errors: {}, warnings: [{ field: "/routing_rules/1", code: "shadowed_rule", message: "" }] });
});

test("findings are handed to the part that they are about", () => {
  assert.deepEqual(within("/routing_rules", [{ field: "/routing_rules/1" }, { field: "/routing_rules_2/1" }, { field: "/routing_rules" }]), [{ field: "/1" }, { field: "" }]);
  assert.deepEqual(errorsWithin("/routing_rules", { "/routing_rules/0/name": "blank", "/name": "blank" }), { "/0/name": "blank" });
});

test("a warning leads to the rules where it is about one, else to the form", () => {
  const stream = { id: "chat", name: "Chat", routing_rules: [{ name: "gold" }, { name: "golden" }], classification: [{ name: "plans", rules: [{ name: "pro" }] }] };
  assert.deepEqual(whereOf("chat", "/routing_rules/1"), ["flow", "rules", "chat"]);
  assert.deepEqual(whereOf("chat", "/fallback_queue_id"), ["work-streams", "chat"]);
  assert.equal(placeText(stream, "/routing_rules/1/route_to/queue_id"), "Rule golden");
  assert.equal(placeText(stream, "/classification/0/rules/0"), "Rule pro of plans");
  assert.equal(placeText(stream, "/fallback_queue_id"), "Fallback queue");
  assert.deepEqual(namesAt(stream, "/classification/0/rules/0"), ["pro"]);
});

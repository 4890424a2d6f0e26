/* Owns the proof of what the supervisor's page asks for: lists, simulating again, the one change of a what-if, and what a change did. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf } from "../../../static/js/supervisor/simulate-again.js";
import { linesOf } from "../../../static/js/supervisor/story-timeline.js";
import { queriesOf } from "../../../static/js/supervisor/story-query.js";
import { section, serve } from "../../../static/js/supervisor/whatif-change.js";
import { differenceOf, figureText } from "../../../static/js/supervisor/whatif-table.js";

const NOW = Date.UTC(2026, 10, 21, 12);
const NONE = { queue_id: null, agent_id: null, work_stream_id: null, customer_id: "" };

test("all_unfinished_is_a_question_a_state_and_any_is_one_without", () => {
  assert.deepEqual(queriesOf({ state: "unfinished", period: "any", ...NONE }, NOW), ["state=open", "state=active", "state=waiting", "state=wrap_up"]);
  assert.deepEqual(queriesOf({ state: "any", period: "day", ...NONE, queue_id: "vip" }, NOW), ["queue_id=vip&from=2026-11-20T12%3A00%3A00.000Z"]);
  assert.deepEqual(queriesOf({ state: "closed", period: "hour", ...NONE, customer_id: "c 1" }, NOW), ["customer_id=c+1&from=2026-11-21T11%3A00%3A00.000Z&state=closed"]);
});

test("what_classification_wrote_is_not_said_again_when_a_conversation_is_decided_anew", () => {
  const conversation = { channel_id: "web", customer: { id: null, name: "Maria", email: null }, context: { topic: "pro", tier: "gold" } };
  const events = [
    { data: { skills: [{ skill_id: "german", min_level: 3 }, { skill_id: "tax", min_level: 1 }] } },
    { data: { classified: { variables: { tier: "gold" }, skills: [{ skill_id: "german" }] } } },
  ];
  assert.deepEqual(bodyOf(conversation, events), { channel_id: "web", context: { topic: "pro" }, skills: [{ skill_id: "tax", min_level: 1 }], customer: { name: "Maria" } });
  assert.deepEqual(bodyOf({ channel_id: "web" }, []), { channel_id: "web", context: {} });
});

test("a_change_keeps_everything_else_of_its_section_and_sends_nothing_that_is_read_only", () => {
  const agents = [{ id: "ana", name: "Ana", capacity: 3, queue_ids: ["vip"], runtime: { presence: "away" } }, { id: "ben", name: "Ben", capacity: 3 }];
  const changed = section(agents, ({ id }) => (id === "ben" ? { capacity: 5 } : null));
  assert.deepEqual(changed, { ana: { name: "Ana", capacity: 3, queue_ids: ["vip"] }, ben: { name: "Ben", capacity: 5 } });
  const served = serve({ agents, queues: [], work_streams: [] }, "vip", ["ben"]).agents;
  assert.deepEqual([served.ana.queue_ids, served.ben.queue_ids], [[], ["vip"]]);
});

test("a_difference_says_whether_it_is_good_where_that_can_be_said", () => {
  const wait = { id: "wait_p50_ms", kind: "ms", better: -1 };
  assert.deepEqual(differenceOf(12_000, 4_500, wait), { text: "−7.5 s", verdict: "better" });
  assert.deepEqual(differenceOf(4_500, 12_000, wait), { text: "+7.5 s", verdict: "worse" });
  assert.deepEqual(differenceOf(4_500, 4_510, wait), { text: "same", verdict: "same" });
  assert.deepEqual(differenceOf(null, 4_510, wait), { text: "–", verdict: "" });
  assert.deepEqual(differenceOf(1, 3, { id: "handled", kind: "count", better: 0 }), { text: "+2", verdict: "" });
  assert.equal(figureText(0.875, "share"), "87.5%");
  assert.equal(figureText(125_000, "ms"), "2 min");
});

test("days_stand_between_entries_and_a_line_is_drawn_anew_when_its_words_change", () => {
  const entry = (key, at, text) => ({ key, at, text, mark: "info", by: "", message: null, decisions: [] });
  const day = (n) => new Date(2026, 10, n, 12).toISOString();
  const before = linesOf([entry("event 1", day(20), "agent ana"), entry("event 2", day(21), "b")]);
  assert.deepEqual(before.map(({ key }) => key.split(" ")[0]), ["day", "event", "day", "event"]);
  const after = linesOf([entry("event 1", day(20), "agent Ana"), entry("event 2", day(21), "b")]);
  assert.deepEqual(before.map(({ key }, i) => key === after[i].key), [true, false, true, true]);
});

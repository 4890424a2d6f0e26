/* Owns the proof that decision records, as a server gave them, are told in plain words. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fullText, timeText } from "../../../static/js/lib/format.js";
import { explain, momentText, outcomeText } from "../../../static/js/lib/explain.js";
import { entriesOf, timesOf } from "../../../static/js/lib/story-entries.js";

const real = JSON.parse(readFileSync(new URL("decisions.json", import.meta.url), "utf8"));
const NAMES = { queues: { support: "Support", vip: "VIP", sales: "Sales", full: "Full desk", night: "Night", closed: "Closed desk" }, agents: { ana: "Ana", ben: "Ben", cleo: "Cleo" } };
const SPLIT = [{ name: "split", route_to: { split: [{ queue_id: "sales", percent: 30 }, { queue_id: "vip", percent: 70 }] } }];
const resources = { agents: { ben: { capacity: 100 } }, queues: {}, work_streams: { "web-push": { routing_rules: SPLIT } } };
const names = { of: (kind, id) => NAMES[kind]?.[id] ?? id ?? "", resources };
const method = (queue, assignment_method) => ({ ...names, resources: { ...resources, queues: { [queue]: { assignment_method } } } });
const told = (decision, known = names, facts = { units: 1, work_stream_id: "web-push" }) => explain(decision, known, facts).map(({ text }) => text);

test("the_rule_that_matched_says_what_it_read_and_the_others_why_not", () => {
  assert.deepEqual(told(real.gold), [
    "Classification “plans”, rule 1 “pro” did not match: topic = billing",
    "Rule 1 “gold” matched because tier = gold",
    "To queue VIP",
    "Ana passed over: presence does not take conversations",
    "Ben chosen: nobody else can take it (100 of 100 free)",
  ]);
  assert.equal(told(real.nobody)[1], "Rule 1 “gold” did not match: tier is not known");
});

test("a_moment_of_another_day_says_which", () => {
  const at = (day, hour) => new Date(2026, 10, day, hour).toISOString();
  assert.equal(momentText(at(21, 9), at(21, 10)), timeText(at(21, 9)));
  assert.equal(momentText(at(20, 23), at(21, 0)), fullText(at(20, 23)));
});

test("a_customer_who_leaves_through_a_backend_has_left_by_nobody", () => {
  const event = (type, data) => ({ seq: 1, type, at: "2026-11-21T10:00:00.000Z", by: { kind: "backend", id: null }, data });
  const by = (type, data) => entriesOf([event(type, data)], [], names)[0].by;
  assert.deepEqual([by("closed", { reason: "customer_ended" }), by("wrap_up", { by_customer: true }), by("closed", { reason: "resolved" })], ["", "", "by the backend"]);
});

test("without_a_rule_the_fallback_queue_is_named_with_its_reason", () => {
  assert.ok(told(real.nobody).includes("No rule matched: fallback queue Support"));
  assert.ok(told({ ...real.gold, fallback: true, reason: "unknown_queue" }).includes("The rule's queue does not exist any more: fallback queue VIP"));
});

test("nobody_chosen_says_who_was_passed_over_and_that_it_waits", () => {
  assert.deepEqual(told(real.nobody).slice(-3), ["Ana passed over: not connected", "Ben passed over: not connected", "Nobody can take it now: it waits in line"]);
  assert.deepEqual(told(real.transferred), ["Nobody serves Night: it waits in line"]);
});

test("capacity_is_told_apart_from_too_many_offers", () => {
  assert.deepEqual(told(real.rerouted.at(-1)).slice(-3, -1), ["Ana passed over: no capacity (0 free, 1 needed)", "Ben passed over: as many offers open as may be"]);
  assert.equal(told(real.refused)[0], "Ana passed over: presence does not take conversations");
  assert.ok(told(real.refused).includes("Ben passed over: refused it a moment ago"));
});

test("skills_that_are_asked_for_and_what_classification_wrote_are_told", () => {
  const words = told(real.skill);
  assert.ok(words.includes("Classification wrote: tier = gold, priority +50, german (level 3 or more)"), words.join("\n"));
  assert.ok(words.includes("Asks for skills: german (level 3 or more)"));
  assert.ok(words.includes("Ben passed over: a skill is missing"));
  assert.equal(told(real.relaxed)[0], "Skills relaxed by 1 step, because it waited");
});

test("a_split_says_the_share_that_was_drawn_where_the_rule_is_still_configured", () => {
  assert.ok(told(real.split).includes("To queue Sales, drawn: 30 % of the rule's split"));
  assert.ok(told(real.split, names, {}).includes("To queue Sales"));
});

test("an_overflow_tells_each_item_and_where_it_went", () => {
  assert.deepEqual(told(real.overflowed[1]), [
    "Overflow of Full desk: open, 1 other waits, waited 0 s",
    "Overflow rule 1, after 600 s: does not apply",
    "Overflow rule 2, when 1 other waits: applies",
    "Moved from Full desk to queue Night",
  ]);
  assert.equal(outcomeText(real.overflowed[1], names), "Moved from Full desk to queue Night");
  assert.equal(told(real.overflowed[0]).at(-1), "To queue Full desk", "who is looked for is another record");
  for (const [outcome, text] of [["ended", "Ended by the overflow of Full desk"], ["stays", "Stays in Full desk"], ["assign_anyway", "Full desk takes it although it is closed"]]) {
    const [trace] = real.overflowed[1].overflow;
    assert.equal(outcomeText({ ...real.overflowed[1], overflow: [{ ...trace, outcome, to_queue_id: null }] }, names), text);
  }
});

test("a_closed_queue_keeps_it_until_its_hours", () => {
  assert.equal(told(real.out_of_hours).at(-1), "Closed desk is closed: it waits until the hours begin");
});

test("a_rule_that_names_an_agent_says_so_and_who_got_it_instead", () => {
  const words = told(real.rule_agent);
  assert.ok(words.includes("The rule gives it to Ana first"));
  assert.equal(words.at(-1), "Ben chosen: nobody else can take it (100 of 100 free)");
  const first = { ...real.rule_agent, winner: "ana" };
  assert.equal(outcomeText(first, names), "Ana chosen: named by the rule");
});

test("people_who_took_or_gave_it_are_told_as_such", () => {
  assert.equal(outcomeText(real.picked, names), "Ben took it from the list");
  assert.equal(outcomeText(real.assigned, names), "A supervisor gave it to Ben");
});

test("of_several_the_queues_method_says_why_this_one", () => {
  const scores = (free_units, active, idle_since, last_offered_at) => ({ free_units, in_work_stream: 0, active, idle_since, last_offered_at });
  const early = "2026-11-21T09:00:00.000Z";
  const late = "2026-11-21T10:00:00.000Z";
  const of = (agent_id, values) => ({ agent_id, eligible: true, reason: null, scores: values });
  const decision = { ...real.agent_available, queue_id: "vip", passed_over: {}, winner: "ben", candidates: [of("ben", scores(60, 1, early, early)), of("ana", scores(20, 2, late, late))] };
  const why = (name) => outcomeText(decision, method("vip", name));
  assert.equal(why("highest_capacity"), "Ben chosen: most free units (60 of 100 free)");
  assert.match(why("round_robin"), /^Ben chosen: longest without an offer from this queue \(since /);
  assert.match(why("longest_idle"), /^Ben chosen: idle the longest \(since /);
  assert.equal(why("least_active"), "Ben chosen: fewest conversations (1)");
  assert.equal(outcomeText(decision, names), "Ben chosen: first in the queue's order");
  assert.ok(told(decision).includes("Could also take it: Ana (20 free)"));
  const nearer = { ...decision, winner: "ana" };
  assert.equal(outcomeText(nearer, method("vip", "highest_capacity")), "Ana chosen: the skills fit best");
});

test("agents_of_one_reason_beyond_four_are_counted", () => {
  const of = (agent_id) => ({ agent_id, eligible: false, reason: "not_connected", scores: real.nobody.candidates[0].scores });
  const many = { ...real.nobody, candidates: ["a", "b", "c", "d", "e", "f"].map(of), passed_over: { not_connected: 60 } };
  const words = told(many).filter((text) => text.includes("not connected"));
  assert.deepEqual([words.length, words[0], words[4]], [5, "a passed over: not connected", "56 more passed over: not connected"]);
});

test("the_simulated_record_reads_like_any_other", () => {
  const words = told(real.simulated);
  assert.ok(words.includes("Rule 1 “gold” matched because tier = gold") && words.includes("To queue VIP"), words.join("\n"));
});

test("events_and_decisions_are_one_story_in_order", () => {
  const decisions = [real.gold, real.refused];
  const entries = entriesOf(real.gold_events, decisions, names);
  assert.deepEqual(entries.map(({ text }) => text), ["Maria Schneider wrote over Live chat", "Rule “gold” sent it to VIP", "Offered to Ben", "Ben declined", "Nobody could take it"]);
  assert.deepEqual(entries.map((entry) => entry.decisions.map(({ id }) => id)), [[], [], [real.gold.id], [], [real.refused.id]]);
  const given = entriesOf(real.assigned_events, [real.out_of_hours, real.assigned], names).at(-1);
  assert.equal(given.text, "Ben has it, after 0 s, given by a supervisor");
  assert.equal(given.by, "by the administrator");
});

test("a_routing_that_no_event_names_stands_at_its_routing_and_any_other_by_its_time", () => {
  const events = [real.gold_events[0], { ...real.gold_events[1], at: real.overflowed[0].at }];
  const [, routed, own] = entriesOf(events, [real.overflowed[0], real.overflowed[2]], names);
  assert.deepEqual(routed.decisions, [real.overflowed[0]]);
  assert.deepEqual([own.text, own.decisions], ["Another queue overflowed", [real.overflowed[2]]]);
});

test("times_say_how_long_it_waited_and_was_with_agents", () => {
  const at = (s) => new Date(Date.UTC(2026, 10, 21) + s * 1000).toISOString();
  const events = [["conversation.created", 0], ["assigned", 12], ["closed", 72]].map(([type, s], i) => ({ seq: i + 1, type, at: at(s), by: {}, data: {} }));
  assert.deepEqual(timesOf(events, 0), { waited_ms: 12_000, waits: false, took_ms: 60_000, over: true });
  assert.deepEqual(timesOf(events.slice(0, 1), Date.parse(at(5))), { waited_ms: 5_000, waits: true, took_ms: null, over: false });
});

/* Owns the proof of the pick list: its changes, search and order. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, noteOf, pushedStreams } from "../../../static/js/agent/state-lists.js";
import { initialState, reduce } from "../../../static/js/agent/state.js";
import { conversation } from "../helpers/frames.mjs";

const item = (id, values = {}) => conversation({ id, state: "open", agent_id: null, ...values });
const ids = (items) => items.map((each) => each.id);

test("changes_add_replace_and_take_away", () => {
  const frames = [
    { type: "pick_list.snapshot", items: [item("a"), item("b")], total: 2 },
    { type: "pick_list.changed", added: [item("c")], changed: [item("a", { version: 9, priority: 5 })], removed: ["b"], total: 2 },
  ];
  const { pick } = frames.reduce((state, frame) => reduce(state, { at_ms: 1, ...frame }), initialState());
  assert.deepEqual([Object.keys(pick.items).sort(), pick.items.a.priority, pick.total], [["a", "c"], 5, 2]);
});

test("the_total_follows_where_the_server_sends_none", () => {
  const frames = [
    { type: "pick_list.snapshot", items: [item("a")], total: 700 },
    { type: "pick_list.changed", added: [item("b")], changed: [], removed: [] },
  ];
  assert.equal(frames.reduce((state, frame) => reduce(state, { at_ms: 1, ...frame }), initialState()).pick.total, 701);
});

test("all_words_are_found_in_customer_queue_or_context", () => {
  const items = [item("a", { customer: { name: "Ines Aydin" }, context: { topic: "Invoice 12" } }), item("b", { queue_id: "sales" })];
  assert.deepEqual(ids(arrange(items, "invoice ines", "age")), ["a"]);
  assert.deepEqual(ids(arrange(items, "SALES", "age")), ["b"]);
  assert.deepEqual(ids(arrange(items, "sales invoice", "age")), []);
});

test("order_is_by_choice_then_age_then_id", () => {
  const items = [
    item("c", { queued_at: "2026-11-21T09:00:02.000Z", priority: 5 }),
    item("b", { queued_at: "2026-11-21T09:00:01.000Z" }),
    item("a", { queued_at: "2026-11-21T09:00:01.000Z" }),
  ];
  assert.deepEqual(ids(arrange(items, "", "age")), ["a", "b", "c"]);
  assert.deepEqual(ids(arrange(items, "", "newest")), ["c", "a", "b"]);
  assert.deepEqual(ids(arrange(items, "", "priority")), ["c", "a", "b"]);
});

test("a_search_among_five_hundred_items_reads_each_once", () => {
  let reads = 0;
  const items = Array.from({ length: 500 }, (_, i) => Object.defineProperty(item(`i${i}`), "context", { get: () => ((reads += 1), { topic: `Topic ${i}` }) }));
  assert.deepEqual(ids(arrange(items, "maria topic 499", "age")), ["i499"]);
  assert.equal(reads, 500);
});

const directory = {
  ...initialState().directory, loaded: true, version: 1,
  queues: { support: { id: "support", name: "Zeta" }, sales: { id: "sales", name: "Alpha" } },
  agents: { ben: { id: "ben", name: "Ben" } },
  work_streams: { "web-push": { id: "web-push", name: "Web", mode: "push", select_from_push: false }, "web-pick": { id: "web-pick", name: "Lists", mode: "pick", select_from_push: false }, open: { id: "open", name: "Both", mode: "push", select_from_push: true } },
};
const names = { directory };

test("queues_and_work_streams_are_found_and_ordered_by_name_not_by_id", () => {
  const items = [item("a", { work_stream_id: "web-push" }), item("b", { queue_id: "sales", work_stream_id: "web-pick" })];
  assert.deepEqual(ids(arrange(items, "alpha", "age", { names })), ["b"]);
  assert.deepEqual(ids(arrange(items, "", "queue", { names })), ["b", "a"]);
  assert.deepEqual(ids(arrange(items, "", "work_stream", { names })), ["b", "a"]);
  assert.deepEqual(ids(arrange(items, "", "mode", { names })), ["b", "a"]);
});

test("a_filter_leaves_what_is_of_its_queue_and_work_stream", () => {
  const items = [item("a"), item("b", { queue_id: "sales" }), item("c", { queue_id: "sales", work_stream_id: "web-pick" })];
  assert.deepEqual(ids(arrange(items, "", "age", { queue_id: "sales" })), ["b", "c"]);
  assert.deepEqual(ids(arrange(items, "", "age", { queue_id: "sales", work_stream_id: "web-pick" })), ["c"]);
});

test("an_item_says_to_whom_it_is_on_offer_or_that_nobody_was_found", () => {
  const state = { directory, agent: { id: "ana", name: "Ana" } };
  const offer = (agent_id) => ({ offer: { id: "o", agent_id, expires_at: "" }, work_stream_id: "open" });
  assert.deepEqual([noteOf(item("a", offer("ben")), state), noteOf(item("a", offer("ana")), state)], ["on offer to Ben", "on offer to you"]);
  assert.deepEqual([noteOf(item("a", { work_stream_id: "web-pick" }), state), noteOf(item("a", { work_stream_id: "open" }), state)], ["", ""]);
  assert.equal(noteOf(item("a", { work_stream_id: "web-push" }), state), "the system found nobody for it");
  assert.deepEqual(pushedStreams(directory), ["Web"]);
});

test("a_list_that_failed_is_whole_again_with_the_next_snapshot", () => {
  const failed = reduce(initialState(), { type: "local.pick_failed", failed: true, at_ms: 1 });
  assert.equal(failed.pick.failed, true);
  assert.equal(reduce(failed, { type: "pick_list.snapshot", items: [], total: 0, at_ms: 1 }).pick.failed, false);
});

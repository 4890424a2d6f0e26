/* Owns the proof of the pick list: its changes, search and order. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange } from "../../../static/js/agent/state-lists.js";
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

test("five_hundred_items_are_arranged_within_a_frame", () => {
  const items = Array.from({ length: 500 }, (_, i) => item(`i${i}`, { queued_at: new Date(1e12 + ((i * 7919) % 500)).toISOString() }));
  const started = performance.now();
  arrange(items, "maria", "age");
  assert.ok(performance.now() - started < 50);
});

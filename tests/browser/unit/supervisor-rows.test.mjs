/* Owns the proof of what the board shows of the state: rows that keep their identity, totals, names that are read when an id is new. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { allQuarters, createRows, totalsOf } from "../../../static/js/supervisor/board-rows.js";
import { createNames } from "../../../static/js/supervisor/state-names.js";
import { initialState } from "../../../static/js/supervisor/state.js";

const NOW_MS = Date.parse("2026-11-21T10:00:30.000Z");
const served = (values = {}) => ({ waiting: 0, on_offer: 0, active: 0, waiting_for_customer: 0, wrap_up: 0, waiting_since: null, agents_connected: 1, agents_eligible: 1, ...values });
const manned = (values = {}) => ({ presence: "available", base_presence: "available", connected: true, capacity_units: 3, used_units: 1, on_offer: 0, active: 1, waiting_for_customer: 0, wrap_up: 0, ...values });

/** Names whose server has these, and which say what they asked for. */
function namesOf(collections) {
  const asked = [];
  const later = [];
  const list = async (path) => {
    asked.push(path);
    const items = collections[path];
    if (!items) throw new Error("not there");
    return items;
  };
  return { names: createNames(list, { setTimeout: (run) => later.push(run) }), asked, later };
}

const ALL = { "/v1/queues": [{ id: "q2", name: "Alpha" }, { id: "q10", name: "Beta 10" }, { id: "q1", name: "Beta 9", service_level_seconds: 20 }], "/v1/agents": [{ id: "ana", name: "Ana", queue_ids: ["q2"] }], "/v1/work-streams": [], "/v1/presences": [{ id: "lunch", text: "Lunch", base: "away" }, { id: "away", text: "Away", base: "away" }, { id: "available", text: "Available", base: "available" }] };

test("rows_stand_by_name_and_keep_their_identity_while_nothing_of_them_changes", async () => {
  const { names } = namesOf(ALL);
  await names.read();
  const rows = createRows(names);
  const state = { ...initialState(), queues: { q1: served({ waiting: 1 }), q10: served(), q2: served() }, agents: { ana: manned({ presence: "lunch" }) } };
  const first = rows.queues(state, NOW_MS);
  assert.deepEqual(first.map(({ name, target_s }) => [name, target_s]), [["Alpha", null], ["Beta 9", 20], ["Beta 10", null]]);
  const next = rows.queues({ ...state, queues: { ...state.queues, q1: served({ waiting: 2 }) } }, NOW_MS + 1000);
  assert.deepEqual(next.map((row, i) => row === first[i]), [true, false, true]);
  assert.deepEqual(rows.queues(state, NOW_MS + 60_000).map((row) => next.includes(row)), [false, false, false], "charts move on with the minute");
  assert.deepEqual(rows.agents(state).map(({ presence, queue_ids }) => [presence, queue_ids]), [["Lunch", ["q2"]]]);
});

test("totals_count_each_agent_once_and_weigh_the_service_level_by_what_was_rated", () => {
  const figures = { status: "ready", hour: {}, today: { agents: {}, work_streams: {}, queues: {
    a: { answered: 9, abandoned: 1, within_service_level: 8, service_level: 0.8 },
    b: { answered: 2, abandoned: 0, within_service_level: 0, service_level: 0 },
    c: { answered: 5, abandoned: 3, within_service_level: null, service_level: null },
  } } };
  const queues = { a: served({ waiting: 2, waiting_since: "2026-11-21T09:59:00.000Z" }), b: served({ on_offer: 1, waiting_since: "2026-11-21T09:58:00.000Z" }) };
  const agents = { ana: manned(), ben: manned({ used_units: 5 }), cleo: manned({ connected: false }) };
  const sum = totalsOf(/** @type {any} */ ({ ...initialState(), queues, agents, figures }));
  assert.deepEqual([sum.waiting, sum.on_offer, sum.since], [2, 1, "2026-11-21T09:58:00.000Z"]);
  assert.deepEqual([sum.agents, sum.connected, sum.free_units], [3, 2, 2]);
  assert.deepEqual([sum.answered, sum.abandoned, sum.abandon_rate, sum.service_level], [16, 4, 0.2, 8 / 12]);
});

test("the_quarter_hours_of_all_queues_are_added_up_by_their_time", () => {
  const quarter = (from, arrived, answered) => ({ from, to: `${from}+`, arrived, answered });
  assert.deepEqual(allQuarters({ a: [quarter("1", 1, 0), quarter("2", 2, 1)], b: [quarter("2", 3, 3)] }), [quarter("1", 1, 0), quarter("2", 5, 4)]);
});

test("names_are_read_again_for_an_id_that_is_new_and_once_only_for_one_that_nobody_knows", async () => {
  const { names, asked, later } = namesOf({ ...ALL });
  names.need("queues", ["q1", "ghost"]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.length, 4);
  assert.deepEqual([names.of("queues", "q1"), names.of("queues", "ghost"), names.of("queues", null)], ["Beta 9", "ghost", ""]);
  later.shift()();
  names.need("queues", ["q1", "ghost"]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.length, 4, "a ghost is not looked for again");
  names.need("agents", ["zoe"]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(asked.length, 8);
});

test("what_is_asked_for_while_names_are_read_is_read_a_while_later", async () => {
  const { names, asked, later } = namesOf({ ...ALL });
  let told = 0;
  names.onChange(() => (told += 1));
  const first = names.read();
  names.need("queues", ["new"]);
  await first;
  assert.deepEqual([asked.length, told], [4, 1]);
  later.shift()();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([asked.length, told], [8, 2]);
});

test("names_that_say_the_same_when_they_are_read_again_change_nothing", async () => {
  const fresh = { ...ALL };
  const { names, later } = namesOf(fresh);
  await names.read();
  const [version, ana] = [names.version, names.resources.agents.ana];
  fresh["/v1/agents"] = [{ id: "ana", name: "Ana", queue_ids: ["q2"], runtime: { presence: "away" } }];
  later.shift()();
  await names.read();
  assert.deepEqual([names.version, names.resources.agents.ana === ana], [version, true]);
  fresh["/v1/agents"] = [{ id: "ana", name: "Anna", queue_ids: ["q2"] }];
  later.shift()();
  await names.read();
  assert.deepEqual([names.version, names.of("agents", "ana")], [version + 1, "Anna"]);
  fresh["/v1/agents"] = [];
  later.shift()();
  await names.read();
  assert.deepEqual([names.version, names.resources.agents], [version + 2, {}]);
});

test("a_collection_that_cannot_be_read_leaves_the_others_and_the_base_presences_come_first", async () => {
  const { names } = namesOf({ ...ALL, "/v1/agents": undefined });
  await names.read();
  assert.deepEqual([names.of("agents", "ana"), names.of("queues", "q2")], ["ana", "Alpha"]);
  assert.deepEqual(names.choices.map(({ id }) => id), ["available", "away", "lunch"]);
});

/* Owns the proof of the supervisor's reducer: the board as it is pushed, trails, figures, alarms, and how old it all is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmText, createAlarmTeller } from "../../../static/js/supervisor/board-alarm-words.js";
import { MAX_NOTICES, SILENT_MS, initialState, reduce } from "../../../static/js/supervisor/state.js";
import { TRAIL_MINUTES, minutes, walk } from "../../../static/js/supervisor/state-trail.js";

const NOW = "2026-11-21T10:00:00.000Z";
const NOW_MS = Date.parse(NOW);
const at = (/** @type {number} */ seconds) => new Date(NOW_MS + seconds * 1000).toISOString();

const served = (values = {}) => ({ waiting: 0, on_offer: 0, active: 0, waiting_for_customer: 0, wrap_up: 0, waiting_since: null, agents_connected: 1, agents_eligible: 1, ...values });
const manned = (values = {}) => ({ presence: "available", base_presence: "available", connected: true, status_since: NOW, capacity_units: 3, used_units: 0, load: 0, on_offer: 0, active: 0, waiting_for_customer: 0, wrap_up: 0, ...values });
const queue = (queue_id, values) => ({ queue_id, now: served(values) });
const agent = (agent_id, values) => ({ agent_id, now: manned(values) });

function welcome(values = {}) {
  return { type: "welcome", at_ms: 1000, as_of: NOW, server_time: NOW, queues: [queue("support"), queue("sales")], agents: [agent("ana")], work_streams: [{ work_stream_id: "web", now: served() }], ...values };
}

const changed = (values = {}) => ({ type: "stats.changed", as_of: at(30), queues: [], agents: [], work_streams: [], ...values });
const connection = (phase, code = null) => ({ type: "local.connection", connection: { phase, code, retry_in_ms: null } });

/** The state after these frames, starting connected. */
function after(...frames) {
  return [welcome(), connection("open"), ...frames].reduce((state, frame) => reduce(state, { at_ms: 2000, ...frame }), initialState());
}

test("a_welcome_is_the_whole_board_and_forgets_who_is_not_in_it", () => {
  const state = after(welcome({ queues: [queue("vip")], agents: [], work_streams: [] }));
  assert.deepEqual([Object.keys(state.queues), Object.keys(state.agents), Object.keys(state.work_streams)], [["vip"], [], []]);
  assert.deepEqual(Object.keys(state.trails).sort(), ["", "vip"]);
});

test("what_changed_is_put_in_whole_and_the_rest_keeps_its_identity", () => {
  const before = after();
  const state = reduce(before, { at_ms: 3000, ...changed({ queues: [queue("support", { waiting: 2, waiting_since: NOW })], agents: [agent("ben")] }) });
  assert.equal(state.queues.support.waiting, 2);
  assert.equal(state.queues.sales, before.queues.sales);
  assert.equal(state.agents.ana, before.agents.ana);
  assert.deepEqual(Object.keys(state.agents), ["ana", "ben"]);
  assert.equal(state.work_streams, before.work_streams);
  assert.equal(state.as_of_ms, NOW_MS + 30_000);
});

test("what_was_deleted_leaves_the_board_and_its_trail_goes_with_it", () => {
  const state = after(changed({ removed: { queue_ids: ["sales", "unknown"], agent_ids: ["ana"], work_stream_ids: ["web"] } }));
  assert.deepEqual([Object.keys(state.queues), Object.keys(state.agents), Object.keys(state.work_streams)], [["support"], [], []]);
  assert.equal(state.trails.sales, undefined);
});

test("a_change_before_any_welcome_changes_nothing", () => {
  const state = initialState();
  assert.equal(reduce(state, { at_ms: 1, ...changed({ queues: [queue("support")] }) }), state);
});

test("the_trail_has_the_highest_of_each_minute_for_a_queue_and_for_all", () => {
  const waits = (seconds, id, n) => changed({ as_of: at(seconds), queues: [queue(id, { waiting: n - 1, on_offer: 1 })] });
  const state = after(waits(10, "support", 4), waits(20, "support", 2), waits(70, "sales", 3), changed({ as_of: at(125), queues: [queue("support")] }));
  assert.deepEqual(minutes(state.trails.support, NOW_MS + 125_000).slice(-4), [null, 4, 2, 2]);
  assert.deepEqual(minutes(state.trails[""], NOW_MS + 125_000).slice(-3), [4, 5, 5]);
});

test("minutes_that_nobody_watched_are_unknown", () => {
  const lost = { at_ms: 1000 + 60_000, ...connection("lost", 1006) };
  const state = after(lost, welcome({ at_ms: 241_000, server_time: at(240), as_of: at(240) }));
  assert.deepEqual(minutes(state.trails.support, NOW_MS + 300_000).slice(-7), [null, 0, 0, null, null, 0, 0]);
});

test("a_trail_is_kept_for_an_hour_and_no_longer", () => {
  let trail = /** @type {any} */ ([]);
  for (let i = 0; i < 200; i++) trail = walk(trail, NOW_MS + i * 60_000, i);
  assert.ok(trail.length <= TRAIL_MINUTES + 1);
  const line = minutes(trail, NOW_MS + 199 * 60_000);
  assert.deepEqual([line.length, line[0], line.at(-1)], [TRAIL_MINUTES, 140, 199]);
  assert.deepEqual(minutes(trail, NOW_MS + 500 * 60_000), Array(TRAIL_MINUTES).fill(199), "nothing changed since");
});

test("after_a_close_the_board_is_as_of_the_loss_and_after_silence_as_of_what_was_certainly_heard", () => {
  const closed = after({ at_ms: 1000 + 60_000, ...connection("lost", 1006) });
  assert.equal(closed.as_of_ms, NOW_MS + 60_000);
  const silent = after({ at_ms: 1000 + 60_000, ...connection("lost") });
  assert.equal(silent.as_of_ms, NOW_MS + 60_000 - SILENT_MS);
  const early = after({ at_ms: 1000 + 5_000, ...connection("lost") });
  assert.equal(early.as_of_ms, NOW_MS, "never before the last frame");
  const again = reduce(closed, { at_ms: 90_000, ...connection("connecting") });
  assert.equal(again.as_of_ms, closed.as_of_ms, "trying again makes it no younger");
});

test("figures_that_say_the_same_keep_their_identity_and_agents_figures_stay_between_their_readings", () => {
  const figures = (queues, agents) => ({ type: "local.figures", today: { queues, work_streams: {}, ...(agents ? { agents } : {}) }, hour: { support: [{ from: NOW, to: at(900), arrived: 1 }] } });
  const first = after(figures({ support: { answered: 1 } }, { ana: { handled: 2 } }));
  const next = reduce(first, { at_ms: 1, ...figures({ support: { answered: 1 }, sales: { answered: 3 } }) });
  assert.equal(next.figures.today.queues.support, first.figures.today.queues.support);
  assert.equal(next.figures.hour.support, first.figures.hour.support);
  assert.equal(next.figures.today.agents, first.figures.today.agents);
  assert.equal(next.figures.today.queues.sales.answered, 3);
  assert.deepEqual([next.figures.status, reduce(next, { at_ms: 1, type: "local.figures_failed" }).figures.status], ["ready", "failed"]);
});

test("an_alarm_is_kept_counts_up_when_it_comes_again_and_is_new_until_it_was_looked_at", () => {
  const notice = (code, at_ms) => ({ type: "notice", level: "warning", code, text: code, at_ms });
  const raised = after(notice("a", 1000), notice("b", 2000), { type: "local.alarms_seen" }, notice("a", 61_000));
  assert.deepEqual(raised.alarms.map(({ code, times, seen, at_ms }) => [code, times, seen, at_ms - NOW_MS]), [["a", 2, false, 60_000], ["b", 1, true, 1000]]);
  assert.deepEqual(reduce(raised, { at_ms: 1, type: "local.alarms_cleared" }).alarms, []);
  const many = Array.from({ length: MAX_NOTICES + 50 }, (_, i) => notice(`n${i}`, 1000));
  assert.equal(after(...many).alarms.length, MAX_NOTICES);
});

test("an_alarm_knows_its_queue_and_its_conversation_and_speaks_the_pages_language", () => {
  const raised = (code, text) => after({ type: "notice", level: "warning", code, text, at_ms: 1000 }).alarms[0];
  const late = raised("service_level_passed", "It waits. Queue: St. Pauli. Conversation: 01a1ff83-93c9-7e9e-847c-3c56f8b63bff.");
  assert.deepEqual([late.queue, late.conversation_id], ["St. Pauli", "01a1ff83-93c9-7e9e-847c-3c56f8b63bff"]);
  assert.match(alarmText(late), /^A conversation has waited .* Queue: St\. Pauli\.$/);
  assert.deepEqual(aboutIt(raised("queue_without_members", "Nobody. Queue: Night.")), ["Night", null]);
  assert.deepEqual(aboutIt(raised("parked", "A request failed. Please.")), [null, null]);
  assert.equal(alarmText(raised("brand_new", "Something new.")), "Something new.");
});

const aboutIt = ({ queue, conversation_id }) => [queue, conversation_id];

test("of_many_alarms_at_once_the_first_is_told_and_the_others_are_counted", () => {
  const said = [];
  const timers = [];
  const tell = createAlarmTeller((text) => said.push(text), (run) => timers.push(run));
  for (let i = 0; i < 5; i++) tell({ code: "x", text: `alarm ${i}`, queue: null });
  timers.shift()();
  assert.deepEqual(said, ["alarm 0", "4 more alarms have come."]);
  timers.shift()();
  assert.equal(timers.length, 0, "nothing came meanwhile: silence");
  tell({ code: "x", text: "later", queue: null });
  assert.equal(said.at(-1), "later");
});

test("reduce_changes_nothing_in_place_on_the_board", () => {
  const freeze = (value) => {
    if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  let state = freeze(initialState());
  const frames = [welcome(), connection("open"), changed({ queues: [queue("support", { waiting: 1 })], removed: { queue_ids: ["sales"] } }), { type: "notice", level: "error", code: "x", text: "x" }, connection("lost", 1006), welcome()];
  for (const frame of frames) state = freeze(reduce(state, { at_ms: 1, ...frame }));
});

test("a_queue_and_an_agent_may_have_the_id_constructor", () => {
  const state = after(changed({ as_of: at(60), queues: [queue("constructor", { waiting: 2 })], agents: [agent("constructor")] }));
  assert.equal(state.queues.constructor.waiting, 2);
  assert.equal(minutes(state.trails.constructor, NOW_MS + 60_000).at(-1), 2);
  const today = { constructor: { from: NOW, to: NOW, answered: 1 } };
  const told = reduce(state, { type: "local.figures", at_ms: 1, today: { queues: today }, hour: {} });
  assert.deepEqual(told.figures.today.queues, today);
  const gone = reduce(after(), { at_ms: 3000, ...changed({ removed: { queue_ids: ["constructor"] } }) });
  assert.deepEqual(Object.keys(gone.queues), ["support", "sales"]);
});

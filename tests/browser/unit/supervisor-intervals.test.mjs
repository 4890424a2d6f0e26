/* Owns the proof of statistics by interval: what is asked, what a column shows, what may be added up. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { byItem, byTime } from "../../../static/js/supervisor/intervals-chart.js";
import { COLUMNS, FIRST_COLUMNS, SUBJECTS, addsUp, chosenColumns, columnLabel, groupLabel, valueOf, valueText } from "../../../static/js/supervisor/intervals-columns.js";
import { daysAgo, daysOf, fileName, linesOf, pathOf } from "../../../static/js/supervisor/intervals-query.js";

const NOW_MS = new Date(2026, 10, 21, 15, 30).getTime();
const question = (values = {}) => /** @type {any} */ ({ subject: "queues", id: null, range: "today", first: "2026-11-21", last: "2026-11-21", interval: "15m", ...values });
const asked = (values) => Object.fromEntries(new URL(pathOf(question(values), NOW_MS), "http://host").searchParams);
const midnight = (day) => new Date(2026, 10, day).toISOString();

test("days_are_those_of_the_reader_and_a_day_that_is_not_over_ends_now", () => {
  assert.deepEqual(asked(), { interval: "15m", from: midnight(21) });
  assert.deepEqual(asked({ range: "yesterday", interval: "1h" }), { interval: "1h", from: midnight(20), to: midnight(21) });
  assert.deepEqual(asked({ range: "week", interval: "1d", id: "a b" }), { interval: "1d", from: midnight(15), id: "a b" });
  assert.deepEqual(asked({ range: "chosen", first: "2026-11-03", last: "2026-11-01" }), { interval: "15m", from: midnight(1), to: midnight(4) });
  assert.deepEqual(daysOf(question({ range: "month" }), NOW_MS), ["2026-10-23", "2026-11-21"]);
  assert.equal(daysAgo(NOW_MS, 21), "2026-10-31");
});

test("a_file_is_named_by_what_is_in_it", () => {
  assert.equal(fileName(question({ range: "week", interval: "1d" }), NOW_MS), "callboard-queues-2026-11-15-to-2026-11-21-1d.csv");
  assert.equal(fileName(question({ subject: "agents", id: "a/b" }), NOW_MS), "callboard-agents-a_b-2026-11-21-15m.csv");
});

test("every_column_has_words_and_so_has_every_group", () => {
  for (const subject of SUBJECTS) {
    for (const column of COLUMNS[subject]) {
      assert.notEqual(columnLabel(column), column.id, column.id);
      assert.ok(groupLabel(column.group), column.group);
    }
    assert.deepEqual(chosenColumns(subject, FIRST_COLUMNS[subject]).length, FIRST_COLUMNS[subject].length);
    assert.equal(new Set(COLUMNS[subject].map(({ id }) => id)).size, COLUMNS[subject].length);
  }
  assert.deepEqual(chosenColumns("agents", ["arrived", "handled"]).map(({ id }) => id), ["handled"], "agents have no arrivals");
});

test("a_column_is_the_path_of_its_value", () => {
  const interval = { arrived: 3, abandon_rate: null, closed: { agent_closed: 2, age_limit: 1 }, wait_seconds: { p90: 75 } };
  assert.deepEqual(["arrived", "abandon_rate", "closed", "wait_seconds.p90", "assignments.min"].map((id) => valueOf(interval, id)), [3, null, 3, 75, null]);
  assert.deepEqual([valueText(75, "seconds"), valueText(0.5, "share"), valueText(null, "count")], ["1:15", "50%", "–"]);
});

test("lines_stand_with_the_newest_first", () => {
  const items = [{ queue_id: "a", intervals: [{ from: "1" }, { from: "2" }] }, { queue_id: "b", intervals: [{ from: "1" }, { from: "2" }] }];
  assert.deepEqual(linesOf("queues", items).map(({ key }) => key), ["a 2", "b 2", "a 1", "b 1"]);
});

test("counts_of_several_are_added_up_and_shares_are_not", () => {
  const column = (id) => /** @type {any} */ (COLUMNS.queues.find((one) => one.id === id));
  const line = (id, from, values) => ({ key: `${id} ${from}`, id, interval: { from, to: from, ...values } });
  const lines = [line("a", "2026-11-21T10:15:00Z", { arrived: 1, abandon_rate: 0.5 }), line("b", "2026-11-21T10:15:00Z", { arrived: 2, abandon_rate: null }), line("a", "2026-11-21T10:00:00Z", { arrived: 4, abandon_rate: 1 })];
  assert.deepEqual(byTime(lines, column("arrived"), "15m", false)?.map(({ value }) => value), [4, 3]);
  assert.equal(byTime(lines, column("abandon_rate"), "15m", false), null);
  assert.deepEqual(byTime(lines.filter(({ id }) => id === "a"), column("abandon_rate"), "15m", true)?.map(({ value }) => value), [1, 0.5]);
  assert.deepEqual(byItem(lines, column("arrived"), (id) => id.toUpperCase()).map(({ label, value }) => [label, value]), [["A", 1], ["B", 2], ["A", 4]]);
  assert.deepEqual(["arrived", "wait_seconds.count", "wait_seconds.p50", "service_level", "assignments.min"].map((id) => addsUp(column(id))), [true, true, false, false, false]);
});

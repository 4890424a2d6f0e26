/* Owns the tests of what the parts of the design system reckon without a browser. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { highest, linePaths } from "../../../static/js/ui/chart.js";
import { found } from "../../../static/js/ui/filter.js";
import { placeAt } from "../../../static/js/ui/float.js";
import { nextIndex } from "../../../static/js/ui/menu.js";
import { hrefOf, partsOf } from "../../../static/js/ui/route.js";
import { sorted } from "../../../static/js/ui/table.js";
import { tabAfter } from "../../../static/js/ui/tabs.js";
import { bestUnit, secondsIn } from "../../../static/js/ui/units.js";

test("an_address_keeps_parts_whatever_stands_in_them", () => {
  const parts = ["queues", "vip / gold", "100 %", "#1", "ü"];
  assert.deepEqual(partsOf(hrefOf(parts)), parts);
  assert.equal(hrefOf(["queues", "a/b"]), "#/queues/a%2Fb");
  assert.deepEqual(partsOf(""), []);
  assert.deepEqual(partsOf("#token=abc"), []);
  assert.deepEqual(partsOf("#/queues//vip/"), ["queues", "vip"]);
  assert.deepEqual(partsOf("#/%zz"), ["%zz"]);
});

test("options_that_begin_with_the_letters_come_before_those_that_hold_them", () => {
  const options = ["Order returns", "VIP orders", "Reorder", "Support"].map((label) => ({ value: label, label }));
  assert.deepEqual(found(options, "order").map(({ label }) => label), ["Order returns", "VIP orders", "Reorder"]);
  assert.deepEqual(found(options, "  ").length, 4);
  assert.deepEqual(found(options, "zzz"), []);
});

test("options_are_found_without_accents_and_by_their_hint_last", () => {
  const options = [{ label: "Queue", hint: "for Müller" }, { label: "Muellers" }, { label: "Jörg Müller" }];
  assert.deepEqual(found([{ label: "VIP", hint: "3 agents" }, { label: "Sales", hint: "2 agents" }], "s").map(({ label }) => label), ["Sales"]);
  assert.deepEqual(found(options, "muller").map(({ label }) => label), ["Jörg Müller", "Queue"]);
});

test("a_list_opens_below_and_turns_up_where_there_is_more_room_above", () => {
  const view = { width: 400, height: 600 };
  const size = { width: 200, height: 150 };
  assert.deepEqual(placeAt({ left: 20, right: 60, top: 10, bottom: 40 }, size, view, "left"), { left: 20, top: 44 });
  assert.deepEqual(placeAt({ left: 340, right: 380, top: 540, bottom: 570 }, size, view, "right"), { left: 180, top: 386 });
  // Neither edge lets it out of the window.
  assert.equal(placeAt({ left: 5, right: 45, top: 10, bottom: 40 }, size, view, "right").left, 4);
  assert.equal(placeAt({ left: 350, right: 390, top: 10, bottom: 40 }, size, view, "left").left, 196);
});

test("arrows_go_round_a_menu", () => {
  assert.equal(nextIndex("ArrowDown", 2, 3), 0);
  assert.equal(nextIndex("ArrowUp", 0, 3), 2);
  assert.equal(nextIndex("ArrowUp", -1, 3), 2);
  assert.equal(nextIndex("End", 0, 3), 2);
  assert.equal(nextIndex("x", 0, 3), null);
  assert.equal(nextIndex("ArrowDown", 0, 0), null);
});

test("arrows_follow_the_direction_of_writing_among_tabs", () => {
  assert.equal(tabAfter("ArrowRight", 2, 3, false), 0);
  assert.equal(tabAfter("ArrowRight", 0, 3, true), 2);
  assert.equal(tabAfter("Home", 2, 3, true), 0);
  assert.equal(tabAfter("Enter", 0, 3, false), null);
});

test("rows_that_are_equal_keep_the_order_they_came_in_both_ways", () => {
  const rows = [{ id: "a", n: 2 }, { id: "b", n: 1 }, { id: "c", n: 2 }];
  const columns = [{ id: "n", sort: (x, y) => x.n - y.n }, { id: "id" }];
  const ids = (order) => sorted(rows, columns, order).map(({ id }) => id).join("");
  assert.equal(ids(null), "abc");
  assert.equal(ids({ id: "n", down: false }), "bac");
  assert.equal(ids({ id: "n", down: true }), "acb");
  assert.equal(ids({ id: "id", down: true }), "abc");
});

test("what_is_not_known_leaves_a_gap_in_the_line", () => {
  assert.deepEqual(linePaths([0, 10, null, 5], 10), ["M0 22L33.33 2", "M100 12"]);
  assert.deepEqual(linePaths([null, null], 10), []);
  assert.deepEqual(linePaths([20], 10), ["M100 2"]);
  assert.equal(highest([null, 0]), 1);
  assert.equal(highest([3, null, 7]), 7);
});

test("a_duration_is_written_in_the_largest_unit_that_fits_wholly", () => {
  assert.equal(bestUnit(90), "s");
  assert.equal(bestUnit(1_800), "min");
  assert.equal(bestUnit(86_400), "d");
  assert.equal(bestUnit(0), "s");
  assert.equal(bestUnit(0.2), "ms");
  assert.equal(secondsIn(30, "min"), 1_800);
});

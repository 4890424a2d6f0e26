/* Owns what the rule editor's conditions promise without a browser: wire form, places, nesting, change of operator and variable. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { OPERATORS, readable, shapeOf } from "../../../static/js/admin/conditions-catalogue.js";
import { addTo, fromWire, located, nest, nodeAt, regroup, replaceAt, toWire, unnest, withOperator, withVariable } from "../../../static/js/admin/conditions-state.js";

const VARIABLES = [{ name: "tier", display_name: "Tier", type: "text" }, { name: "amount", display_name: "Amount", type: "number" }];
const tier = { variable: "tier", operator: "equals", value: "gold" };
const amount = { variable: "amount", operator: "gt", value: 100 };

test("a condition comes back as it went in, nested and negated", () => {
  for (const when of [{ all: [] }, { all: [tier, { any: [amount, { not: { all: [tier, amount] } }] }] }, { not: { any: [tier, { not: { any: [amount] } }] } }]) {
    assert.deepEqual(toWire(fromWire(when)), when);
  }
});

test("a bare comparison and a bare negation mean the same in a group", () => {
  assert.deepEqual(toWire(fromWire(tier)), { all: [tier] });
  assert.deepEqual(toWire(fromWire({ not: tier })), { not: { any: [tier] } });
  assert.deepEqual(toWire(fromWire({ not: { not: { any: [tier] } } })), { not: { any: [{ not: { any: [tier] } }] } });
});

test("each node is found by the pointer that the server names", () => {
  const places = (when) => Object.fromEntries(located(when).map(({ pointer, place }) => [pointer, place.join(".")]));
  assert.deepEqual(places(tier), { "": "0" });
  assert.deepEqual(located(tier).map(({ place }) => place), [[], [0]]);
  assert.deepEqual(places({ all: [tier, { not: { any: [amount] } }] }), { "": "", "/all/0": "0", "/all/1": "1", "/all/1/not/any/0": "1.0" });
  assert.deepEqual(places({ not: tier }), { "": "", "/not": "0" });
  assert.deepEqual(places({ not: { not: { any: [tier, amount] } } }), { "": "", "/not": "0", "/not/not/any/0": "0.0", "/not/not/any/1": "0.1" });
  for (const when of [{ not: tier }, { not: { not: { any: [tier] } } }, { any: [{ not: { all: [tier] } }] }]) {
    for (const { place, node } of located(when)) assert.deepEqual(nodeAt(fromWire(when), place), node);
  }
});

test("parts are added, nested, taken out of their nest, regrouped and removed, and nothing else changes", () => {
  const tree = fromWire({ all: [tier, amount] });
  const nested = nest(tree, [1], "any");
  assert.deepEqual(toWire(nested), { all: [tier, { any: [amount] }] });
  const grown = addTo(nested, [1], tier);
  assert.deepEqual(toWire(regroup(grown, [1], "none")), { all: [tier, { not: { any: [amount, tier] } }] });
  assert.deepEqual(toWire(unnest(grown, [1])), { all: [tier, amount, tier] });
  assert.deepEqual(toWire(replaceAt(grown, [1, 0], null)), { all: [tier, { any: [tier] }] });
  assert.deepEqual(toWire(tree), { all: [tier, amount] });
  assert.equal(nest(tree, [], "any"), tree, "the top is not nested");
  assert.equal(replaceAt(tree, [7], tier), tree);
});

test("a change of operator keeps the value where it fits", () => {
  const to = (value, operator, variable = "amount") => withOperator({ variable, operator: "equals", value }, operator, VARIABLES).value;
  assert.deepEqual(to("gold", "contains", "tier"), "gold");
  assert.deepEqual(to("gold", "in", "tier"), ["gold"]);
  assert.deepEqual(to(["gold", "silver"], "equals", "tier"), "gold");
  assert.deepEqual(to("gold", "has_data", "tier"), null);
  assert.deepEqual(to(5, "between"), [5, null]);
  assert.deepEqual(to([5, 9], "in"), [5, 9]);
  assert.deepEqual(to([5, 9], "gte"), 5);
  assert.deepEqual(to(null, "in"), []);
  assert.deepEqual(to("12.5", "gt", "record.total"), 12.5);
  assert.deepEqual(to("many", "gt", "record.total"), null);
  assert.deepEqual(to(0, "gt"), 0, "nothing is not null");
});

test("a change of variable keeps operator and value where its type takes them", () => {
  assert.deepEqual(withVariable(tier, "record.tier", VARIABLES), { variable: "record.tier", operator: "equals", value: "gold" });
  assert.deepEqual(withVariable({ ...tier, operator: "contains" }, "amount", VARIABLES), { variable: "amount", operator: "equals", value: null });
  assert.deepEqual(withVariable(amount, "tier", VARIABLES), { variable: "tier", operator: "equals", value: "100" });
  assert.deepEqual(withVariable(amount, "time.weekday", VARIABLES), { variable: "time.weekday", operator: "gt", value: null }, "a weekday is chosen, not a hundred");
});

test("operators go by the type of what is read, and a name that is nothing is nothing", () => {
  const operators = (name) => OPERATORS[readable(name, VARIABLES).type];
  assert.ok(!operators("tier").includes("gt") && operators("tier").includes("contains"));
  assert.ok(operators("amount").includes("between") && !operators("amount").includes("contains"));
  assert.ok(operators("record.total").includes("between") && operators("record.total").includes("contains"));
  assert.equal(readable("customer.known", VARIABLES).choice, "yes_no");
  for (const name of ["gone", "customer.shoe_size", "time.second", "record.", ""]) assert.equal(readable(name, VARIABLES), null, name);
  assert.deepEqual(["no_data", "between", "not_in", "lt"].map(shapeOf), ["none", "range", "many", "one"]);
});

test("what is not filled in is left out, so that the server names it", () => {
  assert.deepEqual(toWire({ variable: "tier", operator: "equals", value: null }), { variable: "tier", operator: "equals" });
  assert.deepEqual(toWire({ variable: "tier", operator: "no_data", value: "left over" }), { variable: "tier", operator: "no_data" });
});

/* Owns what the rule editor promises without a browser: order, copies, targets, what is missing, plain words, warnings. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { dropPlace } from "../../../static/js/admin/rules-drag.js";
import { blankRule, evened, freeName, missing, moved, routeKind, sumOf, withRouteKind, withShare } from "../../../static/js/admin/rules-state.js";
import { ruleText } from "../../../static/js/admin/rules-words.js";
import { warningText } from "../../../static/js/admin/warnings-words.js";

const VARIABLES = [{ name: "tier", display_name: "Tier", type: "text" }, { name: "amount", display_name: "Amount", type: "number" }];
const NAMES = { queues: { vip: "VIP", support: "Support" }, agents: { ana: "Ana" }, skills: { tax: "Tax" }, channels: { web: "Web chat" } };
const nameOf = (collection, id) => NAMES[collection]?.[id] ?? id;
const say = (rule) => ruleText(rule, VARIABLES, nameOf);
const tier = { variable: "tier", operator: "equals", value: "gold" };
const amount = { variable: "amount", operator: "gt", value: 100 };
const to = (when, route_to = { queue_id: "vip" }) => ({ name: "r", description: "", when, route_to });

test("a rule moves one place, to the ends and no further, and the others keep their order", () => {
  const list = ["a", "b", "c"];
  assert.deepEqual(moved(list, 2, 1), ["a", "c", "b"]);
  assert.deepEqual(moved(list, 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(list, 0, -1), list);
  assert.deepEqual(moved(list, 2, 9), list);
  assert.deepEqual(moved(list, 5, 0), list);
});

test("a dragged rule comes to stand before or after the one it is dropped on", () => {
  const drop = (from, over, after) => moved(["a", "b", "c"], from, dropPlace(from, over, after)).join("");
  assert.equal(drop(0, 2, true), "bca");
  assert.equal(drop(0, 2, false), "bac");
  assert.equal(drop(2, 0, false), "cab");
  assert.equal(drop(1, 1, true), "abc");
  assert.equal(drop(1, 0, true), "abc");
});

test("a copy has a name that no other has", () => {
  assert.equal(freeName("gold", ["silver"]), "gold");
  assert.equal(freeName("gold", ["gold"]), "gold 2");
  assert.equal(freeName("gold 2", ["gold", "gold 2"]), "gold 3");
});

test("another kind of target keeps the queue, and shares sum to a hundred", () => {
  const split = withRouteKind({ queue_id: "vip" }, "split");
  assert.deepEqual([routeKind(split), split.split[0].queue_id, sumOf(split.split)], ["split", "vip", 100]);
  assert.deepEqual(withRouteKind(split, "queue"), { queue_id: "vip" });
  assert.deepEqual(withRouteKind({ queue_id: "vip" }, "agent"), { agent_id: "" });
  assert.equal(withRouteKind(split, "split"), split);
  const thirds = evened(withShare([{ queue_id: "a", percent: 60 }, { queue_id: "b", percent: 30 }]));
  assert.deepEqual(thirds.map(({ percent }) => percent), [34, 33, 33]);
  assert.equal(withShare([{ queue_id: "a", percent: 60 }])[1].percent, 40);
});

test("what is missing is named by its pointer", () => {
  const found = (rule) => missing(rule, VARIABLES).map(({ pointer, code }) => `${pointer} ${code}`);
  assert.deepEqual(found(to({ all: [tier] })), []);
  assert.deepEqual(found(blankRule("routing", " ")), ["/name missing", "/route_to/queue_id missing"]);
  assert.deepEqual(found(to({ all: [{ variable: "tier", operator: "equals" }, { not: { any: [{ variable: "gone", operator: "has_data" }] } }] })), [
    "/when/all/0/value value_missing", "/when/all/1/not/any/0/variable unknown_variable",
  ]);
  assert.deepEqual(found(to({ variable: "", operator: "equals" })), ["/when/variable missing"]);
  assert.deepEqual(found(to({ any: [{ variable: "tier", operator: "in", value: [] }] })), ["/when/any/0/value empty_list"]);
  assert.deepEqual(found(to({ all: [] }, { split: [{ queue_id: "vip", percent: 60 }, { queue_id: "", percent: 30 }] })), [
    "/route_to/split/1/queue_id missing", "/route_to/split split_sum",
  ]);
  assert.deepEqual(found({ ...blankRule("classification", "x"), set: { skills: [{ skill_id: "", min_level: 1 }] } }), ["/set/skills/0/skill_id missing"]);
  assert.deepEqual(found({ ...blankRule("skill", "x"), skills: [{ skill_id: "", min_level: 1 }] }), ["/skills/0/skill_id missing"]);
});

test("a rule reads as a sentence", () => {
  assert.equal(say(to({ all: [tier, amount] })), "When Tier equals gold and Amount is more than 100 → VIP");
  assert.equal(say(to({ all: [] })), "Always → VIP");
  assert.equal(say(to({ any: [tier, { all: [amount, { variable: "time.weekday", operator: "in", value: [6, 7] }] }] }, { agent_id: "ana" })),
    "When Tier equals gold or (Amount is more than 100 and Weekday is one of Saturday, Sunday) → Ana first");
  assert.equal(say(to({ not: tier }, { split: [{ queue_id: "vip", percent: 70 }, { queue_id: "support", percent: 30 }] })), "When not (Tier equals gold) → 70\u00a0% VIP, 30\u00a0% Support");
  assert.equal(say(to({ variable: "amount", operator: "between", value: [1, 5] })), "When Amount is between 1 and 5 → VIP");
  assert.equal(say(to({ all: [{ variable: "customer.known", operator: "equals", value: "true" }, { variable: "channel.id", operator: "not_equals", value: "web" }, { variable: "record.total", operator: "has_data" }] })),
    "When Customer is known equals yes and Channel is not Web chat and record.total has data → VIP");
  assert.equal(say({ name: "c", when: { all: [tier] }, set: { variables: { amount: 3 }, skills: [{ skill_id: "tax", min_level: 5 }], priority: 50 } }),
    "When Tier equals gold → Amount = 3, priority 50, Tax from level 5");
  assert.equal(say(to({ all: [{ variable: "", operator: "equals" }] }, { queue_id: "" })), "When … equals … → …");
});

test("a warning says which rule shadows it, and one that the page does not know stays as the server said it", () => {
  const shadowed = { field: "/routing_rules/1", code: "shadowed_rule", message: "never reached: rule 1 holds whenever this one would" };
  assert.match(warningText(shadowed, ["gold", "golden"]), /“gold”/);
  assert.equal(warningText({ field: "", code: "queue_without_members", message: "no agent serves this queue" }), "No agent serves this queue.");
  assert.equal(warningText({ field: "", code: "new_one", message: "mind this" }), "mind this");
});

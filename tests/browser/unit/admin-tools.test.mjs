/* Owns the tests of the administrator's tools without a browser: differences, and what the audit log is asked. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { dayBefore, kindOf, pathOf, shown } from "../../../static/js/admin/audit-state.js";
import { exampleOf, madeAt, progressOf } from "../../../static/js/admin/guide-state.js";
import { changes, differences, isSame, partsOf } from "../../../static/js/admin/diff.js";
import { changeOf, fieldsOf, subjectOf } from "../../../static/js/admin/yaml-state.js";
import { lineOf, placeOf, readYaml } from "../../../static/js/admin/yaml-read.js";
import { yamlOf } from "../../../static/js/admin/yaml-write.js";
import { fieldName, fieldText, inFields, valueText } from "../../../static/js/admin/diff-view.js";

test("a_difference_names_the_deepest_field_with_both_values", () => {
  assert.deepEqual(differences({ name: "VIP", work: { limit: 3, same: [1] } }, { name: "VIP", work: { limit: 1, same: [1] } }), [{ pointer: "/work/limit", before: 3, after: 1 }]);
});

test("a_field_that_came_or_went_has_one_value", () => {
  assert.deepEqual(differences({ a: 1 }, { "b/c": null }), [{ pointer: "/a", before: 1, after: undefined }, { pointer: "/b~1c", before: undefined, after: null }]);
});

test("a_rule_put_in_first_is_one_difference_not_one_for_each_rule", () => {
  const [gold, rest] = [{ name: "gold" }, { name: "rest" }];
  assert.deepEqual(differences([gold, rest], [{ name: "new" }, gold, rest]), [{ pointer: "/0", before: undefined, after: { name: "new" } }]);
  assert.deepEqual(differences([gold, rest], [gold]), [{ pointer: "/1", before: rest, after: undefined }]);
});

test("a_list_of_plain_values_is_one_field", () => {
  assert.deepEqual(differences({ ids: ["a", "b"] }, { ids: ["b"] }), [{ pointer: "/ids", before: ["a", "b"], after: ["b"] }]);
});

test("what_was_created_or_deleted_has_all_its_fields_on_one_side", () => {
  assert.deepEqual(changes(null, { a: 1, b: 2 }), [{ pointer: "/a", before: undefined, after: 1 }, { pointer: "/b", before: undefined, after: 2 }]);
  assert.deepEqual(changes({ a: 1 }, null), [{ pointer: "/a", before: 1, after: undefined }]);
  assert.deepEqual(changes(null, null), []);
});

test("the_order_of_members_makes_no_difference_and_the_order_of_a_list_does", () => {
  assert.equal(isSame({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }), true);
  assert.equal(isSame([1, 2], [2, 1]), false);
  assert.equal(isSame({ a: undefined }, { b: undefined }), false);
});

test("a_pointer_gives_its_names_back", () => {
  assert.deepEqual([partsOf(""), partsOf("/a~1b/0/c~0d")], [[], ["a/b", "0", "c~d"]]);
});

test("a_field_is_called_as_in_its_form_and_counted_from_one", () => {
  assert.equal(fieldName("queues", "/priority"), "Priority");
  assert.equal(fieldName("queues", "/unknown/0/when"), "unknown › 1 › when");
  assert.equal(fieldName("queues", "/overflow/1/when/waiting"), "Overflow › Item 2 › When › Waiting conversations");
  assert.equal(fieldName("constructor", "/constructor"), "constructor");
});

test("what_came_as_a_whole_is_shown_field_by_field_and_a_rule_as_one", () => {
  const item = { when: { waiting: 3 }, action: { fallback: true } };
  assert.deepEqual(inFields({ pointer: "/overflow", before: undefined, after: [item] }), [
    { pointer: "/overflow/0/when/waiting", before: undefined, after: 3 }, { pointer: "/overflow/0/action/fallback", before: undefined, after: true }]);
  assert.deepEqual(inFields({ pointer: "/theme", before: { color: "#fff" }, after: null }), [{ pointer: "/theme/color", before: "#fff", after: undefined }]);
  for (const one of [
    { pointer: "/a", before: { b: 1 }, after: [1] }, { pointer: "/a", before: undefined, after: [] }, { pointer: "/a", before: undefined, after: {} }, { pointer: "/a", before: 1, after: 2 },
    { pointer: "/routing_rules/0", before: undefined, after: { name: "gold", when: { all: [] }, route_to: { queue_id: "vip" } } },
  ]) assert.deepEqual(inFields(one), [one]);
});

test("a_changed_value_is_said_in_the_words_of_its_form", () => {
  const names = /** @type {any} */ ({ label: (/** @type {string} */ _, /** @type {string} */ id) => ({ office: "Office hours", vip: "VIP" })[id] ?? id });
  const said = (/** @type {string} */ pointer, /** @type {unknown} */ value) => fieldText("queues", names, pointer, value);
  assert.equal(said("/operating_hours_id", "office"), "Office hours");
  assert.equal(said("/overflow/0/action/queue_id", "vip"), "VIP");
  assert.match(said("/assignment_method", "round_robin"), /^Round robin/);
  assert.deepEqual([said("/operating_hours_id", null), said("/name", ""), said("/priority", 7), said("/overflow", [])], ["—", "(empty)", "7", "(none)"]);
  const rule = { name: "gold", when: { variable: "tier", operator: "equals", value: "gold" }, route_to: { queue_id: "vip" } };
  assert.equal(fieldText("work-streams", names, "/routing_rules/0", rule), "gold: When tier equals gold → VIP");
  assert.equal(fieldText("agents", names, "/queue_ids", ["vip", "gone"]), "VIP, gone");
});

test("values_are_said_for_people", () => {
  assert.deepEqual([null, "", true, [], ["a", "b"], 3].map(valueText), ["—", "(empty)", "on", "(none)", "a, b", "3"]);
});

test("the_log_is_asked_for_whole_days_of_this_place_and_a_subject", () => {
  const path = pathOf({ from: "2026-11-20", to: "2026-11-21", actor: "sue", collection: "queues", id: "vip" }, "c1");
  const query = new URL(path, "http://host").searchParams;
  assert.equal(query.get("from"), new Date(2026, 10, 20).toISOString());
  assert.equal(query.get("to"), new Date(2026, 10, 22).toISOString());
  assert.deepEqual(["actor", "subject", "cursor"].map((name) => query.get(name)), ["sue", "queues/vip", "c1"]);
  assert.deepEqual([...new URL(pathOf({ from: "", to: "", actor: null, collection: "", id: "" }, null), "http://host").searchParams.keys()], ["limit"]);
});

test("a_day_before_goes_over_the_month", () => {
  assert.equal(dayBefore(7, new Date(2026, 2, 3)), "2026-02-24");
});

test("the_history_is_newest_first_and_of_the_configuration_alone", () => {
  const acts = /** @type {any[]} */ (["config.put", "conversation.close", "agent.token_made"].map((act, i) => ({ id: String(i), act })));
  assert.deepEqual(shown(acts, true).map(({ id }) => id), ["2", "0"]);
  assert.deepEqual(shown(acts, false).map(({ id }) => id), ["2", "1", "0"]);
});

test("an_act_created_changed_or_deleted", () => {
  const kinds = [{ before: null, after: {} }, { before: {}, after: {} }, { before: {}, after: null }].map((one) => kindOf(/** @type {any} */ ({ act: "config.put", ...one })));
  assert.deepEqual(kinds, ["create", "change", "delete"]);
});

test("a_planned_change_is_read_even_where_its_text_has_an_arrow", () => {
  assert.deepEqual(changeOf("/priority: 3 -> 1"), { pointer: "/priority", before: 3, after: 1 });
  assert.deepEqual(changeOf('/name: "a -> b: c" -> {"x":" -> "}'), { pointer: "/name", before: "a -> b: c", after: { x: " -> " } });
});

test("a_step_tells_its_fields_and_what_comes_or_goes_all_of_them", () => {
  const before = { work_streams: { old: { name: "Old" } } };
  const after = { work_streams: { new: { name: "New" } } };
  assert.deepEqual(fieldsOf({ action: "create", resource: "work-streams/new", changes: [] }, before, after), [{ pointer: "/name", before: undefined, after: "New" }]);
  assert.deepEqual(fieldsOf({ action: "delete", resource: "work-streams/old", changes: [] }, before, after), [{ pointer: "/name", before: "Old", after: undefined }]);
  assert.deepEqual(fieldsOf({ action: "change", resource: "queues/a", changes: ['/overflow: [{"n":1}] -> [{"n":2}]', "/ids: [1] -> [2]"] }, before, after), [{ pointer: "/overflow/0/n", before: 1, after: 2 }, { pointer: "/ids", before: [1], after: [2] }]);
  assert.deepEqual([subjectOf("settings"), subjectOf("queues/a")], [{ collection: "settings", id: "" }, { collection: "queues", id: "a" }]);
});

test("a_pointer_is_found_in_the_text_or_what_is_nearest_around_it", () => {
  const text = '{\n  "queues": {\n    "a\\"b": {"name": "x}"},\n    "vip": {\n      "name": "VIP",\n      "list": [1, {"n": [true]}]\n    }\n  }\n}';
  const at = (/** @type {string} */ pointer) => {
    const { start, end, line } = placeOf(text, readYaml(text).places, pointer);
    return [text.slice(start, end), line];
  };
  assert.deepEqual(at("/queues/vip/name"), ['"name": "VIP"', 5]);
  assert.deepEqual(at("/queues/vip/list/1/n"), ['"n": [true]', 6]);
  assert.deepEqual(at('/queues/a"b/name'), ['"name": "x}"', 3]);
  assert.equal(at("/queues/vip/missing")[1], 4);
  assert.deepEqual(placeOf(text, readYaml(text).places, "/none").line, 1);
});

const EMPTY = { agents: [], queues: [{ id: "default-messaging" }], streams: [], channels: [], conversations: [] };
const SET = { agents: [{ id: "ana", name: "Ana", queue_ids: [] }], queues: [{ id: "default-messaging" }], streams: [{ id: "s", channel_type: "live_chat" }], channels: [{ id: "c", type: "live_chat", work_stream_id: "s" }], conversations: [] };
const doneOf = (/** @type {ReturnType<typeof progressOf>} */ { steps }) => steps.filter(({ done }) => done).map(({ id }) => id);

test("the_guide_begins_with_nothing_done_and_an_example_of_all_that_is_missing", () => {
  const progress = progressOf(EMPTY);
  assert.deepEqual([doneOf(progress), progress.current], [[], "agent"]);
  assert.deepEqual(exampleOf(progress, [], { agent: "A", chat: "C" }).map(({ path }) => path), ["/v1/agents/first-agent", "/v1/work-streams/first-chat", "/v1/channels/first-chat"]);
});

test("an_example_uses_the_work_stream_that_is_there", () => {
  const made = exampleOf(progressOf({ ...SET, channels: [] }), SET.streams, { agent: "A", chat: "C" });
  assert.deepEqual(made, [{ path: "/v1/channels/first-chat", value: { name: "C", type: "live_chat", work_stream_id: "s" } }]);
});

test("a_desk_counts_when_its_agent_is_connected_and_can_be_offered_something", () => {
  const desk = (/** @type {object} */ runtime) => progressOf({ ...SET, agents: [{ ...SET.agents[0], runtime }] });
  assert.equal(progressOf(SET).current, "desk");
  assert.equal(desk({ connected: true, base_presence: "away" }).current, "desk");
  assert.equal(desk({ connected: true, base_presence: "available" }).current, "chat");
});

test("the_guide_ends_when_an_agent_has_the_conversation_not_when_it_is_offered", () => {
  const open = { id: "1", state: "open", agent_id: null, offer: { agent_id: "ana" }, created_at: "2026-11-21T10:00:00Z" };
  assert.equal(progressOf({ ...SET, conversations: [open] }).accepted, false);
  const active = progressOf({ ...SET, conversations: [{ ...open, state: "active", agent_id: "ana", offer: null }] });
  assert.deepEqual([active.accepted, active.current], [true, null]);
});

test("conversations_count_from_when_the_token_was_made_by_the_servers_clock", () => {
  assert.equal(madeAt("2026-11-21T18:00:00.000Z", 8 * 3600), "2026-11-21T10:00:00.000Z");
});

/** @param {string} text */
const valueOf = (text) => readYaml(text).value;
/** @param {string} text */
function refusal(text) {
  try {
    return readYaml(text);
  } catch (/** @type {any} */ problem) {
    return [problem.reason, lineOf(text, problem.at)];
  }
}

test("what_is_written_as_yaml_is_read_as_the_same", () => {
  const texts = ["", " a ", "a: b", "- a", "# a", "a #b", "null", "Yes", "12", "0x1f", "007", "1e3", "~", "a\nb\n", "\"'\\", "\u0085\u2028", "😀", "{a}", "2026-11-20", "&a", "*a", "@x", "a/b.c-d", "*"];
  const value = { texts, numbers: [0, -1.5e-7, 1e21], "": { "a: b": [[1, [2, []]], { b: { c: {}, d: [{ e: null }] } }] }, yes: true };
  assert.deepEqual(valueOf(yamlOf(value)), value);
  assert.equal(yamlOf({ a: [{ b: "x", c: [1] }], d: {} }), "a:\n  - b: x\n    c:\n      - 1\nd: {}\n");
});

test("yaml_of_people_is_read_with_comments_brackets_and_lists_at_their_keys_column", () => {
  assert.deepEqual(valueOf("# first\na: {b: [x, 'it''s', 1.5], c: } # end\nd:\n- e: 1 # one\n  f: two words\n- g\nh:\n".replace("c: }", "c: ~}")), { a: { b: ["x", "it's", 1.5], c: null }, d: [{ e: 1, f: "two words" }, "g"], h: null });
  assert.deepEqual(valueOf('{"a": [1,\n {"b":"c"}], "d":null}'), { a: [1, { b: "c" }], d: null });
  assert.deepEqual(valueOf("- - 1\n  - 2\n-\n  x: 1\n- |\n  t\n"), [[1, 2], { x: 1 }, "t\n"]);
});

test("texts_of_several_lines_keep_or_fold_their_line_ends", () => {
  assert.deepEqual(valueOf("a: |\n  one\n   two\n\n  # three\nb: |-\n  x\nc: >\n  one\n  two\n\n\n  three\nd: |+\n  x\n\ne: 1\n"), { a: "one\n two\n\n# three\n", b: "x", c: "one two\n\nthree\n", d: "x\n\n", e: 1 });
});

test("what_yaml_cannot_say_surely_is_refused_at_its_line", () => {
  assert.deepEqual(["a: 1\na: 2", "a: 1\n  b: 2", "a: b: c", "a: &x 1", "a: *x", "a: !t x", "a: \"x", "a: {b: 1", "a: x\n  y", "a: 1\n---\nb: 2", "a:\n\tb: 1", "a: [1] 2", "<<: 1", "a: .inf", "just words\nmore"].map(refusal),
    [["twice", 2], ["unsupported", 2], ["syntax", 1], ["unsupported", 1], ["unsupported", 1], ["unsupported", 1], ["quote", 1], ["syntax", 1], ["unsupported", 2], ["unsupported", 2], ["indent", 2], ["syntax", 1], ["syntax", 1], ["unsupported", 1], ["unsupported", 2]]);
});

test("a_name_like_the_prototypes_is_a_member_like_others", () => {
  const read = valueOf("__proto__: {polluted: true}\nb: {__proto__: 1}");
  assert.deepEqual([Object.keys(read), Object.keys(read.b), /** @type {any} */ ({}).polluted], [["__proto__", "b"], ["__proto__"], undefined]);
});

test("a_place_in_blocks_of_yaml_is_found", () => {
  const text = "queues:\n  a: {name: A}\n  vip:\n    name: VIP # gold\n    list:\n    - x: 1\n    - y: 2\n";
  const { places } = readYaml(text);
  const at = (/** @type {string} */ pointer) => {
    const { start, end, line } = placeOf(text, places, pointer);
    return [text.slice(start, end), line];
  };
  assert.deepEqual([at("/queues/vip/name"), at("/queues/vip/list/1/y"), at("/queues/a/name"), at("/queues/vip/list/9")[1]], [["name: VIP", 4], ["y: 2", 7], ["name: A", 2], 5]);
});

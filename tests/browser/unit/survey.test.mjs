/* Owns the proof of the survey's rules, of the language that is taken, and of what the page around hears. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { events, summary } from "../../../static/js/chat/events.js";
import { initialState, reduce, unread } from "../../../static/js/chat/state.js";
import { errorsByVariable, given, wrong } from "../../../static/js/chat/survey.js";
import { isLight } from "../../../static/js/chat/theme.js";
import { pickLanguage, textOf } from "../../../static/js/chat/words.js";
import { conversation, message } from "../helpers/frames.mjs";

const question = (kind, mandatory = true) => ({ variable: "v", kind, mandatory, label: {}, options: [{ value: "gold", label: {} }] });
const after = (state, ...frames) => frames.reduce((state, frame) => reduce(state, { at_ms: 1000, ...frame }), state);
const welcome = (messages, state = "active") => ({ type: "welcome", conversation: conversation({ state }), messages });

test("each_kind_of_question_knows_what_is_wrong_with_an_answer", () => {
  for (const [kind, answer, why] of [
    ["single_line", "", "missing"], ["single_line", "  ", "missing"], ["single_line", "a\nb", "line"], ["single_line", "x".repeat(501), "long"], ["single_line", "é".repeat(500), null],
    ["multi_line", "a\nb", null], ["multi_line", "x".repeat(4001), "long"], ["options", "iron", "option"], ["options", "gold", null], ["options", "", "missing"],
    ["consent", false, "consent"], ["consent", true, null],
  ]) assert.equal(wrong(question(kind), answer), why, `${kind} ${answer.toString().slice(0, 9)}`);
  for (const kind of ["single_line", "multi_line", "options"]) assert.equal(wrong(question(kind, false), ""), null);
  assert.equal(wrong(question("consent", false), false), null);
});

test("a_question_left_empty_is_not_sent_and_a_consent_always_is", () => {
  const survey = [{ ...question("single_line"), variable: "a" }, { ...question("options"), variable: "b" }, { ...question("consent"), variable: "c" }];
  assert.deepEqual(given(survey, { a: " x ", b: "", c: false }), { a: "x", c: false });
});

test("what_the_server_finds_wrong_goes_to_its_field", () => {
  const errors = [{ field: "/survey/a~1b", message: "must be answered" }, { field: "/message", message: "too long" }];
  assert.deepEqual(errorsByVariable(errors), { "a/b": "must be answered" });
  assert.deepEqual(errorsByVariable(undefined), {});
});

test("the_language_is_the_first_wish_that_the_channel_has", () => {
  assert.equal(pickLanguage(["en", "de"], [null, "de-AT", "en"]), "de");
  assert.equal(pickLanguage(["en", "pt-BR"], ["PT-br"]), "pt-BR");
  assert.equal(pickLanguage(["en", "de"], ["fr"]), "en");
  assert.equal(textOf({ en: "Hello" }, "de", ["en", "de"]), "Hello");
});

test("the_words_on_a_colour_are_those_that_read_better", () => {
  assert.deepEqual(["#ffffff", "#ffd400", "#7a1f5c", "#000000"].map(isLight), [true, true, false, false]);
});

test("what_came_while_nobody_looked_is_unread_also_after_a_reload", () => {
  const hidden = after(initialState(), welcome([message()]), { type: "local.visible", visible: false });
  const come = after(hidden, { type: "message.received", message: message({ id: "m2", seq: 4, sender: "agent" }) });
  assert.deepEqual([unread(hidden), unread(come)], [0, 1]);
  const both = [message(), message({ id: "m2", seq: 4, sender: "agent" })];
  const kept = { type: "local.opened", conversation_id: "c1", seen_seq: come.seen_seq, resumed: true };
  const reloaded = after(initialState(false), kept, welcome(both));
  assert.equal(unread(reloaded), 1);
  assert.equal(unread(after(reloaded, { type: "local.visible", visible: true })), 0);
});

test("a_new_start_keeps_what_the_page_around_said_and_whether_it_is_looked_at", () => {
  const visitor = { token: "t", context: { basket: "tea" } };
  const state = after(initialState(false), { type: "local.visitor", visitor }, { type: "local.opening" }, { type: "local.start", problem: "no", errors: { a: "b" } });
  assert.deepEqual([state.visitor, state.visible, state.problem, state.errors], [visitor, false, "no", { a: "b" }]);
});

test("outside_the_hours_is_known_until_they_begin", () => {
  const closed = after(initialState(), { type: "local.hours", open: false, opens_at: "2026-11-23T08:00:00.000Z" });
  assert.deepEqual([closed.closed, closed.opens_at], [true, "2026-11-23T08:00:00.000Z"]);
  assert.equal(after(closed, { type: "local.hours", open: true, opens_at: null }).closed, false);
});

test("the_page_around_hears_start_agent_message_and_end_and_no_word_of_what_was_said", () => {
  const start = initialState();
  const opened = after(start, { type: "local.opened", conversation_id: "c1" });
  const joined = after(opened, welcome([], "open"), { type: "agent.joined", agent: { name: "Ana" } });
  const said = after(joined, { type: "message.received", message: message({ sender: "agent" }) });
  const ended = after(said, { type: "conversation.ended", reason: "agent_ended" });
  const told = [[start, opened], [opened, joined], [joined, said], [said, ended]].flatMap(([a, b]) => events(a, b));
  assert.deepEqual(told.map(({ name }) => name), ["start", "agent", "message", "end"]);
  assert.ok(!JSON.stringify(told).includes("hello"));
  assert.deepEqual([summary(start).talking, summary(said).talking, summary(ended).talking], [false, true, false]);
});

test("messages_from_before_a_reload_are_no_news_to_the_page_around", () => {
  const resumed = after(initialState(), { type: "local.opened", conversation_id: "c1", resumed: true });
  assert.deepEqual(events(resumed, after(resumed, welcome([message()]))), []);
});

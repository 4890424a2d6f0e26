/* Owns the proof of quick replies without a page: where one is asked for, which fit, how slugs are filled. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { askedAt, filled, firstGap, fitting } from "../../../static/js/agent/quick-replies.js";

const reply = (id, values = {}) => ({ id, title: id, text: "text", language: null, tags: [], work_stream_ids: [], ...values });
const ids = (replies) => replies.map(({ id }) => id);
const HERE = { work_stream_id: "web-push", language: "de-AT" };

test("a_slash_at_the_beginning_or_behind_a_space_asks_and_one_within_a_word_does_not", () => {
  assert.deepEqual(askedAt("/gre", 4), { from: 0, query: "gre" });
  assert.deepEqual(askedAt("Hello\n/", 7), { from: 6, query: "" });
  assert.deepEqual(askedAt("see /order state", 12), { from: 4, query: "order s" });
  assert.equal(askedAt("and/or", 6), null);
  assert.equal(askedAt("https://shop", 12), null);
  assert.equal(askedAt("/a\nb", 4), null);
});

test("those_of_the_conversations_language_come_first_and_those_of_other_work_streams_not_at_all", () => {
  const replies = [reply("hi", { language: "en" }), reply("servus", { language: "de" }), reply("any"), reply("sms", { work_stream_ids: ["sms"] }), reply("here", { language: "de", work_stream_ids: ["web-push"] })];
  assert.deepEqual(ids(fitting(replies, "", HERE)), ["here", "servus", "any", "hi"]);
  assert.deepEqual(ids(fitting(replies, "", { work_stream_id: "sms", language: null })), ["any", "sms", "hi", "servus"]);
});

test("titles_come_before_tags_and_tags_before_texts_and_every_word_must_be_there", () => {
  const replies = [reply("a", { text: "the refund" }), reply("b", { tags: ["refund"] }), reply("no refund"), reply("refund")];
  assert.deepEqual(ids(fitting(replies, "refund", HERE)), ["refund", "no refund", "b", "a"]);
  assert.deepEqual(ids(fitting(replies, "refund no", HERE)), ["no refund"]);
});

test("slugs_are_filled_and_those_without_data_stand_in_brackets", () => {
  const values = { "customer.name": "Maria", "context.order": "4711", "context.empty": "" };
  const of = (text) => filled(text, (slug) => values[slug] ?? null, (slug) => slug.replace("context.", ""));
  assert.deepEqual(of("Hi {customer.name}, order {context.order}"), { text: "Hi Maria, order 4711", gaps: [] });
  assert.deepEqual(of("{{as is}} {context.date} {context.empty}"), { text: "{as is} [date] [empty]", gaps: ["[date]", "[empty]"] });
  // What a customer wrote is no slug.
  values["customer.name"] = "{context.order}";
  assert.equal(of("Hi {customer.name}").text, "Hi {context.order}");
});

test("the_first_gap_that_still_stands_is_found", () => {
  assert.deepEqual(firstGap("on [date] at [time]", new Set(["[time]", "[date]"])), { from: 3, to: 9 });
  assert.equal(firstGap("on Monday", ["[date]"]), null);
});

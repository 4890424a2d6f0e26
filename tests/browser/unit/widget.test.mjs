/* Owns the proof of static/widget.js: commands before and after it loads, whom it listens to, and what it says when it stays away. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIDGET, page, settled } from "../helpers/page.mjs";

test("commands_given_before_the_script_was_there_run_in_their_order", async () => {
  const heard = [];
  const queued = [["on", "ready", () => heard.push("ready")], ["on", "open", () => heard.push("open")], ["identify", "a"], ["identify", "b"], ["setContext", { basket: "tea" }], ["show"]];
  const here = page({ queued });
  assert.deepEqual(heard, []);
  await settled();
  assert.deepEqual(heard, ["open", "ready"]);
  here.say({ type: "ready" });
  const visitor = here.posted.find(([message]) => message.type === "visitor");
  assert.deepEqual(JSON.parse(JSON.stringify(visitor)), [{ type: "visitor", token: "b", said: true, context: { basket: "tea" } }, "https://desk.example"]);
});

test("the_last_of_show_and_hide_before_the_load_counts", async () => {
  const here = page({ queued: [["show"], ["hide"]] });
  await settled();
  assert.equal(here.frame(), null, "nothing is loaded that nobody looks at");
  const other = page({ queued: [["toggle"]] });
  await settled();
  assert.ok(other.frame());
});

test("a_wrong_command_is_told_on_the_console_and_ends_nothing", async () => {
  const here = page({ queued: [["shwo"], ["constructor"], ["on", "opne", () => {}], ["setContext", { when: new Date(), n: 1 }], ["identify", 7]] });
  await settled();
  assert.deepEqual(here.warnings.map((text) => text.split(";")[0]), [
    "callboard: there is no command shwo", "callboard: there is no command constructor", "callboard: there is no event opne",
    "callboard: setContext: when is no text, number or boolean", "callboard: identify takes a token, or null",
  ]);
  here.callboard("show");
  assert.ok(here.frame());
});

test("a_listener_that_throws_does_not_keep_the_others_from_hearing", async () => {
  const heard = [];
  const here = page({ queued: [["on", "open", () => { throw new Error("theirs"); }], ["on", "open", () => heard.push(1)]] });
  await settled();
  here.callboard("show");
  assert.deepEqual(heard, [1]);
});

test("a_message_of_another_origin_or_window_is_not_heard", async () => {
  const counts = [];
  const here = page({ queued: [["show"], ["on", "unread", ({ count }) => counts.push(count)]] });
  await settled();
  here.say({ type: "state", talking: true, unread: 1 }, "https://evil.example");
  here.say({ type: "state", talking: true, unread: 2 }, "https://desk.example", {});
  assert.deepEqual([counts, here.document.title], [[], "The shop"]);
  here.say({ type: "state", talking: true, unread: 3 });
  assert.deepEqual([counts, here.document.title], [[3], "(3) The shop"]);
  here.document.title = "(3) The shop, basket";
  here.say({ type: "state", talking: true, unread: 0 });
  assert.equal(here.document.title, "The shop, basket");
});

test("a_refusal_is_said_in_one_line_and_nothing_is_shown", async () => {
  for (const [status, why] of [[403, /does not allow the origin https:\/\/shop\.example/], [404, /has no live-chat channel shop/]]) {
    const here = page({ answer: { status } });
    await settled();
    assert.equal(here.warnings.length, 1);
    assert.match(here.warnings[0], why);
    assert.deepEqual(here.document.documentElement.children, []);
  }
});

test("outside_the_hours_without_an_offline_page_nothing_is_shown_unless_a_chat_goes_on", async () => {
  const closed = { status: 200, body: { ...WIDGET, open: false } };
  const here = page({ answer: closed });
  await settled();
  assert.equal(here.document.documentElement.children.at(-1).isConnected, false);
  here.callboard("show");
  assert.equal(here.frame(), null);
  const talking = page({ answer: closed, kept: { talking: true } });
  await settled();
  assert.ok(talking.frame());
});

test("a_chat_that_ends_after_the_hours_stays_until_the_visitor_closes_it", async () => {
  const here = page({ answer: { status: 200, body: { ...WIDGET, open: false } }, kept: { talking: true } });
  await settled();
  here.callboard("show");
  here.say({ type: "ready" });
  const shown = () => here.document.documentElement.children.at(-1).isConnected;
  here.say({ type: "state", talking: true, unread: 0 });
  here.say({ type: "state", talking: false, unread: 0 });
  assert.equal(shown(), true, "its last words and its transcript are still to be read");
  here.callboard("hide");
  assert.equal(shown(), false);
});

test("a_tab_without_a_chat_does_not_make_the_page_forget_the_chat_of_another_tab", async () => {
  const here = page();
  await settled();
  here.callboard("show");
  here.say({ type: "ready" });
  const kept = () => JSON.parse(here.localStorage.getItem("callboard.shop"));
  here.localStorage.setItem("callboard.shop", JSON.stringify({ talking: true, chat: { conversation_id: "c2" } }));
  here.say({ type: "state", talking: false, unread: 0 });
  here.say({ type: "forget", conversation_id: "c1" });
  assert.deepEqual(kept(), { talking: true, chat: { conversation_id: "c2" } });
  here.say({ type: "forget", conversation_id: "c2" });
  assert.equal(kept().chat, null);
});

test("the_chat_opens_though_the_invitation_that_stands_was_taken_out_of_the_settings", async () => {
  const invitation = { after_seconds: 0, url_pattern: null, text: { en: "May we help?" } };
  const answer = { status: 200, body: { ...WIDGET, invitation, changes_at: "2026-11-21T17:00:00.000Z" } };
  const here = page({ answer });
  await settled();
  const [ask_again, invite] = here.timers;
  invite();
  answer.body = WIDGET;
  ask_again();
  await settled();
  here.callboard("show");
  assert.ok(here.frame());
  assert.equal(JSON.parse(here.localStorage.getItem("callboard.shop")).dismissed, "May we help?");
});

test("the_script_twice_or_without_a_channel_is_told", async () => {
  const here = page();
  here.again();
  assert.match(here.warnings[0], /twice/);
  assert.match(page({ script: {} }).warnings[0], /data-channel/);
});

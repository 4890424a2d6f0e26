/* Owns the proof of what outlives a window of the desk: drafts and messages on their way, for the same agent alone; and of what a signing out costs. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { allDrafts, dropOwnDrafts, keepDraft, readDraft } from "../../../static/js/agent/drafts.js";
import { forgetKept, keep, keptFor, keptState, leaveToNext } from "../../../static/js/agent/kept.js";
import { pickProblem } from "../../../static/js/agent/problems.js";
import { initialState, reduce } from "../../../static/js/agent/state.js";
import { newOutgoing } from "../../../static/js/lib/outbox.js";

function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key), size: () => kept.size };
}

/** Another window of the same browser has a storage of its own beside the common one. */
const nextWindow = () => (globalThis.sessionStorage = storage());

beforeEach(() => Object.assign(globalThis, { localStorage: storage(), sessionStorage: storage() }));
afterEach(() => {
  delete globalThis.localStorage;
  delete globalThis.sessionStorage;
});

test("what_was_typed_outlives_its_window_for_the_same_agent_alone", () => {
  keptFor("ana");
  keepDraft("c1", "public", "half a sentence", "Maria");
  nextWindow();
  keptFor("ben");
  assert.equal(readDraft("c1", "public"), "");
  nextWindow();
  keptFor("ana");
  assert.equal(readDraft("c1", "public"), "half a sentence");
  assert.deepEqual(allDrafts().map(({ key, name }) => [key, name]), [["c1/public", "Maria"]]);
  keepDraft("c1", "public", "");
  nextWindow();
  keptFor("ana");
  assert.equal(readDraft("c1", "public"), "", "what was sent is no draft in any window");
});

test("each_window_has_its_own_text_before_that_of_another", () => {
  keptFor("ana");
  keepDraft("c1", "public", "from the first");
  const first = globalThis.sessionStorage;
  nextWindow();
  keptFor("ana");
  keepDraft("c1", "public", "from the second");
  globalThis.sessionStorage = first;
  assert.equal(readDraft("c1", "public"), "from the first");
});

test("who_signs_in_after_another_in_the_same_window_finds_nothing_of_them", () => {
  keptFor("ana");
  keepDraft("c1", "public", "Ana's");
  keep({ ...initialState(), outbox: [newOutgoing("c1", "on its way", "public")] });
  assert.deepEqual([keptFor("ana").other, keptState().outbox.length], [false, 1]);
  assert.equal(keptFor("ben").other, true);
  assert.deepEqual(allDrafts(), []);
  const state = reduce(keptState(), { type: "local.forgotten", at_ms: 1 });
  assert.deepEqual([state.outbox, state.ended, state.notices], [[], [], []]);
});

test("messages_on_their_way_go_to_the_next_window_once", () => {
  keptFor("ana");
  const outgoing = newOutgoing("c1", "while it was down", "public");
  keep({ ...initialState(), outbox: [outgoing] });
  leaveToNext();
  nextWindow();
  assert.deepEqual(keptFor("ben").left, []);
  nextWindow();
  assert.deepEqual(keptFor("ana").left, [outgoing]);
  assert.deepEqual(keptFor("ana").left, []);
});

test("a_message_that_can_no_longer_be_sent_is_told_of_again_after_a_reload", () => {
  const unsent = { key: "m1", level: "warning", code: "unsent", text: "Not sent to Maria" };
  keep({ ...initialState(), notices: [unsent, { key: "n1", level: "info", code: "stranded", text: "…" }] });
  assert.deepEqual(keptState().notices, [unsent]);
});

test("who_signs_out_leaves_nothing_behind", () => {
  keptFor("ana");
  keepDraft("c1", "public", "half a sentence");
  keep({ ...initialState(), outbox: [newOutgoing("c1", "on its way", "public")] });
  forgetKept();
  leaveToNext();
  assert.deepEqual([globalThis.sessionStorage.size(), globalThis.localStorage.size()], [0, 0]);
  dropOwnDrafts();
});

test("why_an_open_item_could_not_be_taken_is_said_as_it_is", () => {
  const why = (problem) => pickProblem({ status: 409, ...problem }, "Ines", (id) => ({ ben: "Ben" })[id]);
  assert.equal(why({ code: "taken", agent_id: "ben", current_state: "active" }), "Ines was already taken by Ben.");
  assert.equal(why({ code: "taken" }), "Ines was already taken by another agent.");
  assert.match(why({ code: "inactive" }), /^You are inactive\./);
  assert.match(why({ code: "inactive", agent_id: "ana" }), /^You are inactive\./);
  assert.match(why({ code: "not_a_member" }), /^You no longer serve/);
  assert.match(why({ code: "illegal_transition", current_state: "closed", agent_id: null }), /^Ines is over/);
  assert.equal(why({ code: "not_pickable" }), "This conversation cannot be taken from the list.");
  assert.match(pickProblem({ code: "connection_lost" }, "Ines", String), /^The connection was lost/);
});

/* Owns the proof of how a supervisor is signed in for watching: alone and offline, beside a desk, beside one that reloads, and let go in time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createWatch } from "../../../static/js/supervisor/watch.js";
import { settled } from "../helpers/world.mjs";

const DESK = { sessions: 1, base_presence: "available" };
/** Within the server's hold nothing shows of it, but that there is no socket. */
const RELOADING = { sessions: 0, base_presence: "available" };
const GONE = { sessions: 0, base_presence: "offline" };

/** A watch, the agent's runtime as it is at each look, and a socket that answers everything. @param {...object} runtimes */
function watching(...runtimes) {
  const asked = [];
  const told = [];
  const listeners = {};
  let looks = 0;
  let later = () => {};
  const client = {
    on: (event, listener) => (listeners[event] = listener),
    start: async () => void told.push("start"),
    stop: () => told.push("stop"),
    request: async (type, fields) => void asked.push(fields.presence ? `${type} ${fields.presence}` : type),
  };
  const watch = createWatch({
    api: { get: async () => ({ value: { runtime: runtimes[Math.min(looks++, runtimes.length - 1)] } }) },
    token: "t", conversation_id: "c1", me: "sue",
    onNews: () => {}, onLive: (live) => told.push(live ? "live" : "dead"), onOffer: () => told.push("offer"), onFailed: () => {}, onSignedIn: () => told.push("signed in"),
    env: { client: () => client, setTimeout: (run) => (later = run) },
  });
  return { watch, asked, told, hear: (frame) => listeners.frame(frame), looks: () => looks, turn: async () => (later(), settled()) };
}

test("who_watches_without_a_desk_appears_offline", async () => {
  const { watch, asked, told } = watching(GONE);
  await watch.watch();
  assert.deepEqual(asked, ["presence.set offline", "conversation.watch"]);
  assert.ok(told.includes("signed in"));
});

test("who_watches_beside_an_open_desk_stays_as_the_desk_says", async () => {
  const { watch, asked } = watching(DESK);
  await watch.watch();
  assert.deepEqual(asked, ["conversation.watch"]);
});

test("a_desk_that_reloads_is_waited_for_and_keeps_its_presence", async () => {
  const { watch, asked, looks, turn } = watching(RELOADING, RELOADING, DESK);
  const done = watch.watch();
  await settled();
  assert.deepEqual([asked, looks()], [[], 1], "nothing is decided while the desk may come back");
  await turn();
  await turn();
  await done;
  assert.deepEqual([asked, looks()], [["conversation.watch"], 3]);
});

test("a_desk_that_does_not_come_back_is_no_desk", async () => {
  const { watch, asked, turn } = watching(RELOADING, GONE);
  const done = watch.watch();
  await settled();
  await turn();
  await done;
  assert.deepEqual(asked, ["presence.set offline", "conversation.watch"]);
});

test("who_is_inactive_is_not_reset_by_watching", async () => {
  const { watch, asked } = watching({ sessions: 0, base_presence: "inactive" });
  await watch.watch();
  assert.deepEqual(asked, ["conversation.watch"]);
});

test("what_comes_before_a_watcher_appears_offline_goes_to_somebody_who_is_there", async () => {
  const { watch, asked, told, hear, turn } = watching(GONE);
  const offer = (id, can_decline = true) => ({ type: "offer.created", offer: { id, conversation_id: `of ${id}`, can_decline } });
  await watch.watch();
  asked.length = 0;
  hear(offer("o1"));
  hear({ type: "conversation.assigned", conversation: { id: "c2" } });
  assert.deepEqual([asked, told.includes("offer")], [["offer.decline", "conversation.release"], false]);
  hear(offer("o2", false));
  assert.equal(told.filter((word) => word === "offer").length, 1, "what cannot be declined is told");
  await turn();
  hear(offer("o3"));
  hear(offer("o4"));
  assert.deepEqual([asked.length, told.filter((word) => word === "offer").length], [2, 1], "later ones are for the desk, and are told of once");
  for (const id of ["o2", "o3", "o4"]) hear({ type: "offer.ended", offer_id: id });
  hear(offer("o5"));
  assert.equal(told.filter((word) => word === "offer").length, 2);
});

test("a_story_that_is_left_while_it_begins_to_watch_signs_nobody_in", async () => {
  const { watch, asked, told } = watching(GONE);
  const done = watch.watch();
  watch.stop();
  await assert.rejects(done, (error) => error.problem.code === "stopped");
  assert.deepEqual([asked, told.includes("start")], [[], false]);
});

test("what_the_server_watches_no_more_is_not_said_to_be_live", async () => {
  const { watch, told, hear } = watching(DESK);
  await watch.watch();
  assert.deepEqual([watch.part, told.at(-1)], ["watching", "live"]);
  hear({ type: "watch.ended", conversation_id: "c1", reason: "open" });
  assert.deepEqual([watch.part, told.at(-1)], ["off", "dead"]);
});

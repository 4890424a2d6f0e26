/* Owns the proof that on a shared computer nobody is shown what another person has said. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { personOf } from "../../../static/js/chat/identity.js";
import { Chat } from "../../../static/js/chat/session.js";

const token = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`;
const kim = token({ sub: "kim-7", exp: 1 });
const lee = token({ sub: "lee-8", exp: 1 });
const kept = (person) => ({ customer_token: "t", conversation_id: "c1", outbox: [], seen_seq: 0, person });
const widget = { channel_id: "shop", authentication: "optional" };

/** A chat over this memory, before it has a connection. */
function chatOf(stored) {
  const memory = { stored, read: () => memory.stored, keep: (now) => { memory.stored = now; }, forget: () => { memory.stored = null; } };
  const chat = new Chat({ memory, visible: true, widget, language: "en" });
  chats.push(chat);
  return { chat, memory };
}

/** @type {Chat[]} */
const chats = [];

const before = { WebSocket: globalThis.WebSocket, location: globalThis.location, addEventListener: globalThis.addEventListener };
beforeEach(() => {
  class Silent extends EventTarget {
    readyState = 0;
    send() {}
    close() {}
  }
  Object.assign(globalThis, { WebSocket: Silent, location: new URL("https://desk.example/widget"), addEventListener() {} });
});
afterEach(() => {
  // Their connections stop being tried.
  for (const chat of chats.splice(0)) chat.again("");
  Object.assign(globalThis, before);
});

test("a_token_names_a_person_and_a_newer_one_the_same", () => {
  assert.equal(personOf(kim), "kim-7");
  assert.equal(personOf(token({ sub: "kim-7", exp: 2 })), "kim-7");
  assert.equal(personOf(token({ sub: "jürgen" })), "jürgen");
  assert.equal(personOf(null), null);
  for (const unreadable of ["x", "a.b.c", token({}), token({ sub: 7 })]) assert.equal(personOf(unreadable), "");
});

test("a_kept_chat_of_another_person_or_after_a_sign_out_is_forgotten_and_never_shown", () => {
  for (const now of [lee, null, "unreadable"]) {
    const { chat, memory } = chatOf(kept("kim-7"));
    chat.visit({ token: now, context: {} }, true);
    chat.goOn();
    assert.deepEqual([memory.stored, chat.store.state.stage], [null, "start"], String(now));
  }
});

test("a_chat_on_the_screen_is_put_away_when_another_person_comes", () => {
  const { chat, memory } = chatOf(kept("kim-7"));
  chat.visit({ token: kim, context: {} }, true);
  chat.goOn();
  const said = { id: "m1", conversation_id: "c1", seq: 1, sender: "customer", text: "My secret", created_at: "2026-11-21T10:00:00Z" };
  chat.store.dispatch({ type: "message.received", conversation_id: "c1", message: said });
  assert.equal(chat.store.state.messages.length, 1);
  chat.visit({ token: lee, context: {} }, true);
  assert.deepEqual([chat.store.state.stage, chat.store.state.messages, memory.stored], ["start", [], null]);
});

test("the_same_person_a_page_that_says_nothing_and_a_chat_of_nobody_go_on", () => {
  for (const [person, now, said] of [["kim-7", token({ sub: "kim-7", exp: 9 }), true], ["kim-7", null, false], [null, lee, true], [null, null, true], [undefined, null, true]]) {
    const { chat, memory } = chatOf(kept(person));
    chat.visit({ token: now, context: {} }, said);
    chat.goOn();
    assert.deepEqual([chat.store.state.stage, memory.stored?.conversation_id], ["waiting", "c1"], `${person} ${now}`);
    chat.visit({ token: now, context: {} }, said);
    assert.equal(chat.store.state.stage, "waiting");
  }
});

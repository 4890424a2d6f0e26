/* Owns the proof that a customer's "End chat" is never lost, also where it is said before the page has a connection. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Chat } from "../../../static/js/chat/session.js";

const before = { WebSocket: globalThis.WebSocket, location: globalThis.location, addEventListener: globalThis.addEventListener };
/** Those that were opened; each keeps what it was told to send. @type {any[]} */
let sockets = [];
beforeEach(() => {
  sockets = [];
  class Socket extends EventTarget {
    readyState = 1;
    sent = [];
    constructor() {
      super();
      sockets.push(this);
    }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() {}
  }
  Object.assign(globalThis, { WebSocket: Socket, location: new URL("https://desk.example/chat"), addEventListener() {} });
});
/** @type {Chat|null} */
let chat = null;
afterEach(() => {
  // Its connection stops being tried.
  chat?.again("");
  Object.assign(globalThis, before);
});

test("an_end_that_is_said_before_the_connection_stands_is_told_as_soon_as_it_does", async () => {
  const kept = { customer_token: "t", conversation_id: "c1", outbox: [], seen_seq: 0, person: null };
  chat = new Chat({ memory: { read: () => kept, keep() {}, forget() {} }, visible: true, widget: { channel_id: "shop", authentication: "none" }, language: "en" });
  chat.goOn();
  const ended = chat.end();
  // The token is asked for first.
  await new Promise((resolve) => setImmediate(resolve));
  const [socket] = sockets;
  socket.onopen();
  socket.onmessage({ data: JSON.stringify({ type: "welcome", session_id: "s1", seq: 1, resumed: false, conversation: { id: "c1", state: "open" }, messages: [] }) });
  const asked = socket.sent.find(({ type }) => type === "conversation.end");
  assert.ok(asked, "the server is told");
  socket.onmessage({ data: JSON.stringify({ type: "reply", id: asked.id, ok: true, result: {} }) });
  await ended;
  assert.equal(chat.store.state.stage, "ended");
});

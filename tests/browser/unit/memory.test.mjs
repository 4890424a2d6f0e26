/* Owns the proof of where a customer's conversation is kept, when several tabs of one visitor keep theirs in the same place. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createMemory } from "../../../static/js/chat/memory.js";

function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

const of = (conversation_id) => ({ customer_token: `t ${conversation_id}`, conversation_id, outbox: [], seen_seq: 0 });
const host = () => ({ told: [], tell(message) { this.told.push(message); } });

beforeEach(() => Object.assign(globalThis, { localStorage: storage(), sessionStorage: storage() }));
afterEach(() => {
  delete globalThis.localStorage;
  delete globalThis.sessionStorage;
});

test("a_tab_whose_chat_is_over_does_not_forget_the_new_one_of_another_tab", () => {
  const [one, other] = [createMemory("shop", host()), createMemory("shop", host())];
  one.keep(of("c1"));
  other.forget("c1");
  assert.equal(one.read(), null);
  one.keep(of("c1"));
  other.keep(of("c1"));
  one.forget("c1");
  one.keep(of("c2"));
  other.keep({ ...of("c1"), seen_seq: 3 });
  other.forget("c1");
  assert.deepEqual(one.read(), of("c2"));
});

test("the_page_by_itself_goes_on_in_another_tab", () => {
  createMemory("shop", null).keep(of("c1"));
  globalThis.sessionStorage = storage();
  assert.deepEqual(createMemory("shop", null).read(), of("c1"));
});

test("without_storage_the_page_around_is_told_which_conversation_to_forget", () => {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get() { throw new Error("forbidden"); } });
  const around = host();
  const memory = createMemory("shop", around);
  memory.keep(of("c1"));
  memory.keep(of("c1"));
  memory.forget("c1");
  memory.forget("c1");
  assert.deepEqual(around.told, [{ type: "keep", kept: of("c1") }, { type: "forget", conversation_id: "c1" }]);
  memory.note(of("c2"));
  memory.keep({ ...of("c1"), seen_seq: 3 });
  memory.forget("c1");
  assert.equal(around.told.length, 2, "another tab's is not touched");
  assert.deepEqual(memory.read(), of("c2"));
});

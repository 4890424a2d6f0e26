/* Owns the proof of a pop's words: what the server says in English by itself is said in the desk's language, and nothing else is touched. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { labelText, whereText } from "../../../static/js/agent/offer-words.js";
import { t as german } from "../../../static/js/strings.de.js";
import { t } from "../../../static/js/strings.en.js";
import { offer } from "../helpers/frames.mjs";

const english = { ...t };
afterEach(() => void Object.assign(t, english));

test("labels_of_the_first_fields_are_said_in_the_desks_language_and_those_of_templates_stay", () => {
  assert.deepEqual(["Customer", "Waiting", "Order number", "toString"].map(labelText), ["Customer", "Waiting", "Order number", "toString"]);
  Object.assign(t, german);
  assert.deepEqual(["Customer", "Channel", "Queue", "Waiting", "Order number"].map(labelText), ["Kunde", "Kanal", "Warteschlange", "Wartet", "Order number"]);
});

test("where_a_conversation_comes_from_is_found_in_any_language", () => {
  const fields = [{ label: "Channel", value: "Web chat" }, { label: "Queue", value: "Support" }];
  assert.equal(whereText(offer({ fields })), "Web chat, Support");
  Object.assign(t, german);
  assert.equal(whereText(offer({ fields })), "Web chat, Support");
  assert.equal(whereText(offer()), "Live-Chat");
});

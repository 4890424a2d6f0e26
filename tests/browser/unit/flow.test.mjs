/* Owns what the flows promise without a browser: ids and names, defaults by type, what is sent, the widget's line. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { snippetOf } from "../../../static/js/admin/flow-next.js";
import { idOf, isId, newStream, streamToSend, variableName, withType } from "../../../static/js/admin/flow-state.js";

test("an id comes out of any name and is one that the server takes", () => {
  assert.equal(idOf("Web Chat (München)"), "web-chat-munchen");
  assert.equal(idOf("  Größe & Preis! "), "grosse-preis");
  assert.equal(idOf("…"), "");
  for (const name of ["Web chat", "x".repeat(90), "42", "a".repeat(63) + " b"]) assert.ok(isId(idOf(name)), name);
  for (const id of ["", "-x", "Web", "a b", "x".repeat(65)]) assert.ok(!isId(id), id);
});

test("a variable's name has letters, digits and underscores only", () => {
  assert.equal(variableName("Order value (€)"), "order_value");
  assert.equal(variableName("Straße"), "strasse");
  assert.equal(variableName("!!"), "");
});

test("another channel type brings its defaults, and keeps what was chosen", () => {
  const chat = newStream().value;
  const sms = withType(chat, "sms");
  assert.deepEqual([sms.auto_close_after_inactivity_seconds, sms.fallback_queue_id, sms.distribution.agent_affinity], [86_400, "default-messaging", true]);
  const record = withType({ ...chat, auto_close_after_inactivity_seconds: 60, fallback_queue_id: "vip" }, "entity");
  assert.deepEqual([record.auto_close_after_inactivity_seconds, record.fallback_queue_id], [60, "vip"]);
  assert.deepEqual(withType(chat, "entity").auto_close_after_inactivity_seconds, null);
});

test("what the mode or the type does not take is not sent", () => {
  const sent = (type, mode) => {
    const { value } = newStream(type);
    return streamToSend({ ...value, distribution: { ...value.distribution, mode } });
  };
  assert.deepEqual(Object.keys(sent("sms", "push").distribution).sort(), ["agent_affinity", "allowed_presences", "mode", "notification", "select_from_push"]);
  assert.deepEqual(Object.keys(sent("sms", "pick").distribution).sort(), ["allowed_presences", "mode", "notification"]);
  assert.ok(!("agent_affinity" in sent("entity", "push").distribution));
  assert.ok("entity_configurations" in sent("entity", "push") && !("entity_configurations" in sent("sms", "push")));
});

test("the widget's line names the channel and this server", () => {
  assert.equal(snippetOf("shop", "https://desk.example"), '<script src="https://desk.example/static/widget.js" data-channel="shop" async></script>');
});

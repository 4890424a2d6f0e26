/* Owns the design page's conversation: what a message can look like, and a screen pop's look without what it does. */

import { h, icon } from "../lib/dom.js";
import { t, ui } from "../strings.en.js";
import { createThread } from "../lib/thread.js";

const AT = "2026-03-02T09:12:00.000Z";

/** @typedef {import("../types.js").Message} Message */

export function talk() {
  const d = ui.design.talk;
  const thread = createThread({ label: d.label, senderName: ({ sender }) => (sender === "agent" ? d.agent : d.name), isOwn: ({ sender }) => sender === "agent", onRetry: () => {}, onDiscard: () => {} });
  const message = (/** @type {number} */ seq, /** @type {Partial<Message>} */ more) => /** @type {Message} */ ({ id: `m${seq}`, conversation_id: "c", seq, sender: "customer", text: "", visibility: "public", created_at: AT, ...more });
  const messages = [message(1, { text: d.theirs }), message(2, { sender: "system", text: d.joined }), message(3, { sender: "agent", text: d.own }), message(4, { sender: "agent", visibility: "internal", text: d.note })];
  const outgoing = (/** @type {string} */ id, /** @type {"pending"|"failed"} */ state, /** @type {string} */ text) => ({ client_message_id: id, conversation_id: "c", text, visibility: /** @type {const} */ ("public"), state, problem: null, created_at: AT });
  thread.update("c", d.label, messages, [outgoing("o1", "pending", d.pending), outgoing("o2", "failed", d.failed)]);
  return [h("div", { class: "show-talk" }, h("div", { class: "show-thread" }, thread.el), h("div", { class: "show-pops" }, pop("standard", "0:47", 0.78), pop("urgent", "0:09", 0.15)))];
}

/** @param {string} theme @param {string} time @param {number} left how much of the time */
function pop(theme, time, left) {
  const d = ui.design.talk;
  const bar = h("span", { class: "pop-bar-fill" });
  bar.style.setProperty("--left", String(left));
  const button = (/** @type {"accept"|"decline"} */ kind, /** @type {string} */ text, /** @type {string} */ key) => h("button", { type: "button", class: `button ${kind === "accept" ? "primary" : ""}` }, icon(kind), h("span", { class: "label", text }), h("kbd", { text: key }));
  return h(
    "div",
    { class: "pop", "data-theme": theme, "data-full": "true", "data-hurry": String(left < 0.2) },
    h("div", { class: "pop-head" }, h("h3", { class: "pop-name" }, h("span", { class: "eyebrow", text: t.incoming }), " ", h("span", { text: d.name })), h("span", { class: "pop-time", text: time })),
    h("div", { class: "pop-bar" }, bar),
    h("div", { class: "pop-body" }, h("dl", { class: "fields" }, ...[[t.field.channel, t.channel_types.live_chat], [t.field.queue, "VIP"], [d.topic, d.topic_value]].map(([name, text]) => h("div", {}, h("dt", { text: name }), h("dd", { text }))))),
    h("div", { class: "pop-actions" }, button("accept", t.accept, "Alt+A"), button("decline", t.decline, "Alt+X")),
  );
}

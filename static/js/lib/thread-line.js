/*
 * Owns one line among the messages: sender and time, a note apart from a message (colour, icon and word), how far it is on its way,
 * attachments, and long texts folded.
 */

import { attachmentList } from "./attachments.js";
import { h, icon, setAttr, setText } from "./dom.js";
import { dayText, fullText, timeText } from "./format.js";
import { t } from "../strings.en.js";

/** @typedef {import("../types.js").Message} Message */
/** @typedef {import("../types.js").Outgoing} Outgoing */
/** @typedef {{key: string, day?: string, message?: Message, outgoing?: Outgoing}} Line */

/**
 * @typedef {object} LinePorts
 * @property {(message: Message) => string} senderName
 * @property {(message: Message) => boolean} isOwn
 * @property {(problem: import("../types.js").Problem) => string} [problemText] why something was not sent, in the page's words
 * @property {(client_message_id: string) => void} onRetry
 * @property {(client_message_id: string) => void} onDiscard
 */

/** From so much on a text is folded. */
const LONG_CHARACTERS = 1_600;
const LONG_LINES = 24;

/** @param {Line} line @param {LinePorts} ports @returns {HTMLLIElement} */
export function createLine(line, ports) {
  if (line.day) return h("li", { class: "day" }, h("span", { text: dayText(line.day) }));
  if (line.outgoing) return outgoingLine(line.outgoing, ports);
  const message = /** @type {Message} */ (line.message);
  if (message.sender === "system") return h("li", { class: "system-line" }, h("span", { text: message.text }), " ", timeOf(message.created_at));
  const internal = message.visibility === "internal";
  const side = internal ? "note" : ports.isOwn(message) ? "own" : "theirs";
  return h(
    "li",
    { class: `message ${side}` },
    h("p", { class: "message-meta" }, internal ? noteMark() : null, h("bdi", { class: "sender", text: ports.senderName(message) }), " ", timeOf(message.created_at)),
    message.text ? textOf(message.text) : null,
    attachmentList(message.attachments),
  );
}

/** What of a line can change. @param {HTMLLIElement} item @param {Line} line @param {LinePorts|null} renamed where senders may be called otherwise now @param {LinePorts} ports */
export function updateLine(item, { message, outgoing }, renamed, ports) {
  if (outgoing) updateOutgoing(item, outgoing, ports);
  if (!message || message.sender === "system") return;
  const sender = renamed && item.querySelector(".sender");
  if (sender) setText(sender, renamed.senderName(message));
  updateDelivery(item, message);
}

/** @param {string} text */
function textOf(text) {
  const el = h("p", { class: "message-text", text });
  if (text.length < LONG_CHARACTERS && text.split("\n", LONG_LINES).length < LONG_LINES) return el;
  el.classList.add("folded");
  const toggle = h("button", { type: "button", class: "link-button", "aria-expanded": "false", text: t.panel.show_all, onclick: () => {
    const folded = el.classList.toggle("folded");
    setAttr(toggle, "aria-expanded", String(!folded));
    setText(toggle, folded ? t.panel.show_all : t.panel.show_less);
  } });
  return h("div", {}, el, toggle);
}

/** @param {Outgoing} outgoing @param {LinePorts} ports */
function outgoingLine(outgoing, { onRetry, onDiscard }) {
  const internal = outgoing.visibility === "internal";
  const failed = outgoing.state === "failed";
  const id = outgoing.client_message_id;
  const tools = failed
    ? h(
        "div",
        { class: "message-tools" },
        h("button", { type: "button", class: "button small", text: t.retry, onclick: () => onRetry(id) }),
        h("button", { type: "button", class: "button small", text: t.discard, onclick: () => onDiscard(id) }),
      )
    : null;
  return h(
    "li",
    { class: `message ${internal ? "note" : "own"} ${failed ? "failed" : "pending"}` },
    h("p", { class: "message-meta" }, internal ? noteMark() : null, failed ? icon("warning") : null, h("span", { class: "sending" })),
    textOf(outgoing.text),
    tools,
  );
}

/** @param {HTMLLIElement} item @param {Outgoing} outgoing @param {LinePorts} ports */
function updateOutgoing(item, outgoing, { problemText }) {
  const words = item.querySelector(".sending");
  const { problem } = outgoing;
  const why = problem && (problemText ? problemText(problem) : (problem.detail ?? problem.title));
  const text = outgoing.state === "pending" ? t.sending : why ? t.not_sent_why(why) : t.not_sent;
  if (words) setText(words, text);
}

/** Says under a message how far it is on its way to the customer; the log's reader hears of one that failed. @param {HTMLLIElement} item @param {Message} message */
function updateDelivery(item, { delivery }) {
  const now = delivery ? `${delivery.state} ${delivery.problem ?? ""}` : null;
  if (item.getAttribute("data-delivery") === now) return;
  setAttr(item, "data-delivery", now);
  const failed = delivery?.state === "failed";
  item.classList.toggle("failed", failed);
  (item.querySelector(".delivery") ?? item.querySelector(".undelivered"))?.remove();
  if (!delivery) return;
  const { state, problem } = delivery;
  if (failed) {
    item.append(h("p", { class: "undelivered" }, icon("warning"), h("span", { text: problem ? t.not_delivered_why(problem) : t.not_delivered })));
    return;
  }
  const words = t.panel.delivery[/** @type {keyof typeof t.panel.delivery} */ (state)] ?? state;
  const mark = state === "delivered" || state === "read" ? icon("delivered") : state === "sent" ? icon("accept") : icon("pending");
  item.append(h("p", { class: "delivery", "data-state": state }, mark, h("span", { text: problem ? t.panel.delivery_why(words, problem) : words })));
}

function noteMark() {
  return h("span", { class: "note-mark" }, icon("note"), h("span", { text: t.internal_note }), " ");
}

/** @param {string} iso */
function timeOf(iso) {
  return h("time", { datetime: iso, title: fullText(iso), text: timeText(iso) });
}

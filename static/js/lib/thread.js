/*
 * Owns how messages stand on a page, for agents and customers: days, senders, times, notes apart from messages, and those on
 * their way below the others. Stays at the end while the reader is there.
 */

import { h, icon, reconcile, setAttr, setShown, setText } from "./dom.js";
import { dayKey, dayText, timeText } from "./format.js";
import { t } from "../strings.en.js";

/** @typedef {import("../types.js").Message} Message */
/** @typedef {import("../types.js").Outgoing} Outgoing */
/** @typedef {{key: string, day?: string, message?: Message, outgoing?: Outgoing}} Line */

/** Closer to the end than this counts as at the end. */
const NEAR_END_PX = 60;

/**
 * @param {object} options
 * @param {string} options.label
 * @param {(message: Message) => string} options.senderName
 * @param {(message: Message) => boolean} options.isOwn
 * @param {(client_message_id: string) => void} options.onRetry
 * @param {(client_message_id: string) => void} options.onDiscard
 */
export function createThread({ label, senderName, isOwn, onRetry, onDiscard }) {
  const list = h("ol", { class: "thread-lines" });
  const log = h("div", { class: "thread", role: "log", "aria-label": label, tabindex: 0, onscroll: () => noteScroll() }, list);
  const more = h("button", { type: "button", class: "button small thread-more", hidden: true, text: t.new_messages, onclick: () => toEnd() });
  const el = h("div", { class: "thread-box" }, log, more);
  // What was read to the end stays so when the window or the field below changes its height.
  let at_end = true;
  new ResizeObserver(() => at_end && toEnd()).observe(log);
  let count = 0;
  let shown = "";

  function isAtEnd() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  }

  function noteScroll() {
    at_end = isAtEnd();
    if (at_end) setShown(more, false);
  }

  function toEnd() {
    at_end = true;
    log.scrollTop = log.scrollHeight;
    setShown(more, false);
  }

  return {
    el,
    log,
    /**
     * @param {string} key which conversation
     * @param {string} label
     * @param {Message[]} messages
     * @param {Outgoing[]} outbox
     */
    update(key, label, messages, outbox) {
      const stay = key === shown && !at_end;
      setAttr(log, "aria-label", label);
      if (key !== shown) list.replaceChildren();
      reconcile(
        list,
        linesOf(messages, outbox),
        (line) => line.key,
        (line) => createLine(line, { senderName, isOwn, onRetry, onDiscard }),
        (item, line) => {
          if (line.outgoing) updateOutgoing(item, line.outgoing);
          if (line.message) updateDelivery(item, line.message);
        },
      );
      const lines = messages.length + outbox.length;
      if (!stay) toEnd();
      else if (lines > count) setShown(more, true);
      count = lines;
      shown = key;
    },
  };
}

/** Messages with a line where the day changes, then what is not confirmed yet. @param {Message[]} messages @param {Outgoing[]} outbox */
function linesOf(messages, outbox) {
  /** @type {Line[]} */
  const lines = [];
  let day = "";
  for (const message of messages) {
    if (dayKey(message.created_at) !== day) {
      day = dayKey(message.created_at);
      lines.push({ key: `day ${day}`, day: message.created_at });
    }
    lines.push({ key: message.id, message });
  }
  for (const outgoing of outbox) lines.push({ key: `out ${outgoing.client_message_id} ${outgoing.state}`, outgoing });
  return lines;
}

/**
 * @typedef {object} LinePorts
 * @property {(message: Message) => string} senderName
 * @property {(message: Message) => boolean} isOwn
 * @property {(client_message_id: string) => void} onRetry
 * @property {(client_message_id: string) => void} onDiscard
 */

/** @param {Line} line @param {LinePorts} ports @returns {HTMLLIElement} */
function createLine(line, ports) {
  if (line.day) return h("li", { class: "day" }, h("span", { text: dayText(line.day) }));
  if (line.outgoing) return outgoingLine(line.outgoing, ports);
  const message = /** @type {Message} */ (line.message);
  if (message.sender === "system") return h("li", { class: "system-line" }, h("span", { text: message.text }), " ", timeOf(message.created_at));
  const internal = message.visibility === "internal";
  const side = internal ? "note" : ports.isOwn(message) ? "own" : "theirs";
  return h(
    "li",
    { class: `message ${side}` },
    h("p", { class: "message-meta" }, internal ? noteMark() : null, h("span", { class: "sender", text: ports.senderName(message) }), " ", timeOf(message.created_at)),
    h("p", { class: "message-text", text: message.text }),
  );
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
    h("p", { class: "message-meta" }, internal ? noteMark() : null, h("span", { class: "sending" })),
    h("p", { class: "message-text", text: outgoing.text }),
    tools,
  );
}

/** @param {HTMLLIElement} item @param {Outgoing} outgoing */
function updateOutgoing(item, outgoing) {
  const words = item.querySelector(".sending");
  const why = outgoing.problem?.detail ?? outgoing.problem?.title;
  const text = outgoing.state === "pending" ? t.sending : why ? t.not_sent_why(why) : t.not_sent;
  if (words) setText(words, text);
}

/** Says under a message that it did not reach the customer; the log's reader hears it. @param {HTMLLIElement} item @param {Message} message */
function updateDelivery(item, { delivery }) {
  const failed = delivery?.state === "failed";
  item.classList.toggle("failed", failed);
  const known = item.querySelector(".undelivered");
  if (!failed) return known?.remove();
  const text = delivery.problem ? t.not_delivered_why(delivery.problem) : t.not_delivered;
  if (known) setText(known, text);
  else item.append(h("p", { class: "undelivered", text }));
}

function noteMark() {
  return h("span", { class: "note-mark" }, icon("note"), h("span", { text: t.internal_note }), " ");
}

/** @param {string} iso */
function timeOf(iso) {
  return h("time", { datetime: iso, text: timeText(iso) });
}

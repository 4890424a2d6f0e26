/*
 * Owns messages on their way: pure steps over the list of what is not yet confirmed, and the courier that sends it.
 * A message leaves the list only by the server's `ok`; after a lost connection (by the client's `again`) or a reload the same
 * one goes again under the same client_message_id, of which the server keeps one.
 */

import { RequestError } from "./client.js";
import { randomId } from "./id.js";

/** @typedef {import("../types.js").Outgoing} Outgoing */
/** @typedef {import("../types.js").Frame} Frame */

/** Not the server's word: the message stays pending, and goes after a reload. */
const STOPPED = "stopped";
const BUSY_RETRY_MS = 2_000;

/**
 * A message that was just written.
 * @param {string} conversation_id
 * @param {string} text
 * @param {import("../types.js").Visibility} visibility
 * @returns {Outgoing}
 */
export function newOutgoing(conversation_id, text, visibility) {
  return { client_message_id: randomId(), conversation_id, text, visibility, state: "pending", problem: null, created_at: new Date().toISOString() };
}

/**
 * The list after a `local.message_…` frame; other frames leave it as it is.
 * @param {Outgoing[]} outbox
 * @param {Frame} frame
 * @returns {Outgoing[]}
 */
export function reduceOutbox(outbox, frame) {
  switch (frame.type) {
    case "local.message_queued":
      return [...outbox, frame.outgoing];
    case "local.message_sent":
    case "local.message_dropped":
      return outbox.filter((item) => item.client_message_id !== frame.client_message_id);
    case "local.message_failed":
      return mark(outbox, frame.client_message_id, { state: "failed", problem: frame.problem ?? null });
    case "local.message_retried":
      return mark(outbox, frame.client_message_id, { state: "pending", problem: null });
    default:
      return outbox;
  }
}

/**
 * @param {Outgoing[]} outbox
 * @param {string} id
 * @param {Partial<Outgoing>} change
 */
function mark(outbox, id, change) {
  return outbox.map((item) => (item.client_message_id === id ? { ...item, ...change } : item));
}

/**
 * Puts a message into a thread in order of `seq`, once. Of one that is there, what is told of its delivery counts.
 * @param {import("../types.js").Message[]} messages
 * @param {import("../types.js").Message} message
 */
export function withMessage(messages, message) {
  if (messages.some((known) => known.id === message.id)) return message.delivery ? withDelivery(messages, message.id, message.delivery) : messages;
  const last = messages.at(-1);
  const next = [...messages, message];
  return last && last.seq > message.seq ? next.sort((a, b) => a.seq - b.seq) : next;
}

/**
 * Puts many messages into a thread, each once, in order of `seq`.
 * @param {import("../types.js").Message[]} messages
 * @param {import("../types.js").Message[]} more
 */
export function withMessages(messages, more) {
  if (more.length < 2) return more.reduce(withMessage, messages);
  const all = new Map(messages.map((message) => [message.id, message]));
  for (const message of more) {
    const known = all.get(message.id);
    all.set(message.id, known ? { ...known, ...(message.delivery ? { delivery: message.delivery } : {}) } : message);
  }
  return [...all.values()].sort((a, b) => a.seq - b.seq);
}

/**
 * The thread with what is known of one message's way to the customer.
 * @param {import("../types.js").Message[]} messages
 * @param {string} id
 * @param {import("../types.js").Delivery} delivery
 */
export function withDelivery(messages, id, delivery) {
  return messages.map((message) => (message.id === id ? { ...message, delivery } : message));
}

/** Sends what is pending, in order, each once at a time. What comes too fast for the server waits, and all the rest behind it. */
export class Courier {
  /** @type {Set<string>} */
  #under_way = new Set();
  #resting = false;

  /**
   * @param {object} ports
   * @param {() => Outgoing[]} ports.outbox
   * @param {(outgoing: Outgoing) => Promise<any>} ports.send settles by the server's answer, however often the connection is lost
   * @param {(frame: {type: string} & Record<string, unknown>) => void} ports.dispatch
   */
  constructor({ outbox, send, dispatch }) {
    this.outbox = outbox;
    this.send = send;
    this.dispatch = dispatch;
  }

  /** Sends everything that is pending and not under way. Called when something was queued and at each welcome. */
  flush() {
    if (this.#resting) return;
    for (const outgoing of this.outbox()) {
      if (outgoing.state === "pending" && !this.#under_way.has(outgoing.client_message_id)) void this.#deliver(outgoing);
    }
  }

  /** Sends nothing for a while, so that nothing overtakes what was refused. @param {number} ms */
  #rest(ms) {
    if (this.#resting) return;
    this.#resting = true;
    setTimeout(() => {
      this.#resting = false;
      this.flush();
    }, ms);
  }

  /** @param {Outgoing} outgoing */
  async #deliver(outgoing) {
    const { client_message_id } = outgoing;
    this.#under_way.add(client_message_id);
    try {
      const result = await this.send(outgoing);
      this.dispatch({ type: "local.message_sent", client_message_id, conversation_id: outgoing.conversation_id, message: messageOf(result) });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, status, retry_after_seconds = 1 } = error.problem;
      if (status === 429) this.#rest(retry_after_seconds * 1_000);
      else if (status === 503) setTimeout(() => this.flush(), BUSY_RETRY_MS);
      else if (code !== STOPPED) this.dispatch({ type: "local.message_failed", client_message_id, problem: error.problem });
    } finally {
      this.#under_way.delete(client_message_id);
    }
  }
}

/**
 * The message in a reply's result, whether it stands there bare or under `message`.
 * @param {any} result
 * @returns {import("../types.js").Message|null}
 */
function messageOf(result) {
  const message = result?.message ?? result;
  return message && typeof message.text === "string" && typeof message.id === "string" ? message : null;
}

/*
 * Owns the customer's session: opening a conversation over HTTP, then its socket. The conversation's token is kept in this tab's
 * session storage, so that a reload goes on where it was.
 */

import { Client, RequestError } from "../lib/client.js";
import { call } from "../lib/http.js";
import { Courier, newOutgoing } from "../lib/outbox.js";
import { createStore } from "../lib/store.js";
import { readJson, writeJson } from "../lib/storage.js";
import { t } from "../strings.en.js";
import { initialState, reduce, unsent } from "./state.js";

const TYPING_EVERY_MS = 3_000;

/** @typedef {{customer_token: string, conversation_id: string, outbox: import("../types.js").Outgoing[]}} Kept */

export class Chat {
  /** @type {Client|null} */
  #client = null;
  #customer_token = "";
  #typed_at_ms = -Infinity;

  /** @param {string} channel_id */
  constructor(channel_id) {
    this.channel_id = channel_id;
    this.key = `callboard.chat.${channel_id}`;
    this.store = createStore(reduce, initialState());
    this.courier = new Courier({
      outbox: () => this.store.state.outbox,
      send: ({ text, client_message_id }) => this.#request("message.send", { text, client_message_id }, { again: true }),
      dispatch: this.store.dispatch,
    });
    this.store.subscribe((state) => this.#keep(state));
  }

  /** @param {string} type @param {object} [fields] @param {{again?: boolean}} [options] */
  #request(type, fields, options) {
    return this.#client ? this.#client.request(type, fields, options) : Promise.reject(new RequestError({ code: "stopped" }));
  }

  /** @param {import("../types.js").CustomerState} state */
  #keep({ conversation_id, outbox, stage }) {
    const customer_token = this.#customer_token;
    if (stage === "ended") this.#leave();
    else if (conversation_id && customer_token) writeJson(sessionStorage, this.key, { customer_token, conversation_id, outbox });
  }

  #leave() {
    writeJson(sessionStorage, this.key, null);
    this.#client?.stop();
    this.#client = null;
  }

  #connect() {
    const client = new Client({ socket: "customer", token: this.#customer_token });
    this.#client = client;
    client.on("frame", (frame) => {
      this.store.dispatch(frame);
      if (frame.type === "welcome") this.courier.flush();
    });
    client.on("connection", (/** @type {import("../types.js").Connection} */ connection) => {
      this.store.dispatch({ type: "local.connection", connection });
      // The token ends with its conversation: a refused one means that it is over.
      if (connection.code !== null && connection.phase === "stopped") this.store.dispatch({ type: "conversation.ended", reason: null });
    });
    void client.start();
  }

  /** Goes on with the conversation of before a reload, if there is one. */
  resume() {
    const kept = readJson(sessionStorage, this.key, /** @type {Kept|null} */ (null));
    if (!kept) return;
    this.#customer_token = kept.customer_token;
    this.store.dispatch({ type: "local.opened", conversation_id: kept.conversation_id, outbox: kept.outbox });
    this.#connect();
  }

  /** @param {{message: string, survey: Record<string, string|number>}} body */
  async start(body) {
    this.store.dispatch({ type: "local.opening" });
    try {
      const answer = await call(`/v1/widgets/${encodeURIComponent(this.channel_id)}/conversations`, { method: "POST", body });
      this.#customer_token = answer.customer_token;
      this.store.dispatch({ type: "local.opened", conversation_id: answer.conversation.id });
      this.#connect();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.store.dispatch({ type: "local.start", problem: startProblem(error.problem) });
    }
  }

  /** @param {string} text */
  send(text) {
    const { conversation_id } = this.store.state;
    if (!conversation_id) return;
    this.store.dispatch({ type: "local.message_queued", outgoing: newOutgoing(conversation_id, text, "public") });
    this.courier.flush();
  }

  /** @param {string} client_message_id */
  retry(client_message_id) {
    if (this.store.state.stage === "ended") return;
    this.store.dispatch({ type: "local.message_retried", client_message_id });
    this.courier.flush();
  }

  /** @param {string} client_message_id */
  discard(client_message_id) {
    this.store.dispatch({ type: "local.message_dropped", client_message_id });
  }

  /** Tells the agent that the customer types, now and then. */
  typing() {
    const now_ms = performance.now();
    if (now_ms - this.#typed_at_ms < TYPING_EVERY_MS) return;
    this.#typed_at_ms = now_ms;
    void this.#request("typing").catch(() => {});
  }

  /** Ends the chat; without a connection it goes on, and the button can be pressed again. */
  async end() {
    try {
      await this.#request("conversation.end");
      this.store.dispatch({ type: "conversation.ended", reason: "customer" });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      // The state may have passed on meanwhile; the next welcome tells.
      this.nudge();
    }
  }

  /**
   * Leaves the ended chat for a new one; what could not be sent any more goes along.
   * @param {string} typed
   */
  again(typed) {
    const draft = unsent(this.store.state, typed);
    this.#leave();
    this.store.dispatch({ type: "local.start", draft });
  }

  nudge() {
    this.#client?.nudge();
  }
}

/** @param {import("../types.js").Problem} problem */
function startProblem(problem) {
  if (problem.status === 404) return t.channel_unknown;
  if (problem.status === 429) return t.too_many;
  return problem.detail ? `${t.start_failed} ${problem.detail}` : t.start_failed;
}

/*
 * Owns the customer's session: opening a conversation over HTTP, then its socket. What a reload needs to go on is handed out to be kept.
 */

import { Client, RequestError } from "../lib/client.js";
import { call } from "../lib/http.js";
import { Courier, newOutgoing } from "../lib/outbox.js";
import { createStore } from "../lib/store.js";
import { t } from "../strings.en.js";
import { personOf } from "./identity.js";
import { initialState, reduce, unsent } from "./state.js";
import { errorsByVariable } from "./survey.js";

const TYPING_EVERY_MS = 3_000;

/** @typedef {{customer_token: string, conversation_id: string, outbox: import("../types.js").Outgoing[], seen_seq: number, person?: string|null}} Kept `person`: whom its token named */

/**
 * @typedef {object} Options
 * @property {{keep: (kept: Kept) => void, forget: (conversation_id: string) => void, read: () => Kept|null}} memory where a conversation is kept for a reload
 * @property {boolean} visible
 * @property {import("../types.js").Widget} widget
 * @property {string} language
 */

export class Chat {
  /** @type {Client|null} */
  #client = null;
  #customer_token = "";
  /** For whom the conversation at hand is; null: nobody said. @type {string|null} */
  #person = null;
  /** Who visits, as the page around says; undefined while it has said nothing. @type {string|null|undefined} */
  #visitor;
  #typed_at_ms = -Infinity;

  /** @param {Options} options */
  constructor({ memory, visible, widget, language }) {
    this.memory = memory;
    this.widget = widget;
    this.language = language;
    this.path = `/v1/widgets/${encodeURIComponent(widget.channel_id)}`;
    this.store = createStore(reduce, initialState(visible));
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
  #keep({ conversation_id, outbox, stage, seen_seq }) {
    const customer_token = this.#customer_token;
    if (stage === "ended") this.#leave();
    else if (conversation_id && customer_token) this.memory.keep({ customer_token, conversation_id, outbox, seen_seq, person: this.#person });
  }

  #leave() {
    const { conversation_id } = this.store.state;
    if (conversation_id) this.memory.forget(conversation_id);
    this.#client?.stop();
    this.#client = null;
  }

  #connect() {
    const client = new Client({ socket: "customer", token: this.#customer_token });
    this.#client = client;
    client.on("frame", (frame) => {
      if (client !== this.#client) return;
      this.store.dispatch(frame);
      if (frame.type === "welcome") this.courier.flush();
    });
    client.on("connection", (/** @type {import("../types.js").Connection} */ connection) => {
      if (client !== this.#client) return;
      this.store.dispatch({ type: "local.connection", connection });
      // The token ends with its conversation: a refused one means that it is over.
      if (connection.code !== null && connection.phase === "stopped") void this.#missedTheEnd();
    });
    void client.start();
  }

  /** The conversation ended while this page was not connected: what was said until then is in its transcript. */
  async #missedTheEnd() {
    const token = this.#customer_token;
    try {
      const { messages } = await call(`${this.path}/transcript?format=json`, { token });
      if (token !== this.#customer_token) return;
      this.store.dispatch({ type: "local.transcript", messages: messages.map(fromTranscript) });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
    if (token === this.#customer_token) this.store.dispatch({ type: "conversation.ended", reason: null });
  }

  /**
   * Hears from the page around who visits. What another person has said is put away at once, here and in the browser.
   * @param {import("../types.js").Visitor} visitor
   * @param {boolean} said whether the page has said who it is, or that it is nobody
   */
  visit(visitor, said) {
    this.store.dispatch({ type: "local.visitor", visitor });
    if (!said) return;
    this.#visitor = personOf(visitor.token);
    this.#kept();
    if (!this.#isAnothers(this.#person)) return;
    this.#leave();
    this.#customer_token = "";
    this.#person = null;
    this.store.dispatch({ type: "local.start" });
  }

  /** @param {string|null} person */
  #isAnothers(person) {
    return this.#visitor !== undefined && person !== null && person !== this.#visitor;
  }

  /** What is kept, if it may be shown here; another person's is forgotten. @returns {Kept|null} */
  #kept() {
    const kept = this.memory.read();
    if (!kept || !this.#isAnothers(kept.person ?? null)) return kept;
    this.memory.forget(kept.conversation_id);
    return null;
  }

  /** Goes on with the conversation of before a reload, if there is one. */
  goOn() {
    const kept = this.#kept();
    if (kept) this.resume(kept);
  }

  /** @param {Kept} kept */
  resume(kept) {
    this.#customer_token = kept.customer_token;
    this.#person = kept.person ?? null;
    const { conversation_id, outbox, seen_seq } = kept;
    this.store.dispatch({ type: "local.opened", conversation_id, outbox, seen_seq, resumed: true });
    this.#connect();
  }

  /** @param {{message: string, survey: Record<string, string|number|boolean>}} said */
  async start({ message, survey }) {
    const elsewhere = this.#kept();
    if (elsewhere) return this.#join(elsewhere, message);
    const { token, context } = this.store.state.visitor;
    const person = this.#takesToken() ? personOf(token) : null;
    const body = { message, survey: { ...context, ...survey }, language: this.language, ...(this.#takesToken() && token ? { token } : {}) };
    this.store.dispatch({ type: "local.opening" });
    try {
      const answer = await call(`${this.path}/conversations`, { method: "POST", body });
      // Somebody else has come meanwhile.
      if (this.#isAnothers(person)) return this.store.dispatch({ type: "local.start" });
      this.#customer_token = answer.customer_token;
      this.#person = person;
      this.store.dispatch({ type: "local.opened", conversation_id: answer.conversation.id });
      this.#connect();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { problem } = error;
      if (problem.code === "outside_hours") this.store.dispatch({ type: "local.hours", open: false, opens_at: problem.opens_at ?? null });
      this.store.dispatch({ type: "local.start", problem: startProblem(problem), errors: errorsByVariable(problem.errors), draft: message });
    }
  }

  /** The visitor has begun in another tab since this one was loaded: says it there. @param {Kept} kept @param {string} message */
  #join(kept, message) {
    this.resume(kept);
    this.send(message);
  }

  #takesToken() {
    return this.widget.authentication !== "none";
  }

  /** The channel wants to know who the visitor is, and the page around has not said it. */
  needsToken() {
    return this.widget.authentication === "required" && !this.store.state.visitor.token;
  }

  /** What was said, as a file; null if it cannot be had. @returns {Promise<Blob|null>} */
  async transcript() {
    try {
      const headers = { authorization: `Bearer ${this.#customer_token}`, accept: "text/plain" };
      const answer = await fetch(`${this.path}/transcript?format=text`, { headers, cache: "no-store" });
      return answer.ok ? await answer.blob() : null;
    } catch {
      return null;
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
    const token = this.#customer_token;
    try {
      await this.#request("conversation.end", {}, { again: true });
      if (token !== this.#customer_token) return;
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
  if (problem.status === 401) return t.not_confirmed;
  if (problem.code === "conflict") return t.already_open;
  if (problem.code === "outside_hours") return null;
  if (problem.errors?.some(({ field }) => field.startsWith("/survey/"))) return t.answers_wrong;
  if (problem.status === 404) return t.channel_unknown;
  if (problem.status === 429) return t.too_many;
  return problem.detail ? `${t.start_failed} ${problem.detail}` : t.start_failed;
}

/** A message of the transcript, as the thread shows it. @param {{sender: string, name?: string, text: string, created_at: string}} said @param {number} i */
function fromTranscript({ sender, name, text, created_at }, i) {
  return { id: `said ${i}`, conversation_id: "", seq: i + 1, sender, agent_name: sender === "agent" ? name : undefined, text, created_at };
}

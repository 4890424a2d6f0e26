/*
 * Owns the agent's session: store, client and courier wired together, and every action an agent can take. The views call
 * these and read the state; nothing else talks to the server.
 */

import { Client, RequestError } from "../lib/client.js";
import { setClock } from "../lib/elapsed.js";
import { randomId } from "../lib/id.js";
import { Courier, newOutgoing } from "../lib/outbox.js";
import { createStore } from "../lib/store.js";
import { t } from "../strings.en.js";
import { Directory } from "./directory.js";
import { watchDrafts } from "./lost-drafts.js";
import { History } from "./history.js";
import { keep, keptFor, keptState, leaveToNext } from "./kept.js";
import { problemText } from "./problems.js";
import { customerName } from "./state-common.js";
import { PartNews } from "./part-news.js";
import { PickList } from "./pick-list.js";
import { reduce } from "./state.js";
import { shareRead } from "./windows.js";

const TYPING_EVERY_MS = 3_000;
/** A window that is offline has lost the server, whatever its socket still believes. @type {import("../types.js").Connection} */
const OFFLINE = { phase: "lost", code: null, retry_in_ms: null };

/**
 * Where the session's words go.
 * @typedef {object} Ports
 * @property {(code: number) => void} onRefused the server closed for good
 * @property {(text: string) => void} onProblem
 * @property {(text: string) => void} onNews
 */

/** @typedef {import("../types.js").Visibility} Visibility */
/** @typedef {{type: string} & Record<string, any>} Received */

export class Session {
  #typed_at_ms = -Infinity;
  #parts;
  /** Said by the browser as it happens. What it says at the start is not asked for: it may know no network, and the server be on this machine. */
  #offline = false;

  /** @param {string} token @param {Ports} ports */
  constructor(token, ports) {
    this.token = token;
    this.ports = ports;
    this.store = createStore(reduce, keptState());
    this.client = new Client({ socket: "agent", token });
    this.client.on("frame", (frame) => this.#take(frame));
    this.client.on("connection", (/** @type {import("../types.js").Connection} */ connection) => {
      this.#tellConnection();
      if (connection.phase === "stopped" && connection.code !== null) ports.onRefused(connection.code);
    });
    this.courier = new Courier({
      outbox: () => this.store.state.outbox,
      send: ({ conversation_id, text, visibility, client_message_id }) =>
        this.client.request("message.send", { conversation_id, text, visibility, client_message_id }, { again: true }),
      dispatch: this.store.dispatch,
    });
    this.store.subscribe(keep);
    addEventListener("pagehide", leaveToNext);
    this.directory = new Directory(token, this.client, this.store);
    this.pickList = new PickList(this);
    this.history = new History(this);
    this.#parts = new PartNews(token, this.store, ports);
    watchDrafts(this.store);
    shareRead(this.store);
  }

  start() {
    void this.client.start();
  }

  stop() {
    this.directory.stop();
    this.client.stop();
  }

  nudge() {
    this.online(true);
    this.client.nudge();
  }

  /** The window heard that its network went or came. @param {boolean} online */
  online(online) {
    this.#offline = !online;
    this.#tellConnection();
  }

  #tellConnection() {
    const { connection } = this.client;
    this.store.dispatch({ type: "local.connection", connection: this.#offline && connection.phase !== "stopped" ? OFFLINE : connection });
  }

  /** @param {Received} frame */
  #take(frame) {
    if (frame.type === "going_away") this.ports.onNews(t.server_leaves);
    if (frame.type === "conversation.removed") this.#tellRemoved(frame);
    if (frame.type.startsWith("consult.")) this.#parts.tell(frame);
    if (frame.type === "welcome") this.#takeKept(frame.agent.id);
    this.store.dispatch(frame);
    if (frame.type !== "welcome") return;
    setClock(this.store.state.clock);
    this.courier.flush();
    void this.pickList.subscribe();
  }

  /** @param {string} agent_id */
  #takeKept(agent_id) {
    const { other, left } = keptFor(agent_id);
    if (other) this.store.dispatch({ type: "local.forgotten" });
    const known = new Set(this.store.state.outbox.map((item) => item.client_message_id));
    for (const outgoing of left) if (!known.has(outgoing.client_message_id)) this.store.dispatch({ type: "local.message_queued", outgoing });
  }

  /** @param {Received} frame */
  #tellRemoved({ conversation_id, reason }) {
    const conversation = this.store.state.conversations[conversation_id];
    if (!conversation) return;
    const words = /** @type {Record<string, (name: string) => string>} */ (t.left);
    this.ports.onNews((words[reason] ?? t.left.other)(customerName(conversation)));
  }

  /**
   * Runs one request.
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<import("../types.js").Problem|null>} null where it worked
   */
  async attempt(type, fields) {
    try {
      await this.client.request(type, fields);
      return null;
    } catch (error) {
      if (!isRequestError(error)) throw error;
      return error.problem;
    }
  }

  /**
   * Runs one request; a problem is told to the agent in words.
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<boolean>} whether it worked
   */
  async #ask(type, fields) {
    const problem = await this.attempt(type, fields);
    if (problem) this.ports.onProblem(problemText(problem));
    return problem === null;
  }

  /** @param {string} presence */
  setPresence(presence) {
    return this.#ask("presence.set", { presence });
  }

  /** @param {string} offer_id @param {"accept"|"decline"} answering */
  async answer(offer_id, answering) {
    const { store, client } = this;
    const pop = store.state.pops.find((known) => known.offer.id === offer_id);
    if (!pop || pop.answering) return;
    store.dispatch({ type: "local.offer_answering", offer_id, answering });
    if (answering === "accept") store.dispatch({ type: "local.followed", conversation_id: pop.offer.conversation_id });
    try {
      if (pop.offer.kind === "consult") await client.request(`consult.${answering}`, { conversation_id: pop.offer.conversation_id });
      else await client.request(`offer.${answering}`, { offer_id });
    } catch (error) {
      if (!isRequestError(error)) throw error;
      const { problem } = error;
      if (problem.status === 409 && problem.code !== "not_declinable") {
        store.dispatch({ type: "local.offer_lost", offer_id, problem });
      } else {
        store.dispatch({ type: "local.offer_answering", offer_id, answering: null });
        this.ports.onProblem(problemText(problem));
      }
    }
  }

  /** @param {string} conversation_id @param {string} text @param {Visibility} visibility */
  send(conversation_id, text, visibility) {
    this.store.dispatch({ type: "local.message_queued", outgoing: newOutgoing(conversation_id, text, visibility) });
    this.courier.flush();
  }

  /** Tells the customer that the agent types, now and then. @param {string} conversation_id */
  typing(conversation_id) {
    const now_ms = performance.now();
    if (now_ms - this.#typed_at_ms < TYPING_EVERY_MS) return;
    this.#typed_at_ms = now_ms;
    void this.client.request("typing", { conversation_id }).catch(() => {});
  }

  /** @param {string} client_message_id */
  retry(client_message_id) {
    this.store.dispatch({ type: "local.message_retried", client_message_id });
    this.courier.flush();
  }

  /** @param {string} client_message_id */
  discard(client_message_id) {
    this.store.dispatch({ type: "local.message_dropped", client_message_id });
  }

  /**
   * Ends, sets aside or releases a conversation.
   * @param {"end"|"wait"|"release"} act
   * @param {string} conversation_id
   */
  act(act, conversation_id) {
    return this.#ask(`conversation.${act}`, { conversation_id });
  }

  /** @param {string} conversation_id @param {string} note */
  close(conversation_id, note) {
    return this.#ask("conversation.close", { conversation_id, ...(note ? { note } : {}) });
  }

  /**
   * Hands a conversation on. A note for whoever takes over is said first, internally, so that it stands there when they look.
   * @param {string} conversation_id
   * @param {{queue_id: string}|{agent_id: string}} target
   * @param {string} note
   * @returns {Promise<{problem: import("../types.js").Problem|null, noted: boolean}>} `noted`: the note is said, whatever came of the rest
   */
  async transfer(conversation_id, target, note) {
    if (note) {
      const problem = await this.attempt("message.send", { conversation_id, text: note, visibility: "internal", client_message_id: randomId() });
      if (problem) return { problem, noted: false };
    }
    return { problem: await this.attempt("conversation.transfer", { conversation_id, ...target }), noted: note !== "" };
  }

  /** Invites an agent to advise. @param {string} conversation_id @param {string} agent_id */
  consult(conversation_id, agent_id) {
    return this.attempt("conversation.consult", { conversation_id, agent_id });
  }

  /** Ends that, or the invitation. @param {string} conversation_id @param {string} agent_id */
  endConsult(conversation_id, agent_id) {
    this.#parts.ownEnd(conversation_id, agent_id);
    return this.#ask("conversation.consult_end", { conversation_id, agent_id });
  }

  /** Takes part no more. @param {string} conversation_id */
  leave(conversation_id) {
    return this.#ask("consult.leave", { conversation_id });
  }

  /** @param {string} conversation_id */
  reopen(conversation_id) {
    this.store.dispatch({ type: "local.followed", conversation_id });
    return this.#ask("conversation.open", { conversation_id });
  }
}

/** @param {unknown} error @returns {error is RequestError} */
function isRequestError(error) {
  return error instanceof RequestError;
}

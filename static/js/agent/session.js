/*
 * Owns the agent's session: store, client and courier wired together, and every action an agent can take. The views call
 * these and read the state; nothing else talks to the server.
 */

import { Client, RequestError } from "../lib/client.js";
import { callAll } from "../lib/http.js";
import { serverNow, setClock } from "../lib/elapsed.js";
import { randomId } from "../lib/id.js";
import { Courier, newOutgoing } from "../lib/outbox.js";
import { createStore } from "../lib/store.js";
import { readJson, writeJson } from "../lib/storage.js";
import { t } from "../strings.en.js";
import { Directory } from "./directory.js";
import { watchDrafts } from "./lost-drafts.js";
import { agentName } from "./names.js";
import { pickProblem, problemText } from "./problems.js";
import { customerName } from "./state-common.js";
import { PartNews } from "./part-news.js";
import { CLOSED_WITHIN_MS } from "./state-lists.js";
import { initialState, reduce } from "./state.js";

const OUTBOX_KEY = "callboard.agent.outbox";
const MISSED_KEY = "callboard.agent.missed";
const PAGE = 1000;
const TYPING_EVERY_MS = 3_000;
const MAX_PAGES = 5;
const PICK_WINDOW = 500;
/** @type {import("./state-lists.js").Wanted} */
const WHOLE = { search: "", sort: "age", queue_id: "", work_stream_id: "" };
/** Orders that the page alone knows. */
const OWN_SORTS = ["newest", "mode"];

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
  /** What of the open items is asked for: all, while a window holds them. @type {import("./state-lists.js").Wanted} */
  #pick = WHOLE;
  #parts;

  /** @param {string} token @param {Ports} ports */
  constructor(token, ports) {
    this.token = token;
    this.ports = ports;
    this.store = createStore(reduce, keptState());
    this.client = new Client({ socket: "agent", token });
    this.client.on("frame", (frame) => this.#take(frame));
    this.client.on("connection", (/** @type {import("../types.js").Connection} */ connection) => {
      this.store.dispatch({ type: "local.connection", connection });
      if (connection.phase === "stopped" && connection.code !== null) ports.onRefused(connection.code);
    });
    this.courier = new Courier({
      outbox: () => this.store.state.outbox,
      send: ({ conversation_id, text, visibility, client_message_id }) =>
        this.client.request("message.send", { conversation_id, text, visibility, client_message_id }, { again: true }),
      dispatch: this.store.dispatch,
    });
    this.store.subscribe(keep);
    this.directory = new Directory(token, this.client, this.store);
    this.#parts = new PartNews(token, this.store, ports);
    watchDrafts(this.store);
  }

  start() {
    void this.client.start();
  }

  stop() {
    this.directory.stop();
    this.client.stop();
  }

  nudge() {
    this.client.nudge();
  }

  /** @param {Received} frame */
  #take(frame) {
    if (frame.type === "going_away") this.ports.onNews(t.server_leaves);
    if (frame.type === "conversation.removed") this.#tellRemoved(frame);
    if (frame.type.startsWith("consult.")) this.#parts.tell(frame);
    this.store.dispatch(frame);
    if (frame.type !== "welcome") return;
    setClock(this.store.state.clock);
    this.courier.flush();
    void this.#subscribe();
  }

  /** @param {Received} frame */
  #tellRemoved({ conversation_id, reason }) {
    const conversation = this.store.state.conversations[conversation_id];
    if (!conversation) return;
    const words = /** @type {Record<string, (name: string) => string>} */ (t.left);
    this.ports.onNews((words[reason] ?? t.left.other)(customerName(conversation)));
  }

  async #subscribe() {
    const { search, sort, queue_id, work_stream_id } = this.#pick;
    const narrowed = Object.fromEntries(Object.entries({ search, queue_id, work_stream_id }).filter(([, value]) => value));
    const problem = await this.attempt("pick_list.subscribe", { limit: PICK_WINDOW, ...(OWN_SORTS.includes(sort) ? {} : { sort }), ...narrowed });
    // Without a connection the next welcome asks again.
    const failed = problem !== null && this.store.state.connection.phase === "open";
    if (failed !== this.store.state.pick.failed) this.store.dispatch({ type: "local.pick_failed", failed });
  }

  /** Asks for the open items once more. */
  subscribeAgain() {
    this.store.dispatch({ type: "local.pick_failed", failed: false });
    void this.#subscribe();
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

  /** @param {import("../types.js").Conversation} conversation */
  async pick(conversation) {
    this.store.dispatch({ type: "local.followed", conversation_id: conversation.id });
    try {
      await this.client.request("conversation.pick", { conversation_id: conversation.id });
    } catch (error) {
      if (!isRequestError(error)) throw error;
      this.store.dispatch({ type: "local.followed", conversation_id: null });
      this.ports.onProblem(pickProblem(error.problem, customerName(conversation), (id) => agentName(this.store.state, id)));
    }
  }

  /**
   * Says what of the open items is wanted. While the page has them all, it finds and orders them itself; else the server does.
   * @param {import("./state-lists.js").Wanted} wanted
   */
  arrangePick(wanted) {
    const { items, total } = this.store.state.pick;
    const whole = this.#pick === WHOLE;
    if (whole && total <= Object.keys(items).length) return;
    const all = !wanted.search && !wanted.queue_id && !wanted.work_stream_id && wanted.sort === "age";
    this.#pick = all ? WHOLE : wanted;
    void this.#subscribe();
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

  /** Fetches the messages of a conversation from its start. @param {string} conversation_id */
  async loadThread(conversation_id) {
    try {
      const { items } = await callAll(`/v1/conversations/${conversation_id}/messages?limit=${PAGE}`, this.token, MAX_PAGES);
      this.store.dispatch({ type: "local.thread_loaded", conversation_id, messages: items });
    } catch (error) {
      if (!isRequestError(error)) throw error;
      this.ports.onProblem(problemText(error.problem));
    }
  }

  /** Fetches what this agent closed in the last 24 hours. */
  async loadClosed() {
    const { agent, closed } = this.store.state;
    if (!agent || closed.status === "loading") return;
    this.store.dispatch({ type: "local.closed_loading" });
    try {
      const path = `/v1/conversations?state=closed&agent_id=${encodeURIComponent(agent.id)}&limit=${PAGE}`;
      const { items, truncated } = await callAll(path, this.token, MAX_PAGES);
      const after = new Date(serverNow() - CLOSED_WITHIN_MS).toISOString();
      this.store.dispatch({ type: "local.closed_loaded", items: items.filter((item) => (item.closed_at ?? "") >= after), truncated });
    } catch (error) {
      if (!isRequestError(error)) throw error;
      this.store.dispatch({ type: "local.closed_failed" });
    }
  }
}

/** The state to start from: empty, but for what a reload must not lose. */
function keptState() {
  const outbox = readJson(sessionStorage, OUTBOX_KEY, /** @type {import("../types.js").Outgoing[]} */ ([]));
  const ended = readJson(sessionStorage, MISSED_KEY, /** @type {import("../types.js").EndedPop[]} */ ([]));
  return { ...initialState(), outbox, ended };
}

/** @param {import("../types.js").AgentState} state */
function keep({ outbox, ended }) {
  writeJson(sessionStorage, OUTBOX_KEY, outbox.length ? outbox : null);
  const missed = ended.filter((pop) => pop.missed).map((pop) => ({ ...pop, shown: true }));
  writeJson(sessionStorage, MISSED_KEY, missed.length ? missed : null);
}

/** @param {unknown} error @returns {error is RequestError} */
function isRequestError(error) {
  return error instanceof RequestError;
}

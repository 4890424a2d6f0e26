/*
 * Owns the agent's session: store, socket and courier wired together, and every action an agent can take. The views call
 * these and read the state; nothing else talks to the server.
 */

import { callAll } from "../lib/http.js";
import { serverNow, setClock } from "../lib/elapsed.js";
import { randomId } from "../lib/id.js";
import { Courier } from "../lib/outbox.js";
import { RequestError, Socket, socketUrl } from "../lib/socket.js";
import { createStore } from "../lib/store.js";
import { readJson, writeJson } from "../lib/storage.js";
import { t } from "../strings.en.js";
import { customerName } from "./state-common.js";
import { CLOSED_WITHIN_MS } from "./state-lists.js";
import { initialState, reduce } from "./state.js";

const OUTBOX_KEY = "callboard.agent.outbox";
const MISSED_KEY = "callboard.agent.missed";
const PAGE = 1000;
const MAX_PAGES = 5;
const PICK_WINDOW = 500;

/** @typedef {ReturnType<typeof createSession>} Session */

/**
 * @param {string} token
 * @param {{onRefused: (code: number) => void, onProblem: (text: string) => void, onNews: (text: string) => void}} ports
 */
export function createSession(token, { onRefused, onProblem, onNews }) {
  const ended = readJson(sessionStorage, MISSED_KEY, /** @type {import("../types.js").EndedPop[]} */ ([]));
  const store = createStore(reduce, { ...initialState(), outbox: readJson(sessionStorage, OUTBOX_KEY, []), ended });
  const socket = new Socket({
    url: socketUrl("/v1/agent-session"),
    protocol: "callboard.v1",
    hello: () => ({ token, ...resumeOf(store.state) }),
    onFrame: (frame) => onFrame(frame),
    onConnection: (connection) => {
      store.dispatch({ type: "local.connection", connection });
      if (connection.phase === "stopped" && connection.code !== null) onRefused(connection.code);
    },
  });
  const courier = new Courier({
    outbox: () => store.state.outbox,
    send: ({ conversation_id, text, visibility, client_message_id }) =>
      socket.request("message.send", { conversation_id, text, visibility, client_message_id }),
    dispatch: store.dispatch,
  });
  const pick = { search: "", sort: "age" };

  /** @param {{type: string} & Record<string, any>} frame */
  function onFrame(frame) {
    if (frame.type === "going_away") onNews(t.server_leaves);
    if (frame.type === "conversation.removed") tellRemoved(frame);
    store.dispatch(frame);
    if (frame.type !== "welcome") return;
    setClock(store.state.clock);
    courier.flush();
    void subscribe();
  }

  /** @param {Record<string, any>} frame */
  function tellRemoved({ conversation_id = "", reason = "" }) {
    const conversation = store.state.conversations[conversation_id];
    if (!conversation) return;
    const words = /** @type {Record<string, (name: string) => string>} */ (t.left);
    onNews((words[reason] ?? t.left.other)(customerName(conversation)));
  }

  store.subscribe((state) => {
    writeJson(sessionStorage, OUTBOX_KEY, state.outbox.length ? state.outbox : null);
    const missed = state.ended.filter((pop) => pop.missed).map((pop) => ({ ...pop, shown: true }));
    writeJson(sessionStorage, MISSED_KEY, missed.length ? missed : null);
  });

  async function subscribe() {
    const fields = { limit: PICK_WINDOW, sort: pick.sort, ...(pick.search ? { search: pick.search } : {}) };
    try {
      await socket.request("pick_list.subscribe", fields);
    } catch (error) {
      if (!isRequestError(error) || error.problem.status !== 422) return;
      // This server sorts otherwise: the page sorts what it gets.
      await socket.request("pick_list.subscribe", { limit: PICK_WINDOW }).catch(() => {});
    }
  }

  /**
   * Runs one request; a problem is told to the agent in words.
   * @param {string} type
   * @param {object} fields
   * @returns {Promise<boolean>} whether it worked
   */
  async function ask(type, fields) {
    try {
      await socket.request(type, fields);
      return true;
    } catch (error) {
      if (!isRequestError(error)) throw error;
      onProblem(problemText(error.problem));
      return false;
    }
  }

  /** @param {string} offer_id @param {"accept"|"decline"} answering */
  async function answer(offer_id, answering) {
    const pop = store.state.pops.find((known) => known.offer.id === offer_id);
    if (!pop || pop.answering) return;
    store.dispatch({ type: "local.offer_answering", offer_id, answering });
    if (answering === "accept") store.dispatch({ type: "local.followed", conversation_id: pop.offer.conversation_id });
    try {
      await socket.request(`offer.${answering}`, { offer_id });
    } catch (error) {
      if (!isRequestError(error)) throw error;
      const { problem } = error;
      if (problem.status === 409 && problem.code !== "not_declinable") {
        store.dispatch({ type: "local.offer_lost", offer_id, problem });
      } else {
        store.dispatch({ type: "local.offer_answering", offer_id, answering: null });
        onProblem(problemText(problem));
      }
    }
  }

  return {
    store,
    start() {
      socket.start();
    },
    stop() {
      socket.stop();
    },
    nudge() {
      socket.nudge();
    },
    setPresence: (/** @type {string} */ presence) => ask("presence.set", { presence }),
    accept: (/** @type {string} */ offer_id) => answer(offer_id, "accept"),
    decline: (/** @type {string} */ offer_id) => answer(offer_id, "decline"),

    /** @param {import("../types.js").Conversation} conversation */
    async pick(conversation) {
      store.dispatch({ type: "local.followed", conversation_id: conversation.id });
      try {
        await socket.request("conversation.pick", { conversation_id: conversation.id });
      } catch (error) {
        if (!isRequestError(error)) throw error;
        store.dispatch({ type: "local.followed", conversation_id: null });
        onProblem(pickProblem(error.problem, customerName(conversation)));
      }
    },

    /** @param {string} conversation_id @param {string} text @param {import("../types.js").Visibility} visibility */
    send(conversation_id, text, visibility) {
      const outgoing = { client_message_id: randomId(), conversation_id, text, visibility, state: "pending", problem: null, created_at: new Date().toISOString() };
      store.dispatch({ type: "local.message_queued", outgoing });
      courier.flush();
    },
    /** @param {string} client_message_id */
    retry(client_message_id) {
      store.dispatch({ type: "local.message_retried", client_message_id });
      courier.flush();
    },
    /** @param {string} client_message_id */
    discard(client_message_id) {
      store.dispatch({ type: "local.message_dropped", client_message_id });
    },

    end: (/** @type {string} */ id) => ask("conversation.end", { conversation_id: id }),
    wait: (/** @type {string} */ id) => ask("conversation.wait", { conversation_id: id }),
    release: (/** @type {string} */ id) => ask("conversation.release", { conversation_id: id }),
    close: (/** @type {string} */ id, /** @type {string} */ note) => ask("conversation.close", { conversation_id: id, ...(note ? { note } : {}) }),
    transfer: (/** @type {string} */ id, /** @type {{queue_id: string}|{agent_id: string}} */ target) => ask("conversation.transfer", { conversation_id: id, ...target }),
    /** @param {string} id */
    async reopen(id) {
      store.dispatch({ type: "local.followed", conversation_id: id });
      return ask("conversation.open", { conversation_id: id });
    },

    /** @param {string} search @param {string} sort */
    arrangePick(search, sort) {
      if (pick.search === search && pick.sort === sort) return;
      Object.assign(pick, { search, sort });
      void subscribe();
    },

    /** Fetches the messages of a conversation from its start. @param {string} conversation_id */
    async loadThread(conversation_id) {
      try {
        const { items } = await callAll(`/v1/conversations/${conversation_id}/messages?limit=${PAGE}`, token, MAX_PAGES);
        store.dispatch({ type: "local.thread_loaded", conversation_id, messages: items });
      } catch (error) {
        if (!isRequestError(error)) throw error;
        onProblem(problemText(error.problem));
      }
    },

    /** Fetches what this agent closed in the last 24 hours. */
    async loadClosed() {
      const agent_id = store.state.agent?.id;
      if (!agent_id || store.state.closed.status === "loading") return;
      store.dispatch({ type: "local.closed_loading" });
      try {
        const path = `/v1/conversations?state=closed&agent_id=${encodeURIComponent(agent_id)}&limit=${PAGE}`;
        const { items, truncated } = await callAll(path, token, MAX_PAGES);
        const after = new Date(serverNow() - CLOSED_WITHIN_MS).toISOString();
        store.dispatch({ type: "local.closed_loaded", items: items.filter((item) => (item.closed_at ?? "") >= after), truncated });
      } catch (error) {
        if (!isRequestError(error)) throw error;
        store.dispatch({ type: "local.closed_failed" });
      }
    },
  };
}

/** @param {import("../types.js").AgentState} state */
function resumeOf(state) {
  return state.session_id ? { resume: { session_id: state.session_id, seq: state.seq } } : {};
}

/** @param {unknown} error @returns {error is RequestError} */
function isRequestError(error) {
  return error instanceof RequestError;
}

/** A problem in the agent's words: by its code, else by the conversation's state, else as the server puts it. @param {import("../types.js").Problem} problem */
export function problemText(problem) {
  const known = /** @type {Record<string, string>} */ (t.problem)[problem.code];
  if (known && problem.code !== "unknown") return known;
  const state = /** @type {Record<string, string>} */ (t.states)[problem.current_state ?? ""];
  if (problem.status === 409 && state) return t.problem_state(state.toLowerCase());
  return problem.detail ?? problem.title ?? t.problem.unknown;
}

/** @param {import("../types.js").Problem} problem @param {string} name */
function pickProblem(problem, name) {
  if (problem.status !== 409 || problem.code === "not_pickable") return problemText(problem);
  return problem.agent_id ? t.taken_by(name, problem.agent_id) : t.taken_by_other(name);
}

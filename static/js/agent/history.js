/* Owns what the desk fetches of the past: the messages of a conversation from its start, and what this agent closed in the last 24 hours. */

import { RequestError } from "../lib/client.js";
import { serverNow } from "../lib/elapsed.js";
import { callAll } from "../lib/http.js";
import { problemText } from "./problems.js";
import { CLOSED_WITHIN_MS } from "./state-lists.js";

const PAGE = 1000;
const MAX_PAGES = 5;

export class History {
  #session;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {string} conversation_id */
  async loadThread(conversation_id) {
    const { store, token, ports } = this.#session;
    try {
      const { items } = await callAll(`/v1/conversations/${conversation_id}/messages?limit=${PAGE}`, token, MAX_PAGES);
      store.dispatch({ type: "local.thread_loaded", conversation_id, messages: items });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      ports.onProblem(problemText(error.problem));
    }
  }

  async loadClosed() {
    const { store, token } = this.#session;
    const { agent, closed } = store.state;
    if (!agent || closed.status === "loading") return;
    store.dispatch({ type: "local.closed_loading" });
    try {
      const path = `/v1/conversations?state=closed&agent_id=${encodeURIComponent(agent.id)}&limit=${PAGE}`;
      const { items, truncated } = await callAll(path, token, MAX_PAGES);
      const after = new Date(serverNow() - CLOSED_WITHIN_MS).toISOString();
      store.dispatch({ type: "local.closed_loaded", items: items.filter((item) => (item.closed_at ?? "") >= after), truncated });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      store.dispatch({ type: "local.closed_failed" });
    }
  }
}

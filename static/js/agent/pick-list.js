/*
 * Owns the open work items' way to and from the server: what of them is asked for, and taking one. While a window holds them all, the
 * page finds and orders them itself; else the server does.
 */

import { RequestError } from "../lib/client.js";
import { agentName } from "./names.js";
import { pickProblem } from "./problems.js";
import { customerName } from "./state-common.js";

/** @typedef {import("./state-lists.js").Wanted} Wanted */

const WINDOW = 500;
/** @type {Wanted} */
const WHOLE = { search: "", sort: "age", queue_id: "", work_stream_id: "" };
/** Orders that the page alone knows. */
const OWN_SORTS = ["newest", "mode"];

export class PickList {
  #session;
  /** What is asked for: all, while a window holds them. */
  #wanted = WHOLE;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.#session = session;
  }

  async subscribe() {
    const { store } = this.#session;
    const { search, sort, queue_id, work_stream_id } = this.#wanted;
    const narrowed = Object.fromEntries(Object.entries({ search, queue_id, work_stream_id }).filter(([, value]) => value));
    const problem = await this.#session.attempt("pick_list.subscribe", { limit: WINDOW, ...(OWN_SORTS.includes(sort) ? {} : { sort }), ...narrowed });
    // Without a connection the next welcome asks again.
    const failed = problem !== null && store.state.connection.phase === "open";
    if (failed !== store.state.pick.failed) store.dispatch({ type: "local.pick_failed", failed });
  }

  /** Asks once more. */
  again() {
    this.#session.store.dispatch({ type: "local.pick_failed", failed: false });
    void this.subscribe();
  }

  /** Says what is wanted. @param {Wanted} wanted */
  arrange(wanted) {
    const { items, total } = this.#session.store.state.pick;
    if (this.#wanted === WHOLE && total <= Object.keys(items).length) return;
    const all = !wanted.search && !wanted.queue_id && !wanted.work_stream_id && wanted.sort === "age";
    this.#wanted = all ? WHOLE : wanted;
    void this.subscribe();
  }

  /** @param {import("../types.js").Conversation} conversation */
  async take(conversation) {
    const { store, client, ports } = this.#session;
    store.dispatch({ type: "local.followed", conversation_id: conversation.id });
    try {
      await client.request("conversation.pick", { conversation_id: conversation.id });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      store.dispatch({ type: "local.followed", conversation_id: null });
      ports.onProblem(pickProblem(error.problem, customerName(conversation), (id) => agentName(store.state, id)));
    }
  }
}

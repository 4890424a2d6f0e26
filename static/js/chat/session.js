/*
 * Owns the customer's session: opening a conversation over HTTP, then its socket. The conversation's token is kept in this tab's
 * session storage, so that a reload goes on where it was.
 */

import { call } from "../lib/http.js";
import { randomId } from "../lib/id.js";
import { Courier } from "../lib/outbox.js";
import { RequestError, Socket, socketUrl } from "../lib/socket.js";
import { createStore } from "../lib/store.js";
import { readJson, writeJson } from "../lib/storage.js";
import { t } from "../strings.en.js";
import { initialState, reduce } from "./state.js";

const TYPING_EVERY_MS = 3_000;

/** @typedef {ReturnType<typeof createChat>} Chat */
/** @typedef {{customer_token: string, conversation_id: string, outbox: import("../types.js").Outgoing[]}} Kept */

/** @param {string} channel_id */
export function createChat(channel_id) {
  const key = `callboard.chat.${channel_id}`;
  const store = createStore(reduce, initialState());
  /** @type {Socket|null} */
  let socket = null;
  let customer_token = "";
  let typed_at_ms = -Infinity;

  const courier = new Courier({
    outbox: () => store.state.outbox,
    send: ({ text, client_message_id }) => request("message.send", { text, client_message_id }),
    dispatch: store.dispatch,
  });

  /** @param {string} type @param {object} [fields] */
  function request(type, fields) {
    return socket ? socket.request(type, fields) : Promise.reject(new RequestError({ code: "not_connected" }));
  }

  store.subscribe(({ conversation_id, outbox, stage }) => {
    if (stage === "ended") leave();
    else if (conversation_id && customer_token) writeJson(sessionStorage, key, { customer_token, conversation_id, outbox });
  });

  function leave() {
    writeJson(sessionStorage, key, null);
    socket?.stop();
    socket = null;
  }

  function connect() {
    socket = new Socket({
      url: socketUrl("/v1/customer-session"),
      protocol: "callboard.v1",
      hello: () => ({ token: customer_token }),
      onFrame: (frame) => {
        store.dispatch(frame);
        if (frame.type === "welcome") courier.flush();
      },
      onConnection: (connection) => {
        store.dispatch({ type: "local.connection", connection });
        // The token ends with its conversation: a refused one means that it is over.
        if (connection.phase === "stopped") store.dispatch({ type: "conversation.ended", reason: null });
      },
    });
    socket.start();
  }

  return {
    store,
    /** Goes on with the conversation of before a reload, if there is one. */
    resume() {
      const kept = readJson(sessionStorage, key, /** @type {Kept|null} */ (null));
      if (!kept) return;
      customer_token = kept.customer_token;
      store.dispatch({ type: "local.opened", conversation_id: kept.conversation_id, outbox: kept.outbox });
      connect();
    },
    /** @param {{message: string, survey: Record<string, string|number>}} body */
    async start(body) {
      store.dispatch({ type: "local.opening" });
      try {
        const answer = await call(`/v1/widgets/${encodeURIComponent(channel_id)}/conversations`, { method: "POST", body });
        customer_token = answer.customer_token;
        store.dispatch({ type: "local.opened", conversation_id: answer.conversation.id });
        connect();
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        store.dispatch({ type: "local.start", problem: startProblem(error.problem) });
      }
    },
    /** @param {string} text */
    send(text) {
      const { conversation_id } = store.state;
      const outgoing = { client_message_id: randomId(), conversation_id, text, visibility: "public", state: "pending", problem: null, created_at: new Date().toISOString() };
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
    typing() {
      const now_ms = performance.now();
      if (now_ms - typed_at_ms < TYPING_EVERY_MS) return;
      typed_at_ms = now_ms;
      void request("typing").catch(() => {});
    },
    /** Ends the chat; resolves to whether that worked. */
    async end() {
      try {
        await request("conversation.end");
        store.dispatch({ type: "conversation.ended", reason: "customer" });
        return true;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        return false;
      }
    },
    again() {
      leave();
      store.dispatch({ type: "local.start" });
    },
    nudge: () => socket?.nudge(),
  };
}

/** @param {import("../types.js").Problem} problem */
function startProblem(problem) {
  if (problem.status === 404) return t.channel_unknown;
  if (problem.status === 429) return t.too_many;
  return problem.detail ? `${t.start_failed} ${problem.detail}` : t.start_failed;
}

/*
 * Owns taking part in a conversation: the agent socket of the supervisor's own agent resource, opened only when it is asked for.
 * While it is signed in for this alone it appears offline, so that nothing is offered to somebody who does not look at a desk. A desk
 * that reloads is one: what it appears as is not touched.
 */

import { Client, RequestError } from "../lib/client.js";
import { randomId } from "../lib/id.js";

/** The server holds for 5 s what a desk had that reloads (SPEC §5); it is looked for so often, and so long. */
const LOOK_MS = 400;
const LOOKS = 15;
/** What was offered before this agent appeared offline has come by then. */
const ARRIVED_MS = 2_000;

/** @typedef {"off"|"watching"|"joined"} Part */
/** What the watch needs of its surroundings; a test gives its own. @typedef {{client: (options: import("../lib/client.js").Options) => Client, setTimeout: (run: () => void, ms: number) => unknown}} Env */

/** @type {Env} */
const SURROUNDINGS = { client: (options) => new Client(options), setTimeout: (run, ms) => setTimeout(run, ms) };

/**
 * @param {object} options
 * @param {import("./story.js").Api} options.api
 * @param {string} options.token of an agent resource
 * @param {string} options.conversation_id
 * @param {string} options.me the agent's id
 * @param {() => void} options.onNews something happened in the conversation
 * @param {(live: boolean) => void} options.onLive the connection is there, or not
 * @param {(error: unknown) => void} options.onFailed what was asked for could not be done
 * @param {() => void} options.onOffer a conversation is on offer to this agent
 * @param {() => void} options.onSignedIn this page signed the agent in, appearing offline
 * @param {Partial<Env>} [options.env]
 */
export function createWatch({ api, token, conversation_id, me, onNews, onLive, onOffer, onFailed, onSignedIn, env = {} }) {
  const { client: makeClient, setTimeout: later } = { ...SURROUNDINGS, ...env };
  /** @type {Client|null} */
  let client = null;
  /** @type {Promise<Client>|null} */
  let opening = null;
  /** @type {Part} */
  let part = "off";
  let taking = false;
  /** Counts the ends, so that what was begun before one is known to be late. */
  let turn = 0;

  /** Between signing in alone and appearing offline work may come; nobody is there for it. */
  let arriving = false;
  /** Offers that wait for an answer elsewhere: they are told of once. @type {Set<string>} */
  const elsewhere = new Set();

  /** @param {{id: string, conversation_id: string, can_decline: boolean}} offer */
  function answer({ id, conversation_id: of, can_decline }) {
    // Who takes it over has answered already.
    if (taking && of === conversation_id) {
      taking = false;
      return void client?.request("offer.accept", { offer_id: id }).catch(onFailed);
    }
    if (arriving && can_decline) return void client?.request("offer.decline", { offer_id: id }).catch(() => {});
    if (elsewhere.size === 0) onOffer();
    elsewhere.add(id);
  }

  /** @param {Record<string, any>} frame */
  function hear(frame) {
    const id = frame.conversation_id ?? frame.conversation?.id ?? frame.offer?.conversation_id;
    if (frame.type === "welcome") for (const offer of frame.offers ?? []) answer(offer);
    if (frame.type === "offer.created") answer(frame.offer);
    if (frame.type === "offer.ended") elsewhere.delete(frame.offer_id);
    if (frame.type === "conversation.assigned" && arriving && id !== conversation_id) void client?.request("conversation.release", { conversation_id: id }).catch(() => {});
    if (id !== conversation_id) return;
    // The server watches nothing that is not active; whether it goes on is the page's to say.
    if (frame.type === "watch.ended" && part === "watching") {
      part = "off";
      onLive(false);
    }
    onNews();
  }

  /** Whether this page signs the agent in: there is no other socket, and none comes back. @param {number} mine the turn that asks */
  async function isAlone(mine) {
    for (let look = 0; look < LOOKS; look++) {
      const { value } = await api.get(`/v1/agents/${encodeURIComponent(me)}`);
      if (mine !== turn || (value.runtime?.sessions ?? 0) > 0) return false;
      const base = value.runtime?.base_presence ?? "offline";
      // Nobody offers anything to who is inactive, and choosing a presence would forget why.
      if (base === "offline" || base === "inactive") return base === "offline";
      await new Promise((/** @type {(value: void) => void} */ resolve) => later(resolve, LOOK_MS));
    }
    return true;
  }

  async function connect() {
    const mine = turn;
    const alone = await isAlone(mine);
    if (mine !== turn) throw new RequestError({ code: "stopped" });
    const made = makeClient({ socket: "agent", token });
    client = made;
    arriving = alone;
    made.on("frame", hear);
    let first = true;
    made.on("welcome", () => {
      // A socket that came back watches nothing until it is told.
      if (!first && part === "watching") void made.request("conversation.watch", { conversation_id }).catch(() => (part = "off"));
      first = false;
      onNews();
    });
    made.on("connection", ({ phase }) => onLive(phase === "open" && part !== "off"));
    await made.start();
    if (alone) {
      await made.request("presence.set", { presence: "offline" });
      later(() => (arriving = arriving && mine !== turn), ARRIVED_MS);
      onSignedIn();
    }
    return made;
  }

  /** The socket, opened once; a failure lets it be tried again. */
  function ready() {
    const mine = turn;
    opening ??= connect().catch((error) => {
      if (mine === turn) end();
      throw error;
    });
    return opening;
  }

  function end() {
    turn += 1;
    arriving = false;
    elsewhere.clear();
    client?.stop();
    client = null;
    opening = null;
    part = "off";
    onLive(false);
  }

  return {
    get part() {
      return part;
    },
    async watch() {
      await (await ready()).request("conversation.watch", { conversation_id });
      if (part === "off") part = "watching";
      onLive(true);
    },
    async unwatch() {
      await client?.request("conversation.unwatch", { conversation_id }).catch(() => {});
      end();
    },
    async join() {
      await (await ready()).request("conversation.join", { conversation_id });
      part = "joined";
      onLive(true);
    },
    async leave() {
      await (await ready()).request("consult.leave", { conversation_id });
      part = "watching";
      await (await ready()).request("conversation.watch", { conversation_id }).catch(() => end());
    },
    /** The conversation says that this agent has it or takes part. */
    async resume() {
      part = "joined";
      await ready();
      onLive(true);
    },
    /** The conversation says that this agent takes no part any more. */
    dropped() {
      part = "off";
      onLive(false);
    },
    /** Signs in and takes the conversation: from the line at once, from an agent by a transfer that is accepted here. @param {string} state */
    async take(state) {
      await ready();
      taking = state !== "open";
      const path = `/v1/conversations/${encodeURIComponent(conversation_id)}`;
      try {
        await (state === "open" ? api.post(`${path}/assign`, { agent_id: me }) : api.post(`${path}/transfer`, { agent_id: me }));
      } catch (error) {
        // What is offered later is offered, not taken.
        taking = false;
        throw error;
      }
    },
    /** @param {string} text @param {import("../types.js").Visibility} visibility */
    async write(text, visibility) {
      await (await ready()).request("message.send", { conversation_id, text, visibility, client_message_id: randomId() }, { again: true });
    },
    stop: end,
  };
}

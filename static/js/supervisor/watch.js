/*
 * Owns taking part in a conversation: the agent socket of the supervisor's own agent resource, opened only when it is asked for.
 * While it is signed in for this alone it appears offline, so that nothing is offered to somebody who does not look at a desk.
 */

import { Client } from "../lib/client.js";
import { randomId } from "../lib/id.js";

/** @typedef {"off"|"watching"|"joined"} Part */

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
 */
export function createWatch({ api, token, conversation_id, me, onNews, onLive, onOffer, onFailed, onSignedIn }) {
  /** @type {Client|null} */
  let client = null;
  /** @type {Promise<Client>|null} */
  let opening = null;
  /** @type {Part} */
  let part = "off";
  let taking = false;

  /** @param {Record<string, any>} frame */
  function hear(frame) {
    const id = frame.conversation_id ?? frame.conversation?.id ?? frame.offer?.conversation_id;
    // Who takes it over has answered already.
    if (frame.type === "offer.created" && taking && id === conversation_id) void client?.request("offer.accept", { offer_id: frame.offer.id }).catch(onFailed);
    else if (frame.type === "offer.created") onOffer();
    if (id === conversation_id) onNews();
  }

  async function connect() {
    const { value } = await api.get(`/v1/agents/${encodeURIComponent(me)}`);
    const alone = (value.runtime?.sessions ?? 0) === 0;
    const made = new Client({ socket: "agent", token });
    client = made;
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
      onSignedIn();
    }
    return made;
  }

  /** The socket, opened once; a failure lets it be tried again. */
  function ready() {
    opening ??= connect().catch((error) => {
      end();
      throw error;
    });
    return opening;
  }

  function end() {
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
    /** Signs in and takes the conversation: from the line at once, from an agent by a transfer that is accepted here. @param {string} state */
    async take(state) {
      await ready();
      taking = true;
      const path = `/v1/conversations/${encodeURIComponent(conversation_id)}`;
      await (state === "open" ? api.post(`${path}/assign`, { agent_id: me }) : api.post(`${path}/transfer`, { agent_id: me }));
    },
    /** @param {string} text @param {import("../types.js").Visibility} visibility */
    async write(text, visibility) {
      await (await ready()).request("message.send", { conversation_id, text, visibility, client_message_id: randomId() }, { again: true });
    },
    stop: end,
  };
}

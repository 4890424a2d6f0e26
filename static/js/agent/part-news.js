/*
 * Owns telling an agent in words what becomes of a consult: who joined, who declined or did not answer, that one's own part is over.
 * A frame says who takes part and not why somebody does no more; the conversation's events do.
 */

import { announce } from "../lib/announcer.js";
import { call } from "../lib/http.js";
import { t } from "../strings.en.js";
import { agentName } from "./names.js";
import { customerName } from "./state-common.js";
import { participantsOf } from "./state-consults.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Participant} Participant */
/** @typedef {{type: string} & Record<string, any>} Frame */

const RECENT = 20;

export class PartNews {
  /** Ends that this window asked for. @type {Set<string>} */
  #own = new Set();

  /** @param {string} token @param {{state: AgentState}} store @param {import("./session.js").Ports} ports */
  constructor(token, store, ports) {
    this.token = token;
    this.store = store;
    this.ports = ports;
  }

  /** What this window ends itself is no news. @param {string} conversation_id @param {string} agent_id */
  ownEnd(conversation_id, agent_id) {
    this.#own.add(`${conversation_id} ${agent_id}`);
  }

  /** Called with each frame of a consult, before the state has taken it. @param {Frame} frame */
  tell(frame) {
    if (frame.type === "consult.ended") this.#tellOver(frame);
    if (frame.type === "consult.changed") this.#tellChange(frame);
  }

  /** @param {Frame} frame */
  #tellOver({ conversation_id, reason }) {
    const part = this.store.state.parts[conversation_id];
    if (!part) return;
    const words = /** @type {Record<string, (name: string) => string>} */ (t.panel.part_over);
    this.ports.onNews((words[reason] ?? words.left)(customerName(part.conversation)));
  }

  /** @param {Frame} frame */
  #tellChange({ conversation_id, participants }) {
    const { state } = this.store;
    const conversation = state.conversations[conversation_id];
    if (!conversation) return;
    const before = participantsOf(conversation);
    const wasIn = (/** @type {Participant} */ one) => before.some((known) => known.agent_id === one.agent_id && known.state === "joined");
    for (const one of /** @type {Participant[]} */ (participants)) {
      if (one.state === "joined" && !wasIn(one)) this.#tellJoined(one.agent_id, conversation);
    }
    for (const { agent_id } of before.filter((known) => !participants.some((/** @type {Participant} */ one) => one.agent_id === known.agent_id))) {
      if (!this.#own.delete(`${conversation_id} ${agent_id}`)) void this.#tellWhy(conversation_id, agent_id, conversation.version);
    }
  }

  /** Who looks at it sees the chip. @param {string} agent_id @param {import("../types.js").Conversation} conversation */
  #tellJoined(agent_id, conversation) {
    const { state } = this.store;
    const words = t.panel.joined(agentName(state, agent_id), customerName(conversation));
    if (state.visible && state.selected === conversation.id) announce(words);
    else this.ports.onNews(words);
  }

  /** @param {string} conversation_id @param {string} agent_id @param {number} version at least so many events are known */
  async #tellWhy(conversation_id, agent_id, version) {
    const { no_answer, declined, part_left } = t.panel;
    const name = agentName(this.store.state, agent_id);
    let words = part_left;
    try {
      const { items } = await call(`/v1/conversations/${conversation_id}/events?after=${Math.max(0, version - RECENT)}&limit=1000`, { token: this.token });
      const last = items.findLast((/** @type {any} */ event) => event.data?.agent_id === agent_id && ["consult_declined", "consult_ended"].includes(event.type));
      if (last?.type === "consult_declined") words = last.data.reason === "timed_out" ? no_answer : declined;
      else if (last?.data.reason === "timed_out") words = no_answer;
    } catch {
      // It is said without the reason.
    }
    this.ports.onNews(words(name));
  }
}

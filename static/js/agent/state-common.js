/* Owns the small readings that every part of the agent page's state shares. Pure. */

import { t } from "../strings.en.js";

/** @typedef {import("../types.js").AgentState} AgentState */

/** The server's time at a moment of the monotonic clock. @param {{clock: import("../types.js").Clock}} state @param {number} at_ms */
export function serverMs(state, at_ms) {
  return state.clock.server_ms + (at_ms - state.clock.mono_ms);
}

/** @param {{customer?: {name?: string|null}|null}} conversation */
export function customerName(conversation) {
  return conversation.customer?.name || t.visitor;
}

/** What stands under this id on the desk: the agent's own, one it takes part in, or one it looks at. @param {AgentState} state @param {string|null} id */
export function conversationOf(state, id) {
  return id === null ? undefined : (state.conversations[id] ?? state.parts[id]?.conversation ?? state.viewed[id]);
}

/** Whether the agent can still write in it. @param {AgentState} state @param {string} id */
export function isOnDesk(state, id) {
  return Boolean(state.conversations[id] ?? state.parts[id]);
}

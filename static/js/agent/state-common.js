/* Owns the two small readings that every part of the agent page's state shares. Pure. */

import { t } from "../strings.en.js";

/** The server's time at a moment of the monotonic clock. @param {{clock: import("../types.js").Clock}} state @param {number} at_ms */
export function serverMs(state, at_ms) {
  return state.clock.server_ms + (at_ms - state.clock.mono_ms);
}

/** @param {{customer?: {name?: string|null}|null}} conversation */
export function customerName(conversation) {
  return conversation.customer?.name || t.visitor;
}

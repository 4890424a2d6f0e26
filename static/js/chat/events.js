/* Owns what the page around a framed chat hears of it: its state, and events without a word of what was said. Pure. */

import { unread } from "./state.js";

/** @typedef {import("../types.js").CustomerState} CustomerState */

/** @param {CustomerState} state */
export function summary(state) {
  return { talking: ["opening", "waiting", "talking"].includes(state.stage), unread: unread(state) };
}

/**
 * What happened between two states, in order.
 * @param {CustomerState} before
 * @param {CustomerState} after
 * @returns {{name: string, detail: object}[]}
 */
export function events(before, after) {
  const found = [];
  const conversation_id = after.conversation_id;
  const other = conversation_id !== before.conversation_id;
  if (conversation_id && other) found.push({ name: "start", detail: { conversation_id, resumed: after.resumed } });
  if (after.agent_name && after.agent_name !== before.agent_name) found.push({ name: "agent", detail: { conversation_id, name: after.agent_name } });
  const known = new Set(before.messages.map((message) => message.id));
  // A first welcome tells what was said before, and not what comes in.
  const fresh = before.messages.length === 0 && after.resumed ? [] : after.messages.filter((message) => !known.has(message.id));
  for (const { sender } of fresh) found.push({ name: "message", detail: { conversation_id, sender } });
  if (after.stage === "ended" && before.stage !== "ended") found.push({ name: "end", detail: { conversation_id, reason: after.ended_reason } });
  return found;
}

/*
 * Owns tabs in the agent page's state: which conversations stand open, which one is in front, what of it is unread. Pure.
 */

import { isOnDesk } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */

/** @param {AgentState} state @param {string} id @returns {AgentState} */
export function withTab(state, id) {
  return state.tabs.includes(id) ? state : { ...state, tabs: [...state.tabs, id] };
}

/** @param {AgentState} state @param {string|null} id @returns {AgentState} */
export function select(state, id) {
  if (id === null) return { ...state, selected: null };
  const closed = state.closed.items.find((c) => c.id === id);
  const here = isOnDesk(state, id);
  if (!here && !closed && !state.viewed[id]) return state;
  if (!here && closed) state = { ...state, viewed: { ...state.viewed, [id]: closed } };
  return seen({ ...withTab(state, id), selected: id });
}

/** What is in front of the agent is read. @param {AgentState} state @returns {AgentState} */
export function seen(state) {
  return state.visible && state.selected ? withoutUnread(state, state.selected) : state;
}

/** One that came to this desk has something to read, unless another window has shown it. @param {AgentState} state @param {string} id @returns {AgentState} */
export function asNew(state, id) {
  return isRead(state, id) ? state : { ...state, unread: { ...state.unread, [id]: state.unread[id] ?? 1 } };
}

/** Another window of this agent showed the conversation up to this message. @param {AgentState} state @param {string} id @param {number} seq @returns {AgentState} */
export function readElsewhere(state, id, seq) {
  if (!isOnDesk(state, id) || seq <= (state.read[id] ?? 0)) return state;
  state = { ...state, read: { ...state.read, [id]: seq } };
  return isRead(state, id) ? withoutUnread(state, id) : state;
}

/** @param {AgentState} state @param {string} id */
function isRead({ threads, read }, id) {
  const last = threads[id]?.messages.at(-1);
  return last !== undefined && last.seq <= (read[id] ?? 0);
}

/** @param {AgentState} state @param {string} id @returns {AgentState} */
export function withoutUnread(state, id) {
  if (!state.unread[id]) return state;
  const { [id]: _, ...unread } = state.unread;
  return { ...state, unread };
}

/** @param {AgentState} state @param {string} id @returns {AgentState} */
export function closeTab(state, id) {
  const at = state.tabs.indexOf(id);
  if (at < 0) return state;
  const tabs = state.tabs.filter((tab) => tab !== id);
  const { [id]: _, ...viewed } = state.viewed;
  state = { ...state, tabs, viewed };
  return state.selected === id ? select(state, tabs[Math.min(at, tabs.length - 1)] ?? null) : state;
}

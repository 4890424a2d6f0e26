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
  if (!state.visible || !state.selected || !state.unread[state.selected]) return state;
  const { [state.selected]: _, ...unread } = state.unread;
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

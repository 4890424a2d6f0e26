/*
 * Owns what of the agent page's state must not be lost with a reload, or with its window: messages on their way, missed pops, and what
 * could not be sent any more. It belongs to one agent: another one who signs in in the same window finds nothing of it. What is typed
 * is in drafts.js.
 */

import { readJson, writeJson } from "../lib/storage.js";
import { dropDrafts, dropOwnDrafts, draftsOf } from "./drafts.js";
import { initialState } from "./state.js";

const OUTBOX = "callboard.agent.outbox";
const MISSED = "callboard.agent.missed";
const UNSENT = "callboard.agent.unsent";
const WHO = "callboard.agent.who";
/** What a window had on its way when it went, for the agent's next one. */
const LEFT = "callboard.agent.left.";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Outgoing} Outgoing */

/** @param {string} key */
const list = (key) => readJson(sessionStorage, key, /** @type {any[]} */ ([]));
/** @param {Storage} storage @param {string} key @param {unknown[]} items */
const put = (storage, key, items) => writeJson(storage, key, items.length ? items : null);

/** The state to start from: empty, but for what was kept. @returns {AgentState} */
export function keptState() {
  return { ...initialState(), outbox: list(OUTBOX), ended: list(MISSED), notices: list(UNSENT) };
}

/** @param {AgentState} state */
export function keep({ outbox, ended, notices }) {
  put(sessionStorage, OUTBOX, outbox);
  put(sessionStorage, MISSED, ended.filter((pop) => pop.missed).map((pop) => ({ ...pop, shown: true })));
  put(sessionStorage, UNSENT, notices.filter(({ code }) => code === "unsent"));
}

/**
 * Called at each welcome, before the state has it.
 * @param {string} agent_id who is signed in
 * @returns {{other: boolean, left: Outgoing[]}} `other`: what was kept was another agent's; `left`: what an earlier window did not get sent
 */
export function keptFor(agent_id) {
  const before = readJson(sessionStorage, WHO, /** @type {string|null} */ (null));
  const other = before !== null && before !== agent_id;
  if (other) dropOwnDrafts();
  writeJson(sessionStorage, WHO, agent_id);
  draftsOf(agent_id);
  const left = readJson(localStorage, LEFT + agent_id, /** @type {Outgoing[]} */ ([]));
  writeJson(localStorage, LEFT + agent_id, null);
  return { other, left };
}

/** The window goes; it may only be a reload, after which the same messages are known by their ids. */
export function leaveToNext() {
  const who = readJson(sessionStorage, WHO, /** @type {string|null} */ (null));
  if (who && list(OUTBOX).length > 0) put(localStorage, LEFT + who, list(OUTBOX));
}

/** Who signs out leaves nothing behind. */
export function forgetKept() {
  dropDrafts();
  for (const key of [OUTBOX, MISSED, UNSENT, WHO]) writeJson(sessionStorage, key, null);
}

/*
 * Owns what an agent has typed and not sent, a text for each conversation and kind of message, with the customer's name for when the
 * conversation is gone. A window has its own, which a reload keeps; a copy for the agent's next window outlives it.
 */

import { readJson, writeJson } from "../lib/storage.js";

const KEY = "callboard.agent.drafts";
const MAX_DRAFTS = 100;

/** @typedef {"public"|"internal"|"wrap_up"|"transfer"} DraftKind */
/** @typedef {{text: string, name: string}} Draft */

/** Where the agent's copy is; empty until one is known. */
let shared = "";

/** @param {string} agent_id whose the drafts are from now on */
export function draftsOf(agent_id) {
  shared = `${KEY}.${agent_id}`;
}

/** @returns {[Storage, string][]} */
const places = () => (shared ? [[localStorage, shared], [sessionStorage, KEY]] : [[sessionStorage, KEY]]);

/** @param {[Storage, string]} place @returns {Record<string, Draft>} */
const read = ([storage, key]) => readJson(storage, key, {});

/** This window's own before those of others. @returns {Record<string, Draft>} */
const all = () => Object.assign({}, ...places().map(read));

/** @param {string} conversation_id @param {DraftKind} kind */
export function readDraft(conversation_id, kind) {
  return all()[`${conversation_id}/${kind}`]?.text ?? "";
}

/** @param {string} conversation_id @param {DraftKind} kind @param {string} text an empty one takes the draft away @param {string} [name] */
export function keepDraft(conversation_id, kind, text, name = "") {
  for (const [storage, key] of places()) {
    const { [`${conversation_id}/${kind}`]: before, ...others } = read([storage, key]);
    if (!before && !text) continue;
    const entries = Object.entries(others).slice(-MAX_DRAFTS);
    if (text) entries.push([`${conversation_id}/${kind}`, { text, name }]);
    writeJson(storage, key, entries.length ? Object.fromEntries(entries) : null);
  }
}

/** Takes this window's away. */
export function dropOwnDrafts() {
  writeJson(sessionStorage, KEY, null);
}

/** Takes the agent's away. */
export function dropDrafts() {
  for (const [storage, key] of places()) writeJson(storage, key, null);
}

/** Every draft that is kept. @returns {{key: string, conversation_id: string, kind: string, text: string, name: string}[]} */
export function allDrafts() {
  return Object.entries(all()).map(([key, { text, name }]) => {
    const [conversation_id, kind] = key.split("/");
    return { key, conversation_id, kind, text, name };
  });
}

/*
 * Owns what an agent has typed and not sent, a text for each conversation and kind of message, with the customer's name for when the
 * conversation is gone. Survives a reload, not the tab.
 */

import { readJson, writeJson } from "../lib/storage.js";

const KEY = "callboard.agent.drafts";
const MAX_DRAFTS = 100;

/** @typedef {"public"|"internal"|"wrap_up"} DraftKind */
/** @typedef {{text: string, name: string}} Draft */

/** @returns {Record<string, Draft>} */
function all() {
  return readJson(sessionStorage, KEY, {});
}

/** @param {string} conversation_id @param {DraftKind} kind */
export function readDraft(conversation_id, kind) {
  return all()[`${conversation_id}/${kind}`]?.text ?? "";
}

/** @param {string} conversation_id @param {DraftKind} kind @param {string} text an empty one takes the draft away @param {string} [name] */
export function keepDraft(conversation_id, kind, text, name = "") {
  const { [`${conversation_id}/${kind}`]: _, ...others } = all();
  const entries = Object.entries(others).slice(-MAX_DRAFTS);
  if (text) entries.push([`${conversation_id}/${kind}`, { text, name }]);
  writeJson(sessionStorage, KEY, Object.fromEntries(entries));
}

/** Every draft that is kept. @returns {{key: string, conversation_id: string, kind: string, text: string, name: string}[]} */
export function allDrafts() {
  return Object.entries(all()).map(([key, { text, name }]) => {
    const [conversation_id, kind] = key.split("/");
    return { key, conversation_id, kind, text, name };
  });
}

/* Owns what an agent has typed and not sent, a text for each conversation and kind of message. Survives a reload, not the tab. */

import { readJson, writeJson } from "../lib/storage.js";

const KEY = "callboard.agent.drafts";
const MAX_DRAFTS = 100;

/** @typedef {"public"|"internal"|"wrap_up"} DraftKind */

/** @returns {Record<string, string>} */
function all() {
  return readJson(sessionStorage, KEY, {});
}

/** @param {string} conversation_id @param {DraftKind} kind */
export function readDraft(conversation_id, kind) {
  return all()[`${conversation_id}/${kind}`] ?? "";
}

/** @param {string} conversation_id @param {DraftKind} kind @param {string} text an empty one takes the draft away */
export function keepDraft(conversation_id, kind, text) {
  const { [`${conversation_id}/${kind}`]: _, ...others } = all();
  const entries = Object.entries(others).slice(-MAX_DRAFTS);
  if (text) entries.push([`${conversation_id}/${kind}`, text]);
  writeJson(sessionStorage, KEY, Object.fromEntries(entries));
}

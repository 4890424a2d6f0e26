/* Owns what a supervisor has typed into stories and not sent, one text each. Survives going elsewhere and a reload, not the tab. */

import { own } from "../lib/own.js";
import { readJson, writeJson } from "../lib/storage.js";

const KEY = "callboard.supervisor.drafts";
const MAX_DRAFTS = 100;

/** @typedef {{text: string, visibility: import("../types.js").Visibility}} Draft */

/** @returns {Record<string, Draft>} */
const all = () => readJson(sessionStorage, KEY, {});

/** @param {string} conversation_id @returns {Draft} */
export function readDraft(conversation_id) {
  return own(all(), conversation_id) ?? { text: "", visibility: "internal" };
}

/** @param {string} conversation_id @param {Draft} draft one without text is taken away */
export function keepDraft(conversation_id, draft) {
  const { [conversation_id]: _, ...others } = all();
  const entries = Object.entries(others);
  if (draft.text.trim()) entries.push([conversation_id, draft]);
  writeJson(sessionStorage, KEY, entries.length ? Object.fromEntries(entries.slice(-MAX_DRAFTS)) : null);
}

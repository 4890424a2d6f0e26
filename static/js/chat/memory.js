/*
 * Owns where the customer's conversation is kept for a reload and for other tabs: in the page's own storage. A browser may refuse that to
 * a framed page; then the page around keeps it. Several tabs keep theirs in the same place: none takes away what another has begun since.
 */

import { readJson, writeJson } from "../lib/storage.js";

/** @typedef {import("./session.js").Kept} Kept */

/**
 * @param {string} channel_id
 * @param {{tell: (message: import("./host.js").Message) => void}|null} host
 */
export function createMemory(channel_id, host) {
  const key = `callboard.chat.${channel_id}`;
  const storage = own();
  const stored = () => (storage ? readJson(storage, key, /** @type {Kept|null} */ (null)) : null);
  /** The conversation that this tab kept last. */
  let mine = "";
  let last = "";
  return {
    /** @param {Kept} kept */
    keep(kept) {
      if (storage && kept.conversation_id === mine && stored()?.conversation_id !== mine) return;
      mine = kept.conversation_id;
      if (storage) return writeJson(storage, key, kept);
      const text = JSON.stringify(kept);
      if (text !== last) host?.tell({ type: "keep", kept });
      last = text;
    },
    /** @param {string} conversation_id the one that is over */
    forget(conversation_id) {
      if (storage && stored()?.conversation_id === conversation_id) writeJson(storage, key, null);
      if (!storage && last !== conversation_id) host?.tell({ type: "forget", conversation_id });
      last = conversation_id;
    },
    /** @param {Kept|null} [elsewhere] what the page around kept @returns {Kept|null} */
    read: (elsewhere) => (storage ? stored() : (elsewhere ?? null)),
  };
}

/** @returns {Storage|null} */
function own() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

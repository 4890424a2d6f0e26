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
  /** What the page around keeps. @type {Kept|null} */
  let around = null;
  /** The conversation that this tab kept last. */
  let mine = "";
  /** @returns {Kept|null} */
  const read = () => (storage ? readJson(storage, key, null) : around);
  return {
    read,
    /** @param {Kept} kept */
    keep(kept) {
      if (kept.conversation_id === mine && read()?.conversation_id !== mine) return;
      mine = kept.conversation_id;
      if (storage) return writeJson(storage, key, kept);
      if (JSON.stringify(kept) !== JSON.stringify(around)) host?.tell({ type: "keep", kept });
      around = kept;
    },
    /** @param {string} conversation_id the one that is over */
    forget(conversation_id) {
      if (read()?.conversation_id !== conversation_id) return;
      if (storage) return writeJson(storage, key, null);
      around = null;
      host?.tell({ type: "forget", conversation_id });
    },
    /** The page around says what it keeps: at first, and whenever another tab has changed it. @param {Kept|null} kept */
    note(kept) {
      around = kept;
    },
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

/* Owns the agent's own choices, kept in this browser: sound and the question-mark key. */

import { readJson, writeJson } from "../lib/storage.js";

const KEY = "callboard.agent.settings";

/** @typedef {"repeat"|"once"|"off"} SoundChoice */
/** @typedef {{sound: SoundChoice, question_key: boolean}} Settings */

/** @type {Settings} */
const DEFAULTS = { sound: "repeat", question_key: true };

/** @returns {Settings} */
export function readSettings() {
  return { ...DEFAULTS, ...readJson(localStorage, KEY, {}) };
}

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {Partial<Settings>} change */
export function changeSettings(change) {
  writeJson(localStorage, KEY, { ...readSettings(), ...change });
  for (const listener of listeners) listener();
}

/** Hears of changes, those in another window of this browser too. @param {() => void} listener @returns {() => void} ends it */
export function onSettings(listener) {
  const heard = (/** @type {StorageEvent} */ { key }) => key === KEY && listener();
  listeners.add(listener);
  addEventListener("storage", heard);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", heard);
  };
}

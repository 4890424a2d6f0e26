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

/** @param {Partial<Settings>} change */
export function changeSettings(change) {
  writeJson(localStorage, KEY, { ...readSettings(), ...change });
}

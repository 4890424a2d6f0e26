/*
 * Owns the keyboard of the agent page: which keys do what, and one listener for all. Alt with a letter that no browser's menu
 * uses (Chromium D E F; Firefox B E F H S T V), so that typing text never runs a command. On a Mac, Option with a letter
 * writes a sign; there the key's place decides instead of the sign.
 */

import { isInTextField } from "../lib/dom.js";
import { readSettings } from "./settings.js";

/** @typedef {{alt?: boolean, ctrl?: boolean, key: string}} Key */

export const KEYS = /** @satisfies {Record<string, Key>} */ ({
  accept: { alt: true, key: "a" },
  decline: { alt: true, key: "x" },
  collapse: { key: "Escape" },
  next: { alt: true, key: "j" },
  previous: { alt: true, key: "k" },
  write: { alt: true, key: "m" },
  note: { alt: true, key: "i" },
  transfer: { alt: true, key: "g" },
  consult: { alt: true, key: "c" },
  finish: { alt: true, key: "r" },
  mine: { alt: true, key: "w" },
  open: { alt: true, key: "o" },
  closed: { alt: true, key: "l" },
  presence: { alt: true, key: "p" },
  commands: { ctrl: true, key: "k" },
  help: { key: "?" },
});

/** @typedef {keyof typeof KEYS} Command */

/** How a key is written on buttons and in the sheet. @param {Key} key */
export function keyText(key) {
  const name = key.key.length === 1 ? key.key.toUpperCase() : key.key;
  return key.alt ? `Alt+${name}` : key.ctrl ? `Ctrl+${name}` : name;
}

/**
 * Runs `commands` at their keys. A command that returns false did not apply, and the key goes its way.
 * @param {Record<Command, () => boolean|void>} commands
 */
export function installKeys(commands) {
  addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing) return;
    const command = commandOf(event);
    if (!command) return;
    if (commands[command]() !== false) event.preventDefault();
  });
}

/** @param {KeyboardEvent} event @returns {Command|null} */
function commandOf(event) {
  if (event.ctrlKey || event.metaKey) return !event.altKey && !event.shiftKey && isLetter(event, KEYS.commands.key) ? "commands" : null;
  if (event.key === "Escape") return "collapse";
  if (event.key === "?" && !event.altKey) return !isInTextField() && readSettings().question_key ? "help" : null;
  if (!event.altKey || event.shiftKey) return null;
  const found = Object.entries(KEYS).find(([, key]) => "alt" in key && isLetter(event, key.key));
  return found ? /** @type {Command} */ (found[0]) : null;
}

/** @param {KeyboardEvent} event @param {string} letter */
function isLetter(event, letter) {
  if (event.key.toLowerCase() === letter) return true;
  const written = /^[a-z]$/i.test(event.key);
  return !written && event.code === `Key${letter.toUpperCase()}`;
}

/*
 * Owns the choice of what a comparison reads: declared variables by display name, the server's paths, and a field for the key where
 * the server takes any (`record.…`, a provider's `channel.…`).
 */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { createCombo } from "../ui/combo.js";
import { PATHS, readable } from "./conditions-catalogue.js";
import { variableText } from "./rules-words.js";

/** @typedef {import("./conditions-catalogue.js").Variable} Variable */

const OPEN = ["record.", "channel."];

/**
 * @param {object} options
 * @param {string} options.value
 * @param {readonly Variable[]} options.variables
 * @param {string} options.spot by which the focus finds it again
 * @param {(variable: string) => void} options.onPick another one; `record.` where its key is to be written
 * @param {(variable: string) => void} options.onKey another key
 * @returns {HTMLElement[]}
 */
export function createVariablePick({ value, variables, spot, onPick, onKey }) {
  const prefix = PATHS.some(({ name }) => name === value) ? undefined : OPEN.find((one) => value.startsWith(one));
  const combo = createCombo({
    label: rules.variable, options: variableOptions(value, variables), value: prefix ?? (value || null), placeholder: rules.choose_variable,
    onPick: (picked) => picked !== null && onPick(picked),
  });
  combo.input.setAttribute("data-spot", spot);
  combo.el.classList.add("condition-variable");
  if (prefix === undefined) return [combo.el];
  const label = prefix === "record." ? rules.record_key : rules.channel_key;
  const key = h("input", { type: "text", "aria-label": label, placeholder: label, "data-spot": spot.replace(/variable$/, "key"), maxlength: 190, autocomplete: "off", spellcheck: "false" });
  key.value = value.slice(prefix.length);
  key.addEventListener("input", () => onKey(prefix + key.value.trim()));
  return [h("div", { class: "condition-open" }, combo.el, key)];
}

/** What may be read, as options: declared ones first, with their types. @param {string} value @param {readonly Variable[]} variables */
export function variableOptions(value, variables) {
  const declared = variables.filter(({ name }) => name !== "").map((one) => ({ value: one.name, label: variableText(one.name, variables), hint: rules.variable_hint(one.type ?? "text") }));
  const paths = PATHS.map(({ name, type }) => ({ value: name, label: variableText(name, []), hint: `${name} · ${rules.types[type]}` }));
  const open = OPEN.map((one) => ({ value: one, label: rules.open_paths[/** @type {"record."} */ (one)], hint: `${one}…` }));
  const gone = value !== "" && !readable(value, variables) && !OPEN.includes(value) ? [{ value, label: value, hint: rules.not_declared }] : [];
  return [...declared, ...paths, ...open, ...gone];
}

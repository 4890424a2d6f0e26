/* Owns the words of the server's warnings (CONTRACT §3): a code that the page knows in its language, else as the server says it. Pure. */

import { rules } from "../strings.en.js";

/** @typedef {{field: string, code: string, message: string}} Warning */

/** @param {Warning} warning @param {readonly string[]} [names] of the list's rules, by which a shadowed one names the other */
export function warningText({ code, message }, names = []) {
  if (code === "shadowed_rule") {
    const by = Number(/\d+/.exec(message)?.[0] ?? 0);
    return rules.warnings.shadowed_rule(names[by - 1] || String(by));
  }
  const known = /** @type {Record<string, unknown>} */ (rules.warnings)[code];
  return typeof known === "string" ? known : message;
}

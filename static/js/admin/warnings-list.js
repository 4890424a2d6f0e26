/* Owns the warnings of a saved work stream as a list: what is odd, at what, and the way to where it can be put right. */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { warningText } from "./warnings-words.js";

/** @typedef {import("./warnings-words.js").Warning} Warning */
/** @typedef {{id: string, name: string, warnings?: Warning[], [member: string]: any}} Stream */

/** @param {Stream} stream */
export function warningItems(stream) {
  return (stream.warnings ?? []).map((warning) => h("li", { class: "checks-item" },
    h("a", { href: hrefOf(whereOf(stream.id, warning.field)), text: placeText(stream, warning.field) }),
    h("span", { text: warningText(warning, namesAt(stream, warning.field)) })));
}

/** Where a warning's field can be changed: rules on their page, all else in the form. Pure. @param {string} id @param {string} field */
export function whereOf(id, field) {
  const part = field.split("/")[1];
  return ["routing_rules", "classification", "skill_rules"].includes(part) ? ["flow", "rules", id] : ["work-streams", id];
}

/** What the field is, in words: the rule's name, or the setting. Pure. @param {Stream} stream @param {string} field */
export function placeText(stream, field) {
  const [, part, first, , second] = field.split("/");
  if (part === "routing_rules" || part === "skill_rules") return rules.rule(stream[part]?.[Number(first)]?.name ?? String(Number(first) + 1));
  if (part === "classification") return rules.rule_in_set(stream.classification?.[Number(first)]?.name ?? "", stream.classification?.[Number(first)]?.rules?.[Number(second)]?.name ?? "");
  return /** @type {Record<string, string>} */ (rules.parts_of)[part] ?? part;
}

/** Names of the rules of the list in which a field stands. Pure. @param {Stream} stream @param {string} field @returns {string[]} */
export function namesAt(stream, field) {
  const [, part, first] = field.split("/");
  const list = part === "classification" ? stream.classification?.[Number(first)]?.rules : stream[part];
  return Array.isArray(list) ? list.map(({ name }) => name) : [];
}

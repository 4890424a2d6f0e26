/*
 * Owns a rule in plain words: "When Tier equals gold and Amount is more than 100 → VIP". Pure; the words are the language's, the names
 * those that people gave.
 */

import { t, rules } from "../strings.en.js";
import { readable, shapeOf } from "./conditions-catalogue.js";
import { fromWire, isGroup } from "./conditions-state.js";
import { alwaysHolds, routeKind } from "./rules-state.js";

/** @typedef {import("./conditions-catalogue.js").Variable} Variable */
/** @typedef {import("./conditions-state.js").Node} Node */
/** @typedef {import("./rules-state.js").Rule} Rule */
/** Names by collection and id. @typedef {(collection: string, id: string) => string} NameOf */

/** The whole rule. @param {Rule} rule @param {readonly Variable[]} variables @param {NameOf} nameOf */
export function ruleText(rule, variables, nameOf) {
  const when = alwaysHolds(rule.when) ? rules.always : rules.when(conditionText(rule.when, variables, nameOf));
  return rules.rule_text(when, outcomeText(rule, variables, nameOf));
}

/** @param {any} when @param {readonly Variable[]} variables @param {NameOf} nameOf */
export function conditionText(when, variables, nameOf) {
  return nodeText(fromWire(when), variables, nameOf, true);
}

/** What is read, as people call it. @param {string} name @param {readonly Variable[]} variables */
export function variableText(name, variables) {
  const declared = variables.find((one) => one.name === name);
  if (declared) return declared.display_name || declared.name;
  return /** @type {Record<string, string>} */ (rules.paths)[name] ?? name;
}

/** @param {Node} node @param {readonly Variable[]} variables @param {NameOf} nameOf @param {boolean} top @returns {string} */
function nodeText(node, variables, nameOf, top = false) {
  if (!isGroup(node)) return comparisonText(node, variables, nameOf);
  if (node.parts.length === 0) return rules.empty_group[node.how];
  const parts = node.parts.map((part) => nodeText(part, variables, nameOf));
  const joined = parts.join(node.how === "all" || node.how === "not_all" ? rules.and : rules.or);
  if (node.how === "none" || node.how === "not_all") return rules.not_text(joined);
  return top || parts.length === 1 ? joined : `(${joined})`;
}

/** @param {import("./conditions-state.js").Comparison} comparison @param {readonly Variable[]} variables @param {NameOf} nameOf */
function comparisonText({ variable, operator, value }, variables, nameOf) {
  const name = variable === "" ? rules.something : variableText(variable, variables);
  const words = /** @type {Record<string, string>} */ (rules.operators)[operator] ?? operator;
  if (shapeOf(operator) === "none") return `${name} ${words}`;
  const choice = readable(variable, variables)?.choice ?? "plain";
  const values = (Array.isArray(value) ? value : [value]).map((one) => (one === null ? "…" : operandText(one, choice, nameOf)));
  return `${name} ${words} ${shapeOf(operator) === "range" ? values.join(rules.and) : values.join(", ") || "…"}`;
}

/** @param {string|number|boolean} value @param {import("./conditions-catalogue.js").Choice} choice @param {NameOf} nameOf */
export function operandText(value, choice, nameOf) {
  const text = String(value);
  if (choice === "weekday") return rules.weekdays[Number(value) - 1] ?? text;
  if (choice === "yes_no") return { true: rules.yes, false: rules.no }[text] ?? text;
  if (choice === "channel_type") return t.channel_types[text] ?? text;
  return choice === "channel" ? nameOf("channels", text) : text;
}

/** @param {Rule} rule @param {readonly Variable[]} variables @param {NameOf} nameOf @returns {string} */
function outcomeText(rule, variables, nameOf) {
  const { route_to: route, set } = rule;
  if (route) {
    const kind = routeKind(route);
    if (kind === "agent") return rules.to_agent(nameOf("agents", route.agent_id ?? "") || "…");
    if (kind === "queue") return nameOf("queues", route.queue_id ?? "") || "…";
    return (route.split ?? []).map(({ queue_id, percent }) => `${percent}\u00a0% ${nameOf("queues", queue_id) || "…"}`).join(", ");
  }
  const skills = (set?.skills ?? rule.skills ?? []).map(({ skill_id, min_level }) => rules.skill_text(nameOf("skills", skill_id) || "…", min_level));
  const written = Object.entries(set?.variables ?? {}).map(([name, value]) => `${variableText(name, variables)} = ${value}`);
  if (typeof set?.priority === "number") written.push(rules.priority_text(set.priority));
  return [...written, ...skills].join(", ") || rules.nothing;
}

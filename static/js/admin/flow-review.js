/* Owns the last step: everything that was written, in words, before it is made. */

import { h } from "../lib/dom.js";
import { forms, t, rules } from "../strings.en.js";
import { ruleText, variableText } from "./rules-words.js";

/** @typedef {import("./flow-state.js").Draft} Draft */
/** @typedef {{label: (collection: string, id: string) => string}} Names */

/** @param {() => Draft} draft @param {Names} names @returns {import("./flow-steps.js").Step} */
export function createReview(draft, names) {
  const el = h("div", { class: "flow-review" });
  return {
    id: "review", label: () => rules.step_review, el,
    enter: () => el.replaceChildren(...streamParts(draft(), names)),
    check: () => [],
    place: () => [],
  };
}

/** @param {Draft} draft @param {Names} names */
function streamParts({ id, value }, names) {
  const { distribution, context_variables: variables, routing_rules: list, entity_configurations: entities } = value;
  const push = distribution.mode === "push";
  const { kind, timeout_seconds } = distribution.notification;
  const pop = kind === "open_directly" ? "" : `, ${t.seconds_short(timeout_seconds)}`;
  const close = value.auto_close_after_inactivity_seconds;
  const parts = [
    part(rules.step_general, [
      [rules.name, value.name], [rules.id, id], [rules.channel_type, t.channel_types[value.channel_type]], [rules.capacity, String(value.capacity)],
      [rules.auto_close, close === null ? rules.never : lengthText(close)],
    ]),
    part(rules.step_distribution, [
      [rules.mode, rules.modes[/** @type {"push"} */ (distribution.mode)]],
      ...(push ? [[rules.notification, rules.notifications[/** @type {"open_directly"} */ (kind)] + pop]] : []),
      [rules.allowed, distribution.allowed_presences.map((/** @type {"available"} */ one) => forms.options.base_presence[one]).join(", ")],
      ...(push ? [[rules.select_from_push, distribution.select_from_push ? rules.yes : rules.no]] : []),
    ]),
    ...(value.channel_type === "entity" ? [listPart(rules.step_records, entities.map((/** @type {Record<string, string>} */ one) => `${one.entity_logical_name} (${one.entity_set_name})`), rules.no_records)] : []),
    listPart(rules.step_variables, variables.map((/** @type {{name: string, type: "text"|"number"}} */ one) => `${variableText(one.name, variables)} (${rules.types[one.type]})`), rules.no_variables),
    listPart(rules.step_rules, [...list.map((/** @type {any} */ rule) => `${rule.name}: ${ruleText(rule, variables, names.label)}`), rules.else_to(names.label("queues", value.fallback_queue_id))], ""),
  ];
  return parts;
}

/** A length of time in the largest units. @param {number} seconds */
export function lengthText(seconds) {
  if (seconds % 86_400 === 0) return t.days_short(seconds / 86_400, 0);
  if (seconds % 3600 === 0) return t.hours_short(seconds / 3600, 0);
  return seconds % 60 === 0 ? t.minutes_short(seconds / 60) : t.seconds_short(seconds);
}

/** @param {string} title @param {string[][]} rows */
export function part(title, rows) {
  return h("section", { class: "flow-review-part" }, h("h4", { text: title }), h("dl", { class: "fields" }, ...rows.map(([name, text]) => h("div", {}, h("dt", { text: name }), h("dd", { text })))));
}

/** @param {string} title @param {string[]} items @param {string} none */
function listPart(title, items, none) {
  const list = items.length > 0 ? h("ol", { class: "flow-review-list" }, ...items.map((text) => h("li", { text }))) : h("p", { class: "muted", text: none });
  return h("section", { class: "flow-review-part" }, h("h4", { text: title }), list);
}

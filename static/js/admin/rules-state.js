/*
 * Owns ordered rules as the editor has them: their order, copies, what a new one holds, where they route, and what is plainly
 * missing. Pure: every change gives a new list. Conditions are in conditions-state.js.
 */

import { readable, shapeOf } from "./conditions-catalogue.js";
import { fromWire, isGroup, located } from "./conditions-state.js";

/** @typedef {"routing"|"classification"|"skill"} RuleKind */
/** @typedef {{skill_id: string, min_level: number}} RequiredSkill */
/** @typedef {{queue_id: string, percent: number}} Share */
/** @typedef {{queue_id?: string, agent_id?: string, split?: Share[]}} Route exactly one of them */
/** @typedef {{variables?: Record<string, string|number|boolean>, skills?: RequiredSkill[], priority?: number|null}} Outputs */
/** A rule on the wire; which members it has beside name and condition goes by its kind. @typedef {{name: string, description?: string, when: any, route_to?: Route, set?: Outputs, skills?: RequiredSkill[]}} Rule */
/** Something that the page itself sees. `code` names the sentence. @typedef {{pointer: string, code: "missing"|"value_missing"|"unknown_variable"|"split_sum"|"empty_list"}} Missing */

/** A rule as it begins: it always holds, and does nothing yet. @param {RuleKind} kind @param {string} name @returns {Rule} */
export function blankRule(kind, name) {
  const when = { all: [] };
  if (kind === "routing") return { name, description: "", when, route_to: { queue_id: "" } };
  if (kind === "classification") return { name, description: "", when, set: { variables: {}, skills: [] } };
  return { name, when, skills: [] };
}

/** Moves an element; beyond the ends it stops there. @template T @param {readonly T[]} list @param {number} from @param {number} to @returns {T[]} */
export function moved(list, from, to) {
  const result = [...list];
  const at = Math.max(0, Math.min(list.length - 1, to));
  if (from < 0 || from >= list.length || from === at) return result;
  const [one] = result.splice(from, 1);
  result.splice(at, 0, one);
  return result;
}

/** A name that none of the others has: `gold 2` beside `gold`. @param {string} name @param {readonly string[]} taken */
export function freeName(name, taken) {
  const stem = name.replace(/ \d+$/, "");
  if (!taken.includes(name)) return name;
  for (let n = 2; ; n++) if (!taken.includes(`${stem} ${n}`)) return `${stem} ${n}`;
}

/** @param {Route} route @returns {"queue"|"agent"|"split"} */
export function routeKind(route) {
  if (route.split) return "split";
  return route.agent_id === undefined ? "queue" : "agent";
}

/** Another kind of target: the queue stays where the new kind has one. @param {Route} route @param {"queue"|"agent"|"split"} kind @returns {Route} */
export function withRouteKind(route, kind) {
  if (kind === routeKind(route)) return route;
  const queue = route.queue_id ?? route.split?.[0]?.queue_id ?? "";
  if (kind === "agent") return { agent_id: "" };
  return kind === "queue" ? { queue_id: queue } : { split: [{ queue_id: queue, percent: 50 }, { queue_id: "", percent: 50 }] };
}

/** @param {readonly Share[]} split */
export function sumOf(split) {
  return split.reduce((sum, { percent }) => sum + (Number.isFinite(percent) ? percent : 0), 0);
}

/** One more share, of what is left of a hundred. @param {readonly Share[]} split @returns {Share[]} */
export function withShare(split) {
  return [...split, { queue_id: "", percent: Math.max(0, 100 - sumOf(split)) }];
}

/** Shares that are as equal as whole numbers are: 34, 33, 33. @param {readonly Share[]} split @returns {Share[]} */
export function evened(split) {
  const [each, rest] = [Math.floor(100 / split.length), 100 % split.length];
  return split.map((share, i) => ({ ...share, percent: each + (i < rest ? 1 : 0) }));
}

/**
 * What of a rule is plainly missing, by its pointer in the rule; the server checks the rest.
 * @param {Rule} rule @param {readonly import("./conditions-catalogue.js").Variable[]} variables
 * @returns {Missing[]}
 */
export function missing(rule, variables) {
  /** @type {Missing[]} */
  const found = [];
  const empty = (/** @type {unknown} */ text) => typeof text !== "string" || text.trim() === "";
  if (empty(rule.name)) found.push({ pointer: "/name", code: "missing" });
  found.push(...missingInCondition(rule.when, variables).map((one) => ({ ...one, pointer: `/when${one.pointer}` })));
  const { route_to: route } = rule;
  if (route?.split) {
    route.split.forEach((share, i) => empty(share.queue_id) && found.push({ pointer: `/route_to/split/${i}/queue_id`, code: "missing" }));
    if (sumOf(route.split) !== 100) found.push({ pointer: "/route_to/split", code: "split_sum" });
  } else if (route) {
    const name = routeKind(route) === "agent" ? "agent_id" : "queue_id";
    if (empty(route[name])) found.push({ pointer: `/route_to/${name}`, code: "missing" });
  }
  const [skills, at] = rule.set ? [rule.set.skills ?? [], "/set/skills"] : [rule.skills ?? [], "/skills"];
  skills.forEach((skill, i) => empty(skill.skill_id) && found.push({ pointer: `${at}/${i}/skill_id`, code: "missing" }));
  return found;
}

/** @param {any} when @param {readonly import("./conditions-catalogue.js").Variable[]} variables @returns {Missing[]} */
function missingInCondition(when, variables) {
  /** @type {Missing[]} */
  const found = [];
  for (const { node, pointer } of located(when)) {
    if (isGroup(node)) continue;
    const { variable, operator, value } = node;
    const shape = shapeOf(operator);
    const open = value === null || (Array.isArray(value) && value.includes(null));
    if (variable === "") found.push({ pointer: `${pointer}/variable`, code: "missing" });
    else if (!readable(variable, variables)) found.push({ pointer: `${pointer}/variable`, code: "unknown_variable" });
    else if (shape === "many" && Array.isArray(value) && value.length === 0) found.push({ pointer: `${pointer}/value`, code: "empty_list" });
    else if (shape !== "none" && open) found.push({ pointer: `${pointer}/value`, code: "value_missing" });
  }
  return found;
}

/** Whether the condition asks nothing, so that the rule always holds. @param {any} when */
export function alwaysHolds(when) {
  const tree = fromWire(when);
  return tree.how === "all" && tree.parts.length === 0;
}

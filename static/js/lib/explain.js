/*
 * Owns the words of a decision: its record as steps that say in plain words what was read, who was passed over and who was chosen.
 * Pure. What the record does not hold (names, a queue's method, a rule's split) is looked up, and left out where it is not known.
 */

import { dayKey, fullText, timeText } from "./format.js";
import { own } from "./own.js";
import { story } from "../strings.en.js";

/** Agents of one reason that are named one by one; of more, only how many. */
const NAMED = 4;

/** @typedef {{agent_id: string, eligible: boolean, reason: string|null, scores: {free_units: number, in_work_stream: number, active: number, idle_since: string|null, last_offered_at: string|null}}} Candidate */
/** @typedef {{set?: string, name: string, verdict: "matched"|"not_matched", reads: {variable: string, value: string|number|boolean|null}[]}} RuleVerdict */
/** @typedef {{item: number, when: Record<string, any>, action: Record<string, any>, to_queue_id: string|null, verdict: string}} OverflowItem */
/** @typedef {{queue_id: string, open: boolean, waiting: number, waited_seconds: number, items: OverflowItem[], outcome: string, to_queue_id: string|null}} Overflow */

/**
 * A decision record, as `…/decisions` and `simulate` give it.
 * @typedef {object} Decision
 * @property {string} id
 * @property {string} at
 * @property {string} trigger
 * @property {number} config_version
 * @property {RuleVerdict[]} rules
 * @property {{variables: Record<string, string|number|boolean>, skills: {skill_id: string, min_level?: number}[], priority: number|null}} [classified]
 * @property {string} queue_id
 * @property {boolean} fallback
 * @property {string} [reason]
 * @property {string} [first_agent_id]
 * @property {{skill_id: string, min_level?: number}[]} [requirement]
 * @property {number} [relaxed_steps]
 * @property {Candidate[]} candidates
 * @property {Record<string, number>} passed_over
 * @property {string|null} winner
 * @property {boolean} out_of_hours
 * @property {Overflow[]} overflow
 * @property {number} duration_us
 */

/**
 * The names of queues, agents and work streams; `resources`, where there are any, tell a queue's method, an agent's capacity and a
 * rule's split as they are configured now.
 * @typedef {{of: (kind: any, id: string|null|undefined) => string, resources?: Record<string, Record<string, any>>, version?: number}} Names
 */
/** What is known of the conversation beside the record. @typedef {{units?: number, work_stream_id?: string|null}} Facts */
/** `mark`: whether it led on. `part` groups steps. @typedef {{mark: "yes"|"no"|"info"|"warn", part: "rules"|"queue"|"agents"|"result", text: string, queue_id?: string, agent_id?: string}} Step */

/**
 * A decision as steps, in the order in which it was made.
 * @param {Decision} decision
 * @param {Names} names
 * @param {Facts} [facts]
 * @returns {Step[]}
 */
export function explain(decision, names, facts = {}) {
  return [
    ...ruleSteps(decision),
    ...classifiedSteps(decision),
    ...queueSteps(decision, names, facts),
    ...decision.overflow.flatMap((trace) => overflowSteps(trace, names)),
    ...agentSteps(decision, names, facts),
    ...resultSteps(decision, names),
  ];
}

/** What the decision came to, in a line. @param {Decision} decision @param {Names} names */
export function outcomeText(decision, names) {
  const steps = [...decision.overflow.flatMap((trace) => overflowSteps(trace, names).slice(-1)), ...resultSteps(decision, names)];
  return steps.at(-1)?.text ?? story.to_queue(names.of("queues", decision.queue_id));
}

/** The word for a name on the wire; a name that this page does not know stands as it is. @param {Record<string, string>} words @param {string} name */
export function wordOf(words, name) {
  return Object.hasOwn(words, name) ? words[name] : name;
}

/** A moment as one says it on the day of another: its time, and the day where that is another one. @param {string} iso @param {string} about */
export function momentText(iso, about) {
  return dayKey(iso) === dayKey(about) ? timeText(iso) : fullText(iso);
}

/** Whether the record says how it was routed. @param {Decision} decision */
export function isRouted({ rules, fallback, reason, classified }) {
  return rules.length > 0 || fallback || reason !== undefined || classified !== undefined;
}

/** @param {Decision} decision @returns {Step[]} */
function ruleSteps({ rules }) {
  /** @type {Map<string, number>} */
  const counted = new Map();
  return rules.map(({ set, name, verdict, reads }) => {
    const number = (counted.get(set ?? "") ?? 0) + 1;
    counted.set(set ?? "", number);
    const label = set === undefined ? story.rule(number, name) : story.rule_of(set, number, name);
    const found = reads.map(({ variable, value }) => (value === null ? story.no_data(variable) : story.equals(variable, String(value)))).join(", ");
    const matched = verdict === "matched";
    const text = matched ? story.matched(label, found) : story.not_matched(label, found);
    return { mark: matched ? "yes" : "no", part: "rules", text };
  });
}

/** @param {Decision} decision @returns {Step[]} */
function classifiedSteps({ classified }) {
  if (!classified) return [];
  const words = Object.entries(classified.variables).map(([name, value]) => story.equals(name, String(value)));
  if (classified.priority !== null) words.push(story.priority(classified.priority));
  words.push(...classified.skills.map(({ skill_id, min_level }) => story.skill(skill_id, min_level ?? 1)));
  return [{ mark: "info", part: "rules", text: story.classified(words.join(", ")) }];
}

/** @param {Decision} decision @param {Names} names @param {Facts} facts @returns {Step[]} */
function queueSteps(decision, names, facts) {
  if (!isRouted(decision)) return [];
  const { queue_id, fallback, reason, first_agent_id, overflow } = decision;
  // A simulated one that overflowed names the queue where it ended up.
  const first = overflow[0]?.queue_id ?? queue_id;
  const queue = names.of("queues", first);
  const step = (/** @type {Step["mark"]} */ mark, /** @type {string} */ text) => /** @type {Step} */ ({ mark, part: "queue", text, queue_id: first });
  const why = reason ? wordOf(story.reasons_fallback, reason) : story.no_rule;
  const share = splitShare(decision, first, names, facts);
  const steps = [fallback || reason ? step("warn", story.fallback(why, queue)) : step("yes", share === null ? story.to_queue(queue) : story.to_split(queue, share))];
  if (first_agent_id) steps.push({ mark: "info", part: "queue", text: story.first_agent(names.of("agents", first_agent_id)), agent_id: first_agent_id });
  return steps;
}

/** The percentage by which the rule that matched draws this queue; null where it does not draw. @param {Decision} decision @param {string} queue @param {Names} names @param {Facts} facts */
function splitShare({ rules }, queue, names, { work_stream_id }) {
  const rule = rules.find(({ set, verdict }) => set === undefined && verdict === "matched");
  const stream = work_stream_id ? own(names.resources?.work_streams ?? {}, work_stream_id) : null;
  const configured = stream?.routing_rules?.find((/** @type {{name: string}} */ { name }) => name === rule?.name);
  const part = configured?.route_to?.split?.find((/** @type {{queue_id: string}} */ { queue_id }) => queue_id === queue);
  return typeof part?.percent === "number" ? part.percent : null;
}

/** @param {Overflow} trace @param {Names} names @returns {Step[]} */
function overflowSteps({ queue_id, open, waiting, waited_seconds, items, outcome, to_queue_id }, names) {
  const name = names.of("queues", queue_id);
  const looked = items.map(({ item, when, verdict }) => {
    const condition = whenText(when);
    const words = wordOf(story.overflow_verdicts, verdict);
    return /** @type {Step} */ ({ mark: verdict === "chosen" ? "yes" : "no", part: "queue", text: story.overflow_item(item + 1, condition, words) });
  });
  /** @type {Record<string, string>} */
  const outcomes = { moved: story.overflow_moved(name, names.of("queues", to_queue_id)), ended: story.overflow_ended(name), assign_anyway: story.overflow_anyway(name), stays: story.overflow_stays(name) };
  const text = outcomes[outcome] ?? outcome;
  const state = story.overflow_state(name, open, waiting, waited_seconds);
  const result = /** @type {Step} */ ({ mark: outcome === "stays" ? "info" : "warn", part: "queue", text, queue_id: to_queue_id ?? queue_id });
  return [{ mark: "info", part: "queue", text: state, queue_id }, ...looked, result];
}

/** @param {Record<string, any>} when */
function whenText(when) {
  if ("waiting" in when) return story.when_waiting(when.waiting);
  if ("wait_seconds" in when) return story.when_waited(when.wait_seconds);
  return story.when_closed;
}

/** @param {Decision} decision @param {Names} names @param {Facts} facts @returns {Step[]} */
function agentSteps(decision, names, facts) {
  /** @type {Step[]} */
  const steps = [];
  const { requirement, relaxed_steps, candidates, passed_over } = decision;
  if (requirement?.length) steps.push({ mark: "info", part: "agents", text: story.requires(requirement.map(({ skill_id, min_level }) => story.skill(skill_id, min_level ?? 1)).join(", ")) });
  if (relaxed_steps) steps.push({ mark: "info", part: "agents", text: story.relaxed(relaxed_steps) });
  for (const [reason, count] of Object.entries(passed_over)) {
    const known = candidates.filter((candidate) => candidate.reason === reason);
    for (const { agent_id, scores } of known.slice(0, NAMED)) {
      steps.push({ mark: "no", part: "agents", text: story.passed_over(names.of("agents", agent_id), reasonText(reason, scores, facts)), agent_id });
    }
    const more = count - Math.min(known.length, NAMED);
    if (more > 0) steps.push({ mark: "no", part: "agents", text: story.passed_over_more(more, reasonText(reason, null, facts)) });
  }
  return steps;
}

/** @param {string} reason @param {Candidate["scores"]|null} scores @param {Facts} facts */
function reasonText(reason, scores, { units = 1 }) {
  if (reason === "capacity" && scores) return scores.free_units >= units ? story.no_slot : story.no_capacity(Math.max(0, scores.free_units), units);
  return wordOf(story.reasons, reason);
}

/** @param {Decision} decision @param {Names} names @returns {Step[]} */
function resultSteps(decision, names) {
  const { winner, trigger, candidates, out_of_hours, requirement, queue_id } = decision;
  const step = (/** @type {Step["mark"]} */ mark, /** @type {string} */ text) => /** @type {Step} */ ({ mark, part: "result", text, ...(winner ? { agent_id: winner } : {}) });
  if (out_of_hours) return [step("warn", story.out_of_hours(names.of("queues", queue_id)))];
  // Nobody was looked for.
  if (requirement === undefined) return [];
  if (!winner) return [step("warn", Object.keys(decision.passed_over).length ? story.nobody : story.nobody_serves(names.of("queues", queue_id)))];
  const name = names.of("agents", winner);
  if (trigger === "picked") return [step("yes", story.picked(name))];
  if (trigger === "assigned") return [step("yes", story.assigned_by(name))];
  const others = candidates.filter(({ agent_id, eligible }) => eligible && agent_id !== winner);
  const after = others.length ? [/** @type {Step} */ ({ mark: "info", part: "agents", text: story.after(others.slice(0, NAMED).map(({ agent_id, scores }) => story.has_free(names.of("agents", agent_id), scores.free_units)).join(", "), others.length - Math.min(others.length, NAMED)) })] : [];
  return [...after, step("yes", story.chosen(name, whyChosen(decision, names, others)))];
}

/** Why this one and not the others, as far as record and configuration tell. @param {Decision} decision @param {Names} names @param {Candidate[]} others */
function whyChosen({ winner, candidates, first_agent_id, queue_id, at }, names, others) {
  if (winner && winner === first_agent_id) return story.why_first;
  const scores = candidates.find(({ agent_id }) => agent_id === winner)?.scores;
  if (!scores) return story.why_order;
  const total = own(names.resources?.agents ?? {}, winner ?? "")?.capacity;
  const units = story.units(scores.free_units, typeof total === "number" ? total : null);
  if (others.length === 0) return story.why_only(units);
  const least = (/** @type {(s: Candidate["scores"]) => number} */ key) => others.every((other) => key(scores) <= key(other.scores));
  const ms = (/** @type {string|null} */ at) => (at ? Date.parse(at) : 0);
  switch (own(names.resources?.queues ?? {}, queue_id)?.assignment_method) {
    case "highest_capacity":
      return least((s) => -s.free_units) ? story.why_most_free(units) : story.why_skills;
    case "round_robin":
      return least((s) => ms(s.last_offered_at)) ? story.why_turn(scores.last_offered_at ? momentText(scores.last_offered_at, at) : null) : story.why_skills;
    case "longest_idle":
      return least((s) => ms(s.idle_since)) ? story.why_idle(scores.idle_since ? momentText(scores.idle_since, at) : null) : story.why_skills;
    case "least_active":
      return least((s) => s.active) ? story.why_least(scores.active) : story.why_skills;
    default:
      return story.why_order;
  }
}

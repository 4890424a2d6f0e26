/*
 * Owns a conversation's story as entries: its events in words, its messages, and at each the decision that led to it. Pure; how they
 * are drawn is story-timeline.js.
 */

import { isRouted, wordOf } from "./explain.js";
import { coarseText } from "./format.js";
import { story, t } from "../strings.en.js";

/** @typedef {import("./explain.js").Decision} Decision */
/** @typedef {import("./explain.js").Names} Names */
/** @typedef {{seq: number, type: string, at: string, by: {kind: string, id: string|null}, data: Record<string, any>}} StoryEvent */
/** @typedef {"in"|"route"|"offer"|"yes"|"no"|"wait"|"people"|"end"|"info"} Mark */

/**
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} at
 * @property {Mark} mark
 * @property {string} text
 * @property {string} by who made it happen; empty where nobody did, or the text says it
 * @property {import("../types.js").Message|null} message
 * @property {Decision[]} decisions
 */

/**
 * Everything in its order. A decision stands at the event that names it; one that no event names, at the routing of its time, else as
 * an entry of its own.
 * @param {StoryEvent[]} events @param {Decision[]} decisions @param {Names} names @returns {Entry[]}
 */
export function entriesOf(events, decisions, names) {
  const named = new Map(decisions.map((decision) => [decision.id, decision]));
  const spare = new Set(decisions);
  /** Since when it waits for an agent. */
  let waits_since = /** @type {string|null} */ (events[0]?.at ?? null);
  const entries = events.map((event) => {
    const { data, at, by } = event;
    const decision = named.get(data.decision_id);
    if (decision) spare.delete(decision);
    const facts = { names, waited: waits_since ? coarseText(Date.parse(at) - Date.parse(waits_since)) : "" };
    if (event.type === "assigned") waits_since = null;
    if (["released", "transferred", "reopened"].includes(event.type)) waits_since = at;
    const { text, mark } = wordsOf(event, facts);
    const message = event.type === "message" ? data.message ?? null : null;
    return { key: `event ${event.seq}`, type: event.type, at, mark, text, by: byText(event.type, by, data, names), message, decisions: decision ? [decision] : [] };
  });
  for (const decision of spare) {
    const home = entries.find(({ type, at }) => type === "routed" && at === decision.at && isRouted(decision));
    if (home) home.decisions.push(decision);
    else entries.push({ key: `decision ${decision.id}`, type: "decision", at: decision.at, mark: "route", text: wordOf(story.triggers, decision.trigger), by: "", message: null, decisions: [decision] });
  }
  // Events keep their own order; what was put behind them is taken to its time.
  return entries.map((entry, i) => ({ entry, i })).sort((a, b) => a.entry.at.localeCompare(b.entry.at) || a.i - b.i).map(({ entry: { type: _, ...entry } }) => entry);
}

/** How long it waited for its first agent, and how long agents had it; `null` where it did not come to that. @param {StoryEvent[]} events @param {number} now_ms */
export function timesOf(events, now_ms) {
  const begun = events[0] ? Date.parse(events[0].at) : now_ms;
  const first = events.find(({ type }) => type === "assigned");
  const over = events.find(({ type }) => type === "closed");
  const end = over ? Date.parse(over.at) : now_ms;
  const waited_ms = (first ? Date.parse(first.at) : end) - begun;
  return { waited_ms, waits: !first && !over, took_ms: first ? end - Date.parse(first.at) : null, over: Boolean(over) };
}

/** @typedef {{names: Names, waited: string}} Facts */

/** @param {StoryEvent} event @param {Facts} facts @returns {{text: string, mark: Mark}} */
function wordsOf(event, facts) {
  const { type, data } = event;
  const words = WORDS[type]?.(data, facts);
  return words ?? { text: type.replaceAll("_", " "), mark: "info" };
}

/** @param {Facts} facts @param {string|null|undefined} id */
const agentOf = ({ names }, id) => names.of("agents", id);
/** @param {Facts} facts @param {string|null|undefined} id */
const queueOf = ({ names }, id) => names.of("queues", id);
/** @param {Mark} mark @param {string} text */
const word = (mark, text) => ({ mark, text });

/** @type {Record<string, (data: Record<string, any>, facts: Facts) => {text: string, mark: Mark}>} */
const WORDS = {
  "conversation.created": (data, facts) => {
    const name = data.customer?.name || t.visitor;
    const text = story.events.created(name, wordOf(t.channel_types, data.channel_type));
    return word("in", data.first?.affinity ? `${text}. ${story.events.affinity(agentOf(facts, data.first.agent_id))}` : text);
  },
  routed: (data, facts) => {
    const queue = queueOf(facts, data.queue_id);
    if (data.reason) return word("route", story.fallback(wordOf(story.reasons_fallback, data.reason), queue));
    return word("route", data.fallback || !data.rule ? story.events.routed_fallback(queue) : story.events.routed_rule(data.rule, queue));
  },
  context_changed: () => word("info", story.events.context_changed),
  offered: (data, facts) => word("offer", story.events.offered(agentOf(facts, data.agent_id))),
  offer_ended: (data, facts) => {
    const text = story.events.offer_ended[/** @type {"declined"} */ (data.reason)]?.(agentOf(facts, data.agent_id)) ?? data.reason;
    const cause = data.cause ? wordOf(story.events.causes, data.cause) : "";
    return word(data.reason === "accepted" ? "yes" : "no", cause ? story.cause(text, cause) : text);
  },
  assigned: (data, facts) => {
    const text = story.events.assigned(agentOf(facts, data.agent_id), facts.waited);
    // A push is how it goes by itself.
    const how = data.grant === "push" ? "" : wordOf(story.events.grants, data.grant);
    return word("yes", how ? `${text}, ${how}` : text);
  },
  message: () => word("info", story.hidden_message),
  waiting: (data, facts) => word("wait", story.events.waiting(agentOf(facts, data.agent_id))),
  reopened: () => word("in", story.events.reopened),
  wrap_up: (data) => word("end", story.events.wrap_up(Boolean(data.by_customer))),
  hold_ended: () => word("info", story.events.hold_ended),
  transferred: (data, facts) => word("route", story.events.transferred(queueOf(facts, data.queue_id))),
  released: (data, facts) => word("wait", story.events.released[/** @type {"released"} */ (data.reason)]?.(agentOf(facts, data.agent_id)) ?? data.reason),
  first_given_up: () => word("info", story.events.first_given_up),
  unmatched: () => word("wait", story.events.unmatched),
  stranded: (data) => word("no", story.events.stranded(Boolean(data.stranded))),
  overflowed: () => word("route", story.events.overflowed),
  overflow_kept: () => word("info", story.events.overflow_kept),
  service_level_passed: () => word("no", story.events.service_level_passed),
  closed: (data) => {
    const how = wordOf(story.events.closed, data.reason);
    return word("end", data.note ? story.events.closed_why(how, data.note) : how);
  },
  consult_invited: (data, facts) => word("people", story.events.consult_invited(agentOf(facts, data.agent_id))),
  consult_joined: (data, facts) => word("people", story.events.consult_joined(agentOf(facts, data.agent_id))),
  consult_declined: (data, facts) => word("people", story.events.consult_declined(agentOf(facts, data.agent_id))),
  consult_ended: (data, facts) => word("people", story.events.consult_ended(agentOf(facts, data.agent_id))),
  joined: (data, facts) => word("people", story.events.joined(agentOf(facts, data.agent_id))),
  left: (data, facts) => word("people", story.events.left(agentOf(facts, data.agent_id))),
};

/** Types whose words name who did it. */
const SAID = new Set(["conversation.created", "routed", "message", "unmatched", "joined", "left"]);

/** @param {string} type @param {StoryEvent["by"]} by @param {Record<string, any>} data @param {Names} names */
function byText(type, by, data, names) {
  // A customer who leaves may do so through a backend; the words say who left.
  const left = (type === "closed" && data.reason === "customer_ended") || (type === "wrap_up" && data.by_customer);
  if (left || SAID.has(type) || by.kind === "system" || (by.id && by.id === data.agent_id)) return "";
  const kind = wordOf(story.by_kinds, by.kind === "supervisor" && by.id === "admin" ? "admin" : by.kind);
  const person = (by.kind === "agent" || by.kind === "supervisor") && by.id && by.id !== "admin" ? names.of("agents", by.id) : kind;
  return person ? story.by(person) : "";
}

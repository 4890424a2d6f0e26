/* Owns how a decision is drawn: its steps in words, and below them the full record. Built once; a record never changes. */

import { explain, momentText, outcomeText, wordOf } from "../lib/explain.js";
import { h } from "../lib/dom.js";
import { story } from "../strings.en.js";

/** @typedef {import("../lib/explain.js").Decision} Decision */
/** @typedef {import("../lib/explain.js").Names} Names */
/** @typedef {import("../lib/explain.js").Facts} Facts */

/** @param {Decision} decision @param {Names} names @param {Facts} facts @param {boolean} [open] */
export function createDecision(decision, names, facts, open = false) {
  const summary = h("summary", { class: "decision-head" }, h("span", { class: "decision-word", text: story.why }), h("span", { class: "decision-outcome", text: outcomeText(decision, names) }));
  return h("details", { class: "decision", open }, summary, createSteps(decision, names, facts), createRecord(decision, names));
}

/** @param {Decision} decision @param {Names} names @param {Facts} facts */
export function createSteps(decision, names, facts) {
  const steps = explain(decision, names, facts);
  return h("ol", { class: "steps" }, ...steps.map(({ mark, part, text }) => h("li", { class: "step", "data-mark": mark, "data-part": part }, h("span", { text }))));
}

/** @param {Decision} decision @param {Names} names */
function createRecord(decision, names) {
  const { rules, candidates, config_version, duration_us, trigger } = decision;
  const facts = h("p", { class: "muted", text: `${wordOf(story.triggers, trigger)}. ${story.record_facts(config_version, duration_us)}.` });
  return h(
    "details",
    { class: "record" },
    h("summary", { text: story.full_record }),
    facts,
    rules.length ? ruleTable(decision) : h("p", { class: "muted", text: story.no_rules }),
    candidates.length ? candidateTable(decision, names) : h("p", { class: "muted", text: story.no_candidates }),
  );
}

/** @param {Decision} decision */
function ruleTable({ rules }) {
  const rows = rules.map(({ set, name, verdict, reads }) => [
    set === undefined ? name : `${set}: ${name}`,
    wordOf(story.verdicts, verdict),
    reads.map(({ variable, value }) => (value === null ? story.no_data(variable) : story.equals(variable, String(value)))).join(", ") || "–",
  ]);
  return plainTable(story.rules_read, [story.col.rule, story.col.result, story.col.reads], rows);
}

/** @param {Decision} decision @param {Names} names */
function candidateTable({ candidates, winner, at: decided_at }, names) {
  const time = (/** @type {string|null} */ at) => (at ? momentText(at, decided_at) : "–");
  const rows = candidates.map(({ agent_id, reason, scores }) => [
    names.of("agents", agent_id),
    agent_id === winner ? story.verdicts.chosen : reason ? wordOf(story.reasons, reason) : story.verdicts.eligible,
    String(scores.free_units), String(scores.active), String(scores.in_work_stream), time(scores.idle_since), time(scores.last_offered_at),
  ]);
  const { col } = story;
  return plainTable(story.candidates, [col.agent, col.verdict, col.free, col.active, col.in_stream, col.idle, col.offered], rows);
}

/**
 * A small table that scrolls sideways where there is little room; the first column names its row.
 * @param {string} caption @param {string[]} heads @param {(string|Node)[][]} rows
 */
export function plainTable(caption, heads, rows) {
  const head = h("tr", {}, ...heads.map((text) => h("th", { scope: "col", text })));
  const body = rows.map(([first, ...cells]) => h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", {}, cell))));
  const table = h("table", { class: "plain-table" }, h("caption", { text: caption }), h("thead", {}, head), h("tbody", {}, ...body));
  return h("div", { class: "plain-table-box", role: "region", tabindex: 0, "aria-label": caption }, table);
}

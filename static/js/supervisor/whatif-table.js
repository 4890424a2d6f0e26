/* Owns how a what-if is shown: what happened, the play as it is and the play with the change, side by side, and what the change does. */

import { h } from "../lib/dom.js";
import { coarseText, fullText, numberText } from "../lib/format.js";
import { story } from "../strings.en.js";
import { plainTable } from "./decision.js";

/** @typedef {Record<string, number|null>} Figures */
/** @typedef {{all: Figures, queues: Record<string, Figures>, agents: Record<string, Figures>, not_taken: number}} Side */
/** @typedef {{recording: {from: string, to: string, conversations: number}, filled_in: {agents_assumed_there: string[]}, calibration: {same_agent: number|null, mean_absolute_wait_error_ms: number|null}, recorded: Side, old: Side, new: Side}} Report */
/** @typedef {{id: string, name: () => string, kind: "count"|"ms"|"share", better: -1|0|1}} Figure */
/** @typedef {import("../lib/explain.js").Names} Names */

const NONE = "–";
const SHARE = /** @type {const} */ ({ style: "percent", maximumFractionDigits: 1 });

/** @param {string} id @param {Figure["kind"]} kind @param {Figure["better"]} better whether more is better @param {() => string} name @returns {Figure} */
const figure = (id, kind, better, name) => ({ id, kind, better, name });
const LINE = [
  figure("arrived", "count", 0, () => story.figure.arrived),
  figure("served", "count", 1, () => story.figure.served),
  figure("left", "count", -1, () => story.figure.left),
  figure("wait_p50_ms", "ms", -1, () => story.figure.wait_p50),
  figure("wait_p90_ms", "ms", -1, () => story.figure.wait_p90),
  figure("service_level", "share", 1, () => story.figure.service_level),
  figure("abandonment", "share", -1, () => story.figure.abandonment),
];
const LOAD = [figure("handled", "count", 0, () => story.figure.handled), figure("occupancy", "share", 0, () => story.figure.occupancy)];

/** A figure in words. @param {number|null|undefined} value @param {Figure["kind"]} kind */
export function figureText(value, kind) {
  if (typeof value !== "number") return NONE;
  if (kind === "share") return numberText(value, SHARE);
  if (kind === "count") return numberText(value);
  return value < 60_000 ? story.seconds(numberText(Math.round(value / 100) / 10)) : coarseText(value);
}

/** What the change does: the words, and whether that is good. Pure. @param {number|null|undefined} old @param {number|null|undefined} next @param {Figure} figure */
export function differenceOf(old, next, { kind, better }) {
  if (typeof old !== "number" || typeof next !== "number") return { text: NONE, verdict: "" };
  const by = next - old;
  const text = figureText(Math.abs(by), kind);
  if (by === 0 || text === figureText(0, kind)) return { text: story.unchanged, verdict: "same" };
  return { text: `${by > 0 ? "+" : "−"}${text}`, verdict: better === 0 ? "" : by * better > 0 ? "better" : "worse" };
}

/** @param {Report} report @param {Names} names */
export function createReport(report, names) {
  const { recording, calibration, filled_in } = report;
  const same = figureText(calibration.same_agent, "share");
  const off = figureText(calibration.mean_absolute_wait_error_ms, "ms");
  const assumed = filled_in.agents_assumed_there.map((id) => names.of("agents", id)).join(", ");
  const side = (/** @type {"queues"|"agents"} */ kind) => [...new Set([report.recorded, report.old, report.new].flatMap((one) => Object.keys(one[kind])))].sort();
  const of = (/** @type {"queues"|"agents"} */ kind, /** @type {string} */ id) => /** @type {const} */ ([report.recorded[kind][id], report.old[kind][id], report.new[kind][id]]);
  return h(
    "div",
    { class: "report" },
    h("p", { text: story.played(recording.conversations, fullText(recording.from), fullText(recording.to)) }),
    table(story.all_conversations, LINE, [report.recorded.all, report.old.all, report.new.all]),
    h("p", { class: "notice", text: story.trust(same, off) }),
    assumed ? h("p", { class: "muted", text: story.assumed_there(assumed) }) : null,
    h("h4", { text: story.by_queue }),
    ...side("queues").map((id) => table(names.of("queues", id), LINE, of("queues", id))),
    h("h4", { text: story.by_agent }),
    ...side("agents").map((id) => table(names.of("agents", id), LOAD, of("agents", id))),
  );
}

/** @param {string} caption @param {Figure[]} figures @param {readonly [Figures|undefined, Figures|undefined, Figures|undefined]} sides */
function table(caption, figures, [recorded, old, next]) {
  const rows = figures.map((one) => {
    const { text, verdict } = differenceOf(old?.[one.id], next?.[one.id], one);
    const word = verdict === "better" ? story.better : verdict === "worse" ? story.worse : "";
    const change = h("span", { class: "difference", "data-verdict": verdict }, h("span", { text }), word ? h("span", { class: "difference-word", text: word }) : null);
    return [one.name(), figureText(recorded?.[one.id], one.kind), figureText(old?.[one.id], one.kind), figureText(next?.[one.id], one.kind), change];
  });
  const { recorded: happened, old: as_is, new: changed, diff } = story.side;
  return plainTable(caption, [story.what, happened, as_is, changed, diff], rows);
}

/* Owns the timeline of a conversation and the reasons of its routing in the right column: events in words, decisions as steps. */

import { h, reconcile } from "../lib/dom.js";
import { explain, outcomeText } from "../lib/explain.js";
import { dayKey, dayText, fullText, timeText } from "../lib/format.js";
import { callAll } from "../lib/http.js";
import { t } from "../strings.en.js";
import { entriesOf } from "../lib/story-entries.js";
import { createSection } from "./context-section.js";
import { agentName } from "./names.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../lib/explain.js").Decision} Decision */
/** @typedef {import("../lib/story-entries.js").StoryEvent} StoryEvent */

const PAGES = 5;

/** The directory's names, as an explanation asks for them. @param {AgentState} state @returns {import("../lib/explain.js").Names} */
export function deskNames(state) {
  const { directory } = state;
  return {
    of(kind, id) {
      if (!id) return "";
      if (kind === "agents") return agentName(state, id);
      return /** @type {Record<string, Record<string, {name?: string}>>} */ (/** @type {unknown} */ (directory))[kind]?.[id]?.name ?? id;
    },
    version: directory.version,
  };
}

/** @param {string} token */
export function createTimeline(token) {
  const list = h("ol", { class: "timeline" });
  return createSection({
    title: t.sides.timeline,
    empty: [t.sides.timeline_empty, ""],
    async load({ id }, /** @type {StoryEvent[]|null} */ before) {
      const after = before?.at(-1)?.seq ?? 0;
      const { items } = await callAll(`/v1/conversations/${id}/events?limit=1000&after=${after}`, token, PAGES);
      return [...(before ?? []), ...items.filter(({ seq }) => seq > after)];
    },
    show(body, events, _conversation, state) {
      if (!list.isConnected) body.replaceChildren(list);
      const lines = timelineOf(events, deskNames(state));
      reconcile(list, lines, ({ key }) => `${key} ${state.directory.version}`, createLine);
      return lines.length > 0;
    },
  });
}

/** @typedef {{key: string, at: string, text: string, by: string, mark: string, day?: boolean}} Line */

/** What happened, without what was said: that stands in the middle. Pure. @param {StoryEvent[]} events @param {import("../lib/explain.js").Names} names @returns {Line[]} */
export function timelineOf(events, names) {
  /** @type {Line[]} */
  const lines = [];
  let day = "";
  for (const { key, at, text, by, mark } of entriesOf(events.filter(({ type }) => type !== "message"), [], names)) {
    if (dayKey(at) !== day) {
      day = dayKey(at);
      lines.push({ key: `day ${day}`, at, text: "", by: "", mark: "", day: true });
    }
    lines.push({ key, at, text, by, mark });
  }
  return lines;
}

/** @param {Line} line */
function createLine({ at, text, by, mark, day }) {
  if (day) return h("li", { class: "timeline-day", text: dayText(at) });
  return h("li", { class: "timeline-line", "data-mark": mark }, h("time", { datetime: at, title: fullText(at), text: timeText(at) }), h("span", { class: "timeline-text" }, text, by ? h("span", { class: "muted", text: ` ${by}` }) : null));
}

/** @param {string} token */
export function createWhy(token) {
  return createSection({
    title: t.sides.why,
    empty: [t.sides.why_empty, t.sides.why_empty_help],
    /** @returns {Promise<Decision[]>} */
    async load({ id }) {
      return (await callAll(`/v1/conversations/${id}/decisions?limit=1000`, token, PAGES)).items;
    },
    show(body, decisions, conversation, state) {
      const names = deskNames(state);
      const facts = { units: conversation.capacity_units, work_stream_id: conversation.work_stream_id };
      const own = decisions.findLast(({ winner }) => winner === state.agent?.id) ?? decisions.at(-1);
      const opened = new Set([...body.querySelectorAll("details[open]")].map((one) => one.getAttribute("data-id")));
      const asked = body.childElementCount > 0;
      // The one that led here stands first, unfolded.
      const order = [...decisions].reverse().sort((a, b) => Number(b === own) - Number(a === own));
      body.replaceChildren(...order.map((decision) => createDecision(decision, names, facts, asked ? opened.has(decision.id) : decision === own)));
      return decisions.length > 0;
    },
  });
}

/** @param {Decision} decision @param {import("../lib/explain.js").Names} names @param {import("../lib/explain.js").Facts} facts @param {boolean} open */
function createDecision(decision, names, facts, open) {
  const time = h("time", { datetime: decision.at, title: fullText(decision.at), text: timeText(decision.at) });
  const steps = explain(decision, names, facts).map(({ mark, part, text }) => h("li", { class: "why-step", "data-mark": mark, "data-part": part, text }));
  return h("details", { class: "why", "data-id": decision.id, open }, h("summary", {}, time, " ", outcomeText(decision, names)), h("ol", { class: "why-steps" }, ...steps));
}

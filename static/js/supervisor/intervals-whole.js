/*
 * Owns what the intervals page says of one queue, agent or work stream over the whole time: its durations, how even its assignments
 * were, where an agent's time went, why conversations were closed.
 */

import { own } from "../lib/own.js";
import { h, setShown } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";
import { barList } from "./board-parts.js";
import { presenceText } from "./board-rows.js";
import { compareNames, countText, secondsText, shareText } from "./board-format.js";
import { DISTRIBUTIONS, STATISTICS, valueOf, valueText } from "./intervals-columns.js";

/** @typedef {import("./intervals-query.js").Question} Question */
/** @typedef {import("./state-names.js").Names} Names */

/** @param {Names} names */
export function createWhole(names) {
  const body = h("div", { class: "whole-parts" });
  const title = h("h3", { class: "section-title" });
  const el = h("section", { class: "whole", hidden: true }, h("div", { class: "section-head" }, title), body);
  return {
    el,
    /** @param {Question} question @param {Record<string, any>|null} total its one interval */
    show({ subject, id }, total) {
      setShown(el, Boolean(id && total));
      if (!id || !total) return;
      const kind = subject === "queues" ? "queues" : subject === "agents" ? "agents" : "work_streams";
      title.textContent = words.total_of(names.of(kind, id));
      const own = subject === "queues" ? [fairness(total, id, names)] : subject === "agents" ? [workingTime(total, names)] : [];
      body.replaceChildren(durations(total), ...own, closed(total));
    },
  };
}

/** Every distribution, a line each. @param {Record<string, any>} total */
function durations(total) {
  const head = h("tr", {}, h("th", { scope: "col", text: words.durations }), ...STATISTICS.map((name) => h("th", { scope: "col", class: "number", text: words.statistics[name] })));
  const rows = DISTRIBUTIONS.map((id) => {
    const cells = STATISTICS.map((name) => h("td", { class: "number", text: valueText(valueOf(total, `${id}.${name}`), name === "count" ? "count" : "seconds") }));
    return h("tr", {}, h("th", { scope: "row", text: words.distributions[id] }), ...cells);
  });
  const table = h("table", { class: "figures" }, h("thead", {}, head), h("tbody", {}, ...rows));
  return h("div", { class: "box whole-box scroll-x", tabindex: 0, role: "region", "aria-label": words.durations }, table);
}

/** How even the assignments were: who got how many, members without one too. @param {Record<string, any>} total @param {string} id @param {Names} names */
function fairness(total, id, names) {
  const { min, max, spread, coefficient_of_variation: variation, by_agent = [] } = total.assignments;
  /** @type {Map<string, number>} */
  const got = new Map((own(names.resources.queues, id)?.members ?? []).map((/** @type {string} */ member) => [member, 0]));
  for (const { agent_id, assignments } of by_agent) got.set(agent_id, assignments);
  const lines = [...got].map(([agent, value]) => ({ label: names.of("agents", agent), value, text: countText(value) })).sort((a, b) => b.value - a.value || compareNames(a.label, b.label));
  const text = words.fairness_text(countText(min), countText(max), countText(spread), countText(variation));
  return max > 0 ? part(words.fairness_title, text, lines) : part(words.fairness_title, words.fairness_none, []);
}

/** Where an agent's connected time went. @param {Record<string, any>} total @param {Names} names */
function workingTime(total, names) {
  const lines = Object.entries(total.presence_seconds).map(([id, seconds]) => ({ label: presenceText(names, id), value: Number(seconds), text: secondsText(Number(seconds)) }));
  const { busy_seconds: busy, connected_seconds: connected, occupancy, occupancy_by_units: units } = total;
  const text = connected ? words.occupancy_text(secondsText(busy), secondsText(connected), shareText(occupancy), shareText(units)) : words.presence_times_none;
  return part(words.presence_times, text, lines.sort((a, b) => b.value - a.value));
}

/** @param {Record<string, any>} total */
function closed(total) {
  const reasons = /** @type {Record<string, string>} */ (words.close_reasons);
  const lines = Object.entries(total.closed).map(([reason, count]) => ({ label: reasons[reason] ?? reason, value: Number(count), text: countText(Number(count)) }));
  return part(words.closed_title, lines.length ? "" : words.closed_none, lines.sort((a, b) => b.value - a.value));
}

/** @param {string} title @param {string} text @param {{label: string, value: number, text: string}[]} lines */
function part(title, text, lines) {
  return h("div", { class: "box whole-box" }, h("h4", { text: title }), text ? h("p", { class: "muted", text }) : null, lines.length ? barList(title, lines) : null);
}

/* Owns how the plan of an import is shown: each resource that comes, changes or goes, field by field; problems and warnings at their line. */

import { h } from "../lib/dom.js";
import { admin } from "../strings.en.js";
import { collectionText } from "./audit-act.js";
import { partsOf } from "./diff.js";
import { diffTable } from "./diff-view.js";
import { placeOf } from "./yaml-read.js";
import { namesAt } from "./warnings-list.js";
import { warningText } from "./warnings-words.js";
import { fieldsOf, subjectOf } from "./yaml-state.js";

/** @typedef {import("./yaml-state.js").Step} Step */
/** @typedef {{field: string, message: string}} Finding */

/** @param {readonly Step[]} steps @param {any} before the document as it is @param {any} after the imported one @param {import("./shell-names.js").Names} names */
export function stepNodes(steps, before, after, names) {
  return steps.map((step) => {
    const { collection } = subjectOf(step.resource);
    const name = stepName(step);
    const title = admin.steps[step.action](name);
    const fields = fieldsOf(step, before, after);
    const table = fields.length > 0 ? diffTable({ label: admin.changed_fields(title), collection, changes: fields, kind: step.action, names }) : null;
    const head = h("summary", { class: "step-head" }, h("span", { class: "step-mark", "data-kind": step.action, text: admin.marks[step.action] }), h("span", { text: name }));
    return h("li", {}, h("details", { class: "act", open: step.action === "change" || steps.length < 10 }, head, h("div", { class: "act-body" }, table)));
  });
}

/** What a step is about: `queue vip`. @param {Step} step */
export function stepName(step) {
  const { collection, id } = subjectOf(step.resource);
  return [collectionText(collection, id !== ""), id].filter(Boolean).join(" ");
}

/** Warnings in the page's language; a rule is called as in the document. @param {readonly import("./warnings-words.js").Warning[]} warnings @param {any} document @returns {Finding[]} */
export function warned(warnings, document) {
  return warnings.map((warning) => {
    const [, id = "", ...rest] = partsOf(warning.field);
    const stream = document?.work_streams?.[id];
    return { field: warning.field, message: warningText(warning, stream ? namesAt(stream, `/${rest.join("/")}`) : []) };
  });
}

/** How many of each. @param {readonly Step[]} steps */
export function summaryOf(steps) {
  const count = (/** @type {string} */ action) => steps.filter((step) => step.action === action).length;
  return admin.plan_summary(count("create"), count("change"), count("delete"));
}

/** Findings with a button each that goes to their place in the text. @param {string} title @param {"bad"|"warn"} kind @param {readonly Finding[]} findings @param {HTMLTextAreaElement} area @param {import("./yaml-flow.js").Places} places */
export function findingsNode(title, kind, findings, area, places) {
  const items = findings.map(({ field, message }) => {
    const { start, end, line } = placeOf(area.value, places, field);
    return h("li", {}, h("button", { type: "button", class: "link-button", text: admin.at_line(line, field), onclick: () => mark(area, start, end, line) }), h("span", { text: message }));
  });
  return h("div", { class: "notice findings", "data-kind": kind, role: kind === "bad" ? "alert" : null }, h("div", {}, h("p", { class: "status-title", text: title }), h("ul", {}, ...items)));
}

/** @param {HTMLTextAreaElement} area @param {number} start @param {number} end @param {number} line */
export function mark(area, start, end, line) {
  area.focus();
  area.setSelectionRange(start, end);
  area.scrollTop = Math.max(0, (line - 4) * (area.scrollHeight / area.value.split("\n").length));
}

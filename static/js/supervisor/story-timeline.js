/* Owns how the entries of a story stand on the page: by day, messages apart from what happened, decisions opened at a press. */

import { attachmentList } from "../lib/attachments.js";
import { h, icon, reconcile } from "../lib/dom.js";
import { clockTime, dayKey, dayText, fullText } from "../lib/format.js";
import { story, t } from "../strings.en.js";
import { createDecision } from "./decision.js";

/** @typedef {import("../lib/story-entries.js").Entry} Entry */
/** @typedef {import("../lib/explain.js").Names} Names */
/** @typedef {import("../lib/explain.js").Facts} Facts */
/** @typedef {"all"|"messages"|"decisions"} Shown */
/** @typedef {{key: string, day?: string, entry?: Entry}} Line */

/** @param {{names: Names, label: string}} options */
export function createTimeline({ names, label }) {
  const list = h("ol", { class: "story-lines", "aria-label": label });
  /** Decisions that are open: they stay so when their entry is drawn again. @type {Set<string>} */
  const opened = new Set();
  const none = h("p", { class: "empty", text: story.nothing_shown, hidden: true });
  return {
    el: h("div", { class: "story-box" }, list, none),
    clear: () => list.replaceChildren(),
    /** @param {Entry[]} entries @param {Shown} shown @param {Facts} facts */
    update(entries, shown, facts) {
      const lines = linesOf(entries.filter((entry) => isShown(entry, shown)));
      none.hidden = lines.length > 0;
      reconcile(list, lines, ({ key }) => key, (line) => createLine(line, names, facts, opened));
    },
  };
}

/** @param {Entry} entry @param {Shown} shown */
function isShown({ message, decisions }, shown) {
  return shown === "all" || (shown === "messages" ? message !== null : decisions.length > 0);
}

/** Entries with their days; a key changes with what is drawn. @param {Entry[]} entries @returns {Line[]} */
export function linesOf(entries) {
  /** @type {Line[]} */
  const lines = [];
  let day = "";
  for (const entry of entries) {
    if (dayKey(entry.at) !== day) {
      day = dayKey(entry.at);
      lines.push({ key: `day ${day}`, day: entry.at });
    }
    lines.push({ key: `${entry.key} ${entry.text} ${entry.decisions.map(({ id }) => id).join(" ")} ${entry.message?.delivery?.state ?? ""}`, entry });
  }
  return lines;
}

/** @param {Line} line @param {Names} names @param {Facts} facts @param {Set<string>} opened @returns {HTMLLIElement} */
function createLine({ day, entry }, names, facts, opened) {
  if (day || !entry) return h("li", { class: "day" }, h("span", { text: dayText(day ?? "") }));
  if (entry.message) return messageLine(entry, entry.message, names);
  return h(
    "li",
    { class: "happening", "data-mark": entry.mark },
    h("div", { class: "happening-head" }, timeOf(entry.at), h("span", { class: "happening-text", text: entry.text }), entry.by ? h("span", { class: "muted", text: entry.by }) : null),
    ...entry.decisions.map((decision) => {
      const el = createDecision(decision, names, facts, opened.has(decision.id));
      el.addEventListener("toggle", () => (el.open ? opened.add(decision.id) : opened.delete(decision.id)));
      return el;
    }),
  );
}

/** @param {Entry} entry @param {import("../types.js").Message} message @param {Names} names */
function messageLine(entry, message, names) {
  const internal = message.visibility === "internal";
  const kind = internal ? "note" : message.sender === "customer" ? "theirs" : message.sender === "agent" ? "own" : "system";
  const sender = message.sender === "agent" ? names.of("agents", message.agent_id) || t.agent("") : message.sender === "customer" ? t.customer : t.system;
  return h(
    "li",
    { class: `said ${kind}` },
    h("p", { class: "said-meta" }, internal ? h("span", { class: "note-mark" }, icon("note"), h("span", { text: t.internal_note })) : null, h("span", { class: "sender", text: sender }), timeOf(entry.at)),
    message.text ? h("p", { class: "said-text", text: message.text }) : null,
    attachmentList(message.attachments),
  );
}

/** @param {string} at */
function timeOf(at) {
  return h("time", { datetime: at, title: fullText(at), text: clockTime(Date.parse(at)) });
}

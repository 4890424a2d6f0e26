/* Owns asking what if: one change or a document, a period, and the comparison that the server plays. Nothing changes anywhere. */

import { serverNow } from "../lib/elapsed.js";
import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { selectField } from "../ui/fields.js";
import { createStatus } from "../ui/status.js";
import { story } from "../strings.en.js";
import { problemText } from "./acts.js";
import { createChange } from "./whatif-change.js";
import { createReport } from "./whatif-table.js";

const MOST = 20_000;
const DAY_MS = 86_400_000;
const DAYS = /** @type {Record<string, number>} */ ({ day: 1, week: 7, month: 30 });

/** @param {import("./story.js").Context} context */
export function createWhatIf({ api, names }) {
  const change = createChange();
  const period = selectField({ name: "period", label: story.period, options: Object.entries(story.periods).map(([value, label]) => ({ value, label })), value: "week" });
  const error = h("div", { class: "field-error", role: "alert" });
  const run = h("button", { type: "submit", class: "button primary", text: story.play });
  const form = h("form", { class: "form tool-form", "aria-label": story.whatif, novalidate: true, onsubmit: (/** @type {Event} */ event) => void submit(event) }, change.el, period.el, error, h("div", { class: "form-actions" }, run));
  const status = createStatus();
  const result = h("div", { class: "tool-result-body" });
  const out = h("section", { class: "tool-result", "aria-label": story.result }, h("h3", { text: story.result }), status.el, result);
  const el = h("div", { class: "tool" }, h("p", { class: "page-lead", text: story.whatif_lead }), h("div", { class: "tool-columns" }, form, out));
  let playing = false;

  /** Reads the configuration of now, on which the change is made. What was chosen and typed stays. */
  async function begin() {
    if (result.childElementCount === 0 && !playing) status.empty(story.whatif_empty, story.whatif_empty_help);
    const read = (/** @type {string} */ path) => api.list(path, MOST).then(({ value }) => value);
    try {
      const [queues, agents, work_streams] = await Promise.all([read("/v1/queues"), read("/v1/agents"), read("/v1/work-streams")]);
      change.update({ queues, agents, work_streams });
      return true;
    } catch (problem) {
      told([problemText(problem, names)]);
      return false;
    }
  }

  /** @param {string[]} words */
  function told(words) {
    error.replaceChildren(...words.map((text) => h("p", { text })));
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (playing || !change.body()) return;
    told([]);
    play(true);
    try {
      const part = (await begin()) ? change.body() : null;
      if (!part) return status.empty(story.whatif_empty, story.whatif_empty_help);
      const from = new Date(serverNow() - DAYS[period.get()] * DAY_MS).toISOString();
      const { value } = await api.post("/v1/routing/whatif", { ...part, from });
      status.none();
      result.replaceChildren(createReport(value, names));
      out.scrollIntoView({ block: "nearest" });
    } catch (problem) {
      failed(problem);
    } finally {
      play(false);
    }
  }

  /** @param {any} problem */
  function failed(problem) {
    const found = problem?.problem;
    status.empty(story.whatif_empty, story.whatif_empty_help);
    result.replaceChildren();
    if (found?.code === "busy") return told([story.whatif_busy(10)]);
    const fields = (found?.errors ?? []).map((/** @type {{field: string, message: string}} */ one) => (one.field === "/from" || one.field === "/to" ? one.message : `${one.field}: ${one.message}`));
    told([story.whatif_failed, ...(fields.length ? fields : [problemText(problem, names)])]);
  }

  /** @param {boolean} on */
  function play(on) {
    playing = on;
    setText(run, on ? story.playing : story.play);
    setAttr(run, "aria-disabled", on ? "true" : null);
    if (on) {
      result.replaceChildren();
      status.loading();
    }
    setShown(result, !on);
  }

  return { el, begin };
}

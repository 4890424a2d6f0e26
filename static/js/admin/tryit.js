/*
 * Owns the try-it pane beside rules: what is written there, and in the rules that are not saved yet, is asked of the server, which says
 * which rule matches, which queue it leads to and who would get it. Nothing is created.
 */

import { RequestError } from "../lib/client.js";
import { h, reconcile, setShown, setText } from "../lib/dom.js";
import { explain } from "../lib/explain.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { createTryForm } from "./tryit-form.js";
import { matchedRule, question, readsRecord, refusals } from "./tryit-state.js";
import { createTurns } from "./turns.js";

/** @typedef {import("../lib/explain.js").Decision} Decision */
/** @typedef {ReturnType<typeof import("../ui/api.js").createApi>} Api */
/** @typedef {{items: (collection: string) => readonly {id: string, [member: string]: any}[], label: (collection: string, id: string) => string}} Names */
/**
 * @typedef {object} TryOptions
 * @property {Api} api
 * @property {Names} names
 * @property {() => import("./tryit-state.js").Draft} draft the work stream as it stands in the editor
 * @property {(decision: Decision|null) => void} [onDecision] null where there is none
 */

/** @param {TryOptions} options */
export function createTryIt({ api, names, draft, onDecision }) {
  const heading = h("h3", { id: newId("try"), class: "tryit-title", text: rules.try_it });
  const form = createTryForm({ onChange: () => turns.soon() });
  const result = h("p", { class: "tryit-result", role: "status" });
  const record = h("p", { class: "field-help", text: rules.try_no_record });
  const steps = h("ol", { class: "tryit-steps" });
  const el = h("section", { class: "tryit", "aria-labelledby": heading.id }, heading, h("p", { class: "muted", text: rules.try_help }), form.el, record, result, steps);
  let shown = 0;
  const turns = createTurns(ask);

  async function ask() {
    const asked = draft();
    try {
      const { value } = await api.post("/v1/routing/simulate", question(asked, form.get()));
      form.errors({});
      show(value, asked);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      refuse(problem);
    }
  }

  /** @param {Decision} decision @param {import("./tryit-state.js").Draft} asked */
  function show(decision, asked) {
    const words = { of: (/** @type {string} */ kind, /** @type {string|null|undefined} */ id) => (id ? names.label(kind.replaceAll("_", "-"), id) : "") };
    const rule = matchedRule(decision.rules);
    const queue = names.label("queues", decision.queue_id);
    const agent = decision.winner ? rules.try_agent(names.label("agents", decision.winner)) : rules.try_nobody;
    setText(result, `${rule ? rules.try_matched(rule.number, rule.name, queue) : rules.try_fallback(queue)} ${agent}`);
    result.dataset.kind = rule ? "matched" : "fallback";
    const list = explain(decision, words, { work_stream_id: asked.id }).map((step, i) => ({ ...step, key: `${shown}/${i}` }));
    shown += 1;
    reconcile(steps, list, ({ key }) => key, ({ mark, text }) => h("li", { class: "tryit-step", "data-mark": mark, text }));
    setShown(steps, true);
    onDecision?.(decision);
  }

  /** @param {RequestError} problem */
  function refuse(problem) {
    const { draft: wrong, fields } = refusals(problem.problem.errors ?? []);
    const rest = form.errors(fields);
    const other = rest.length > 0 || Object.keys(fields).length === 0 ? rest.join(" ") || problem.message : rules.try_values_wrong;
    setText(result, wrong > 0 ? rules.try_draft_wrong(wrong) : other);
    result.dataset.kind = "refused";
    setShown(steps, false);
    onDecision?.(null);
  }

  /** Rules, variables or channels have changed. */
  function changed() {
    const now = draft();
    const { id, value } = now;
    setShown(record, readsRecord(now));
    const channels = names.items("channels").filter(({ work_stream_id }) => id !== null && work_stream_id === id);
    form.update(value.context_variables ?? [], channels.map(({ id }) => ({ value: id, label: names.label("channels", id) })));
    turns.soon();
  }

  changed();
  return { el, changed, stop: turns.stop };
}

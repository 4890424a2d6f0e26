/*
 * Owns the flow "New work stream": general, distribution, records, context variables, routing rules, review. What is written is kept in
 * this tab until the work stream is made.
 */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { comboField } from "../ui/fields.js";
import { createFieldStep } from "./flow-fields.js";
import { createDistribution, createGeneral } from "./flow-general.js";
import { refusalOf } from "./flow-refusal.js";
import { createRows } from "./flow-rows.js";
import { createReview } from "./flow-review.js";
import { keepDraft, keptDraft, newStream, streamToSend, variableName, withType } from "./flow-state.js";
import { createSteps } from "./flow-steps.js";
import { createRuleBench } from "./rules-bench.js";
import { errorsOf } from "./warnings.js";

/** @typedef {import("./flow-state.js").Draft} Draft */
/** @typedef {import("./flow.js").FlowContext} FlowContext */
/** @typedef {import("./flow-steps.js").Step} Step */

const KEY = "work-stream";

/**
 * @param {import("./warnings.js").Api} api @param {FlowContext} context
 * @param {{onMade: (id: string, value: Record<string, any>) => void, onCancel: () => void}} then
 */
export function createWorkStreamFlow(api, context, { onMade, onCancel }) {
  const { names } = context;
  /** @type {Draft} */
  let draft = keptDraft(KEY) ?? newStream();
  /** @param {Partial<Draft>} part */
  const change = (part) => {
    draft = { ...draft, ...part };
    keepDraft(KEY, draft);
  };
  const write = (/** @type {Record<string, any>} */ part) => change({ value: { ...draft.value, ...part } });
  const general = createGeneral(context, draft, (id, ownId, value) => {
    const typed = value.channel_type === draft.value.channel_type ? draft.value : withType(draft.value, value.channel_type);
    const same = typed === draft.value;
    change({ id, ownId, value: same ? { ...typed, ...value } : { ...typed, name: value.name, capacity: value.capacity } });
    if (same) return;
    general.set(draft);
    distribution.set(draft.value);
    fallback.set(draft.value.fallback_queue_id);
    steps.refresh();
  });
  const distribution = createDistribution(draft.value, (distribution) => write({ distribution }));
  const records = recordsStep(draft.value, (entity_configurations) => write({ entity_configurations }), () => draft.value.channel_type === "entity");
  const variables = variablesStep(draft.value, (context_variables) => write({ context_variables }));
  const fallback = comboField({ name: "fallback", label: rules.fallback, help: rules.fallback_help, value: draft.value.fallback_queue_id, required: true, options: names.options("queues") });
  const bench = createRuleBench({
    api, names, parts: ["routing_rules"], value: draft.value,
    stream: () => ({ id: draft.id || null, saved: false, value: streamToSend({ ...draft.value, name: draft.value.name || "–" }) }), onChange: () => write(bench.get()),
  });
  const routing = routingStep(bench, fallback, () => write({ fallback_queue_id: fallback.get() ?? "" }));
  const review = createReview(() => draft, names);
  const steps = createSteps({
    title: rules.new_stream, lead: rules.new_stream_lead, steps: [general, distribution, records, variables, routing, review], done: rules.create_stream, onDone: create,
    onCancel: () => {
      keepDraft(KEY, null);
      onCancel();
    },
  });

  async function create() {
    const { id, value } = draft;
    try {
      await api.create(`/v1/work-streams/${id}`, streamToSend(value));
      keepDraft(KEY, null);
      await names.refresh("work-streams");
      onMade(id, value);
    } catch (problem) {
      const { map, message } = refusalOf(problem, "/id");
      steps.errors(map, message);
    }
  }

  return { el: steps.el, focus: steps.focus, stop: bench.stop };
}

/** @param {Record<string, any>} value @param {(rows: Record<string, any>[]) => void} onChange @param {() => boolean} isThere @returns {Step} */
function recordsStep(value, onChange, isThere) {
  const rows = createRows({
    pointer: "/entity_configurations", value: value.entity_configurations ?? [], add: rules.add_record, none: rules.no_records, rowLabel: rules.record_at, blank: () => ({ entity_logical_name: "", entity_set_name: "", relationship_name: "" }),
    columns: [
      { name: "entity_logical_name", label: rules.entity_logical_name, required: true, max: 100, code: true }, { name: "entity_set_name", label: rules.entity_set_name, required: true, max: 100, code: true },
      { name: "relationship_name", label: rules.relationship_name, max: 200, code: true },
    ],
    onChange: (next) => onChange(next.map(({ relationship_name, ...rest }) => (relationship_name ? { ...rest, relationship_name } : rest))),
  });
  return { id: "records", label: () => rules.step_records, el: h("div", {}, h("p", { class: "muted flow-lead", text: rules.records_lead }), rows.el), isThere, check: rows.check, place: rows.place };
}

/** @param {Record<string, any>} value @param {(rows: Record<string, any>[]) => void} onChange @returns {Step} */
function variablesStep(value, onChange) {
  const rows = createRows({
    pointer: "/context_variables", value: value.context_variables ?? [], add: rules.add_context_variable, none: rules.no_variables, rowLabel: rules.variable_at,
    blank: () => ({ display_name: "", name: "", type: "text" }),
    columns: [
      { name: "display_name", label: rules.display_name, required: true, max: 200 }, { name: "name", label: rules.variable_name, required: true, max: 100, code: true },
      { name: "type", label: rules.variable_type, max: 10, options: [{ value: "text", label: rules.types_long.text }, { value: "number", label: rules.types_long.number }] },
    ],
    // The name comes out of the display name until it is written by itself.
    follow: (row, changed, before) => (changed === "display_name" && before.name === variableName(before.display_name) ? { ...row, name: variableName(row.display_name) } : row),
    onChange,
  });
  return { id: "variables", label: () => rules.step_variables, el: h("div", {}, h("p", { class: "muted flow-lead", text: rules.variables_lead }), rows.el), check: rows.check, place: rows.place };
}

/** @param {ReturnType<typeof createRuleBench>} bench @param {import("../ui/field.js").Field<string|null>} fallback @param {() => void} onFallback @returns {Step} */
function routingStep(bench, fallback, onFallback) {
  const queue = createFieldStep({ id: "fallback", label: () => "", fields: [{ pointer: "/fallback_queue_id", field: fallback, required: true }], onInput: () => {
    onFallback();
    bench.changed();
  } });
  const problems = (/** @type {Record<string, string>} */ map) => {
    const left = new Set(bench.errors(map));
    return Object.keys(map).filter((pointer) => !left.has(pointer)).map((pointer) => ({ pointer, message: map[pointer], focus: () => focusWrong(bench.el) }));
  };
  const el = h("div", { class: "flow-routing" }, bench.el, queue.el);
  return {
    id: "rules", label: () => rules.step_rules, el, enter: () => bench.refresh(),
    check: () => [...problems(errorsOf(bench.check().map(({ pointer, message }) => ({ field: pointer, message })))), ...queue.check()],
    place: (map) => [...problems(map), ...queue.place(map)],
  };
}

/** @param {HTMLElement} el */
function focusWrong(el) {
  const wrong = el.querySelector("[aria-invalid=true]");
  if (wrong instanceof HTMLElement) wrong.focus();
}

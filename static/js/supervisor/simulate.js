/*
 * Owns simulating a decision: a form that has the variables of the work stream that is chosen, each as the kind that it is, and the
 * record that such a conversation would get.
 */

import { outcomeText } from "../lib/explain.js";
import { h, setShown, setText } from "../lib/dom.js";
import { chipsField, comboField, numberField, selectField, textField } from "../ui/fields.js";
import { frame } from "../ui/field.js";
import { createStatus } from "../ui/status.js";
import { forms, story } from "../strings.en.js";
import { problemText } from "./acts.js";
import { compareNames } from "./board-format.js";
import { createDecision } from "./decision.js";

/** @typedef {import("./story.js").Context} Context */
/** @typedef {{name: string, display_name?: string, type: string}} Variable */
/** @typedef {{id: string, name?: string, work_stream_id?: string, context_variables?: Variable[], capacity?: number}} Resource */

/** @param {Context} context */
export function createSimulate({ api, names }) {
  /** @type {{channels: Resource[], streams: Resource[], skills: Resource[]}} */
  let known = { channels: [], streams: [], skills: [] };
  const where = selectField({ name: "where", label: story.where, options: [{ value: "channel", label: story.where_channel }, { value: "stream", label: story.where_stream }] });
  const channel = comboField({ name: "channel_id", label: story.channel, options: [], required: true });
  const stream = comboField({ name: "work_stream_id", label: story.work_stream, options: [], required: true });
  const customer = textField({ name: "customer/id", label: story.known_customer, help: story.known_customer_help });
  const person = textField({ name: "customer/name", label: story.customer_name });
  const at = momentField({ name: "at", label: story.at, help: story.at_help });
  const skills = h("div", { hidden: true });
  const variables = h("fieldset", { class: "form-part" });
  const error = h("p", { class: "field-error", role: "alert" });
  const run = h("button", { type: "submit", class: "button primary", text: story.simulate_run });
  const form = h("form", { class: "form tool-form", "aria-label": story.simulate, novalidate: true, onsubmit: (/** @type {Event} */ event) => void submit(event) },
    where.el, channel.el, stream.el, variables, customer.el, person.el, skills, at.el, error, h("div", { class: "form-actions" }, run));
  const status = createStatus();
  const result = h("div", { class: "tool-result-body" });
  const out = h("section", { class: "tool-result", "aria-label": story.result }, h("h3", { text: story.result }), status.el, result);
  const el = h("div", { class: "tool" }, h("p", { class: "page-lead", text: story.simulate_lead }), h("div", { class: "tool-columns" }, form, out));
  /** @type {Map<string, {field: import("../ui/fields.js").Field<any>, type: string}>} */
  let fields = new Map();
  let asked = chipsField({ name: "skills", label: story.skills_asked, options: [] });

  const chosen = () => known.streams.find(({ id }) => id === (where.get() === "stream" ? stream.get() : known.channels.find((one) => one.id === channel.get())?.work_stream_id));

  function show() {
    setShown(channel.el, where.get() === "channel");
    setShown(stream.el, where.get() === "stream");
    const declared = chosen()?.context_variables ?? [];
    const before = fields;
    fields = new Map(declared.map((variable) => [variable.name, kept(before, variable) ?? { field: variableField(variable), type: variable.type }]));
    const none = h("p", { class: "muted", text: story.no_variables });
    variables.replaceChildren(h("legend", { text: story.variables }), ...(declared.length ? [...fields.values()].map(({ field }) => field.el) : [none]));
    setShown(variables, chosen() !== undefined);
  }

  where.el.addEventListener("change", show);
  channel.el.addEventListener("change", show);
  stream.el.addEventListener("change", show);

  /** Reads what there is to choose from; what was chosen and typed stays. */
  async function begin() {
    if (result.childElementCount === 0) status.empty(story.result_empty, story.result_empty_help);
    const read = (/** @type {string} */ path) => api.list(path, 1000).then(({ value }) => value);
    try {
      const [channels, streams, all] = await Promise.all([read("/v1/channels"), read("/v1/work-streams"), read("/v1/skills")]);
      known = { channels, streams, skills: all };
    } catch (problem) {
      return setText(error, problemText(problem, names));
    }
    channel.update(optionsOf(known.channels));
    stream.update(optionsOf(known.streams));
    const firstOf = (/** @type {Resource[]} */ all, /** @type {string|null} */ id) => (all.some((one) => one.id === id) ? id : (all[0]?.id ?? null));
    channel.set(firstOf(known.channels, channel.get()));
    stream.set(firstOf(known.streams, stream.get()));
    asked = chipsField({ name: "skills", label: story.skills_asked, options: optionsOf(known.skills), value: asked.get().filter((id) => known.skills.some((one) => one.id === id)) });
    skills.replaceChildren(asked.el);
    setShown(skills, known.skills.length > 0);
    show();
  }

  function body() {
    const context = Object.fromEntries([...fields].map(([name, { field }]) => [name, field.get()]).filter(([, value]) => value !== null && value !== ""));
    const who = Object.fromEntries(Object.entries({ id: customer.get().trim(), name: person.get().trim() }).filter(([, value]) => value));
    return {
      ...(where.get() === "channel" ? { channel_id: channel.get() ?? "" } : { work_stream_id: stream.get() ?? "" }),
      context,
      ...(Object.keys(who).length ? { customer: who } : {}),
      ...(asked.get().length ? { skills: asked.get().map((skill_id) => ({ skill_id })) } : {}),
      ...(at.get() ? { at: at.get() } : {}),
    };
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    setText(error, "");
    const typed = [...[...fields.values()].map(({ field }) => field), at];
    for (const field of [channel, stream, customer, ...typed]) field.error(null);
    // What is no number, or half a time, has no value to a program: it must not count as not given.
    const nonsense = typed.filter(({ input }) => input instanceof HTMLInputElement && input.validity.badInput);
    for (const field of nonsense) field.error(field === at ? story.at_incomplete : forms.not_a_number);
    if (nonsense.length > 0) return nonsense[0].input.focus();
    run.setAttribute("aria-disabled", "true");
    try {
      const { value } = await api.post("/v1/routing/simulate", body());
      const facts = { units: chosen()?.capacity, work_stream_id: chosen()?.id };
      status.none();
      result.replaceChildren(h("p", { class: "sr-only", role: "status", text: outcomeText(value, names) }), createDecision(value, names, facts, true));
      out.scrollIntoView({ block: "nearest" });
    } catch (problem) {
      showErrors(problem);
    }
    run.removeAttribute("aria-disabled");
  }

  /** @param {any} problem */
  function showErrors(problem) {
    result.replaceChildren();
    status.empty(story.result_empty, story.result_empty_help);
    const rest = [];
    for (const { field, message } of problem?.problem?.errors ?? []) {
      const variable = fields.get(field.replace(/^\/context\//, ""));
      const known_field = { "/channel_id": channel, "/work_stream_id": stream, "/customer/id": customer, "/at": at }[/** @type {string} */ (field)] ?? variable?.field;
      if (known_field) known_field.error(message);
      else rest.push(message);
    }
    setText(error, `${story.simulate_failed} ${rest.length || !problem?.problem?.errors?.length ? problemText(problem, names) : ""}`);
  }

  return { el, begin };
}

/** A moment of the reader's place; empty where none is given. @param {import("../ui/field.js").FieldOptions} options @returns {import("../ui/field.js").Field<string>} */
function momentField(options) {
  const input = h("input", { type: "datetime-local", name: options.name, max: "9999-12-31T23:59" });
  return { ...frame(options, input), input, get: () => (input.value ? new Date(input.value).toISOString() : ""), set: (next) => (input.value = next) };
}

/** @param {Resource[]} all */
function optionsOf(all) {
  return all.map(({ id, name }) => ({ value: id, label: name ?? id })).sort((a, b) => compareNames(a.label, b.label));
}

/** @param {Map<string, {field: any, type: string}>} before @param {Variable} variable */
function kept(before, { name, type }) {
  const known = before.get(name);
  return known?.type === type ? known : undefined;
}

/** @param {Variable} variable @returns {import("../ui/fields.js").Field<any>} */
function variableField({ name, display_name, type }) {
  const label = display_name || name;
  if (type === "number") return numberField({ name, label, step: /** @type {any} */ ("any") });
  return textField({ name, label });
}

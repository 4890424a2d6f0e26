/*
 * Owns the one change of a what-if: its fields, and the part of a configuration that it makes. A section of a document is complete, so
 * each has everything that is there, with one resource changed.
 */

import { h, setShown } from "../lib/dom.js";
import { chipsField, comboField, jsonField, numberField, selectField, textAreaField } from "../ui/fields.js";
import { forms, story } from "../strings.en.js";
import { compareNames } from "./board-format.js";

/** @typedef {Record<string, any> & {id: string}} Resource */
/** @typedef {{queues: Resource[], agents: Resource[], work_streams: Resource[]}} Known */
/** @typedef {"agents"|"capacity"|"method"|"rules"|"yaml"} Kind */

/** What answers carry and a document does not take. */
const READ_ONLY = ["id", "members", "warnings", "runtime"];
/** Everybody is in these, whatever `queue_ids` says. */
const DEFAULTS = new Set(["default-messaging", "default-record"]);

/** A section of a document. Pure. @param {Resource[]} all @param {(one: Resource) => Record<string, any>|null} change by resource; null leaves it */
export function section(all, change) {
  return Object.fromEntries(all.map((one) => [one.id, plain({ ...one, ...change(one) })]));
}

/** @param {Resource} one */
function plain(one) {
  return Object.fromEntries(Object.entries(one).filter(([name]) => !READ_ONLY.includes(name)));
}

/** Agents of whom exactly these serve the queue. Pure. @param {Known} known @param {string} queue @param {string[]} serving */
export function serve({ agents }, queue, serving) {
  return { agents: section(agents, ({ id, queue_ids = [] }) => {
    const others = queue_ids.filter((/** @type {string} */ one) => one !== queue);
    return { queue_ids: serving.includes(id) ? [...others, queue] : others };
  }) };
}

/** The form of a change. */
export function createChange() {
  /** @type {Known} */
  let known = { queues: [], agents: [], work_streams: [] };
  const kind = selectField({ name: "change", label: story.change, options: Object.entries(story.changes).map(([value, label]) => ({ value, label })) });
  const queue = comboField({ name: "queue", label: story.queue, options: [], required: true });
  const agent = comboField({ name: "agent", label: story.agent, options: [], required: true });
  const stream = comboField({ name: "work_stream", label: story.work_stream, options: [], required: true });
  const capacity = numberField({ name: "capacity", label: story.new_capacity, min: 0, max: 100_000 });
  const method = selectField({ name: "assignment_method", label: story.method, options: Object.entries(story.methods).map(([value, label]) => ({ value, label })) });
  const rules = jsonField({ name: "routing_rules", label: story.rules_json, help: story.rules_json_help, rows: 12, value: [] });
  const yaml = textAreaField({ name: "yaml", label: story.yaml, help: story.yaml_help, rows: 12 });
  const people = h("div", {});
  let serving = chipsField({ name: "serving", label: story.serving, options: [] });
  yaml.input.classList.add("code");
  yaml.input.setAttribute("spellcheck", "false");
  const el = h("div", { class: "change-fields" }, kind.el, queue.el, agent.el, stream.el, people, capacity.el, method.el, rules.el, yaml.el);

  const find = (/** @type {Resource[]} */ all, /** @type {string|null} */ id) => all.find((one) => one.id === id);
  const now = () => /** @type {Kind} */ (kind.get());

  /** Shows the fields of the change that is chosen. */
  function show() {
    const shown = { agents: [queue.el, people], capacity: [agent.el, capacity.el], method: [queue.el, method.el], rules: [stream.el, rules.el], yaml: [yaml.el] }[now()];
    for (const one of [queue.el, agent.el, stream.el, people, capacity.el, method.el, rules.el, yaml.el]) setShown(one, shown.includes(one));
  }

  /** @param {string[]} ids who serves the queue */
  function setServing(ids) {
    serving = chipsField({ name: "serving", label: story.serving, options: options(known.agents), value: ids.filter((id) => find(known.agents, id)) });
    people.replaceChildren(serving.el);
  }

  /** Fills in what is, to be changed. */
  function fill() {
    setServing(known.agents.filter(({ queue_ids }) => queue_ids?.includes(queue.get())).map(({ id }) => id));
    capacity.set(find(known.agents, agent.get())?.capacity ?? null);
    method.set(find(known.queues, queue.get())?.assignment_method ?? "highest_capacity");
    rules.set(find(known.work_streams, stream.get())?.routing_rules ?? []);
  }

  kind.el.addEventListener("change", show);
  for (const one of [queue, agent, stream]) one.el.addEventListener("change", fill);
  show();

  return {
    el,
    /** @param {Known} next */
    update(next) {
      const first = known.queues.length === 0;
      const chosen = [queue.get(), agent.get(), stream.get()].join(" ");
      known = next;
      const queues = known.queues.filter(({ id }) => !DEFAULTS.has(id));
      queue.update(options(queues));
      agent.update(options(known.agents));
      stream.update(options(known.work_streams));
      queue.set(firstOf(queues, queue.get()));
      agent.set(firstOf(known.agents, agent.get()));
      stream.set(firstOf(known.work_streams, stream.get()));
      // What somebody changed already stays.
      if (first || chosen !== [queue.get(), agent.get(), stream.get()].join(" ")) fill();
      else setServing(serving.get());
    },
    /** The body's part that is the change; null where something is wrong, which its field says. @returns {Record<string, any>|null} */
    body() {
      const [q, a, s] = [queue.get(), agent.get(), stream.get()];
      switch (now()) {
        case "agents":
          return q ? { configuration: serve(known, q, serving.get()) } : null;
        case "capacity": {
          const units = capacity.get();
          capacity.error(units === null ? forms.not_a_number : null);
          return units === null ? null : { configuration: { agents: section(known.agents, ({ id }) => (id === a ? { capacity: units } : null)) } };
        }
        case "method":
          return { configuration: { queues: section(known.queues, ({ id }) => (id === q ? { assignment_method: method.get() } : null)) } };
        case "rules": {
          const written = rules.get();
          return written === undefined ? null : { configuration: { work_streams: section(known.work_streams, ({ id }) => (id === s ? { routing_rules: written } : null)) } };
        }
        default:
          return { yaml: yaml.get() };
      }
    },
  };
}

/** The one that is chosen, while it is there; else the first. @param {Resource[]} all @param {string|null} id */
function firstOf(all, id) {
  return all.some((one) => one.id === id) ? id : (all[0]?.id ?? null);
}

/** @param {Resource[]} all */
function options(all) {
  return all.map(({ id, name }) => ({ value: id, label: name ?? id })).sort((a, b) => compareNames(a.label, b.label));
}

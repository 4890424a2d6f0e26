/* Owns the editor of what a rule writes: required skills with their levels, and for classification priority and variables, too. */

import { h, icon } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { pick } from "./rules-route.js";
import { variableText } from "./rules-words.js";

/** @typedef {import("./rules-state.js").Outputs} Outputs */
/** @typedef {import("./rules-state.js").RequiredSkill} RequiredSkill */
/** @typedef {import("./conditions-catalogue.js").Variable} Variable */
/** @typedef {import("./conditions-value.js").Names} Names */

/**
 * @param {{skills: RequiredSkill[], at: string, names: Names, onChange: (skills: RequiredSkill[]) => void}} options `at` is the pointer of the list
 */
export function createSkillList({ skills: given, at, names, onChange }) {
  let skills = given;
  const list = h("div", { class: "rule-outputs-list" });
  const el = h("div", { class: "rule-output", role: "group", "aria-label": rules.skills }, h("span", { class: "rule-output-name", text: rules.skills }), list);

  /** @param {RequiredSkill[]} next @param {boolean} [anew] */
  function change(next, anew = false) {
    skills = next;
    onChange(next);
    if (anew) draw();
  }

  function draw() {
    list.replaceChildren(...skills.map(row), h("button", { type: "button", class: "button small", onclick: () => {
      change([...skills, { skill_id: "", min_level: 1 }], true);
      const inputs = list.querySelectorAll("[role=combobox]");
      /** @type {HTMLElement|undefined} */ (inputs[inputs.length - 1])?.focus();
    } }, icon("plus"), rules.add_skill));
  }

  /** @param {RequiredSkill} skill @param {number} i */
  function row(skill, i) {
    const with_ = (/** @type {Partial<RequiredSkill>} */ part) => skills.map((one, k) => (k === i ? { ...one, ...part } : one));
    const level = h("input", { type: "number", min: 1, max: 1000, step: 1, inputmode: "numeric", "aria-label": rules.level, "data-spot": `${at}/${i}/min_level` });
    level.value = String(skill.min_level ?? 1);
    level.addEventListener("input", () => change(with_({ min_level: Math.max(1, Math.round(Number(level.value)) || 1) })));
    return h("div", { class: "rule-skill", role: "group", "aria-label": rules.skill_at(i + 1) },
      pick(names.options("skills"), rules.skill, skill.skill_id, `${at}/${i}/skill_id`, (skill_id) => change(with_({ skill_id }))),
      h("span", { class: "rule-level" }, h("span", { class: "muted", "aria-hidden": "true", text: rules.level }), level), removeButton(rules.remove_skill(i + 1), () => change(skills.filter((_, k) => k !== i), true)));
  }

  draw();
  return {
    el,
    /** @param {RequiredSkill[]} next */
    set(next) {
      skills = next;
      draw();
    },
    refresh: draw,
  };
}

/**
 * What a classification rule writes.
 * @param {{outputs: Outputs, variables: () => readonly Variable[], names: Names, onChange: (outputs: Outputs) => void}} options
 */
export function createOutputs({ outputs: given, variables, names, onChange }) {
  let outputs = given;
  const change = (/** @type {Partial<Outputs>} */ part) => {
    outputs = { ...outputs, ...part };
    if (outputs.priority === null) delete outputs.priority;
    onChange(outputs);
  };
  const skills = createSkillList({ skills: outputs.skills ?? [], at: "/set/skills", names, onChange: (next) => change({ skills: next }) });
  const priority = h("input", { type: "number", min: -100, max: 100, step: 1, "aria-label": rules.priority, "data-spot": "/set/priority", placeholder: rules.unchanged });
  priority.addEventListener("input", () => change({ priority: priority.value === "" ? null : Math.round(Number(priority.value)) }));
  const written = createWritten(() => outputs.variables ?? {}, variables, (next) => change({ variables: next }));
  const el = h("div", { class: "rule-outputs", role: "group", "aria-label": rules.then },
    h("span", { class: "rule-then", text: rules.then_write }), written.el, skills.el,
    h("div", { class: "rule-output" }, h("span", { class: "rule-output-name", "aria-hidden": "true", text: rules.priority }), priority));
  const show = () => (priority.value = outputs.priority === undefined || outputs.priority === null ? "" : String(outputs.priority));
  show();
  return {
    el,
    /** @param {Outputs} next */
    set(next) {
      outputs = next;
      show();
      skills.set(next.skills ?? []);
      written.draw();
    },
    refresh() {
      skills.refresh();
      written.draw();
    },
  };
}

/** The variables that are written. @param {() => Record<string, any>} get @param {() => readonly Variable[]} variables @param {(next: Record<string, any>) => void} onChange */
function createWritten(get, variables, onChange) {
  const list = h("div", { class: "rule-outputs-list" });
  const el = h("div", { class: "rule-output", role: "group", "aria-label": rules.variables }, h("span", { class: "rule-output-name", text: rules.variables }), list);

  function draw() {
    const free = variables().filter(({ name }) => !(name in get()));
    const add = h("select", { "aria-label": rules.add_variable }, h("option", { value: "", text: rules.add_variable }), ...free.map(({ name }) => h("option", { value: name, text: variableText(name, variables()) })));
    add.addEventListener("change", () => {
      const kind = variables().find(({ name }) => name === add.value)?.type;
      onChange({ ...get(), [add.value]: kind === "number" ? 0 : "" });
      draw();
      const inputs = list.querySelectorAll("input");
      inputs[inputs.length - 1]?.focus();
    });
    list.replaceChildren(...Object.keys(get()).map(row), ...(free.length > 0 ? [add] : []));
  }

  /** @param {string} name */
  function row(name) {
    const number = variables().find((one) => one.name === name)?.type === "number";
    const label = variableText(name, variables());
    const input = h("input", { type: number ? "number" : "text", step: number ? "any" : null, "aria-label": label, "data-spot": `/set/variables/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` });
    input.value = String(get()[name]);
    input.addEventListener("input", () => onChange({ ...get(), [name]: number ? Number(input.value) : input.value }));
    return h("div", { class: "rule-variable" }, h("span", { text: `${label} =`, "aria-hidden": "true" }), input, removeButton(rules.remove_one(label), () => {
      const { [name]: _, ...rest } = get();
      onChange(rest);
      draw();
    }));
  }

  draw();
  return { el, draw };
}

/** @param {string} label @param {() => void} onclick */
function removeButton(label, onclick) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick }, icon("trash"));
}

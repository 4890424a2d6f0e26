/*
 * Owns one rule as a card: its name, its condition, what it does, and the whole in plain words, with what is wrong or odd about it at
 * its place. Its order among the others is rules.js's.
 */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { createConditionEditor } from "./conditions.js";
import { createOutputs, createSkillList } from "./rules-outputs.js";
import { createRouteEditor } from "./rules-route.js";
import { ruleText } from "./rules-words.js";

/** @typedef {import("./rules-state.js").Rule} Rule */
/** @typedef {{pointer: string, message: string}} Wrong */
/** @typedef {"matched"|"not_matched"|"not_reached"} Verdict */
/**
 * @typedef {object} CardOptions
 * @property {Rule} rule
 * @property {boolean} open
 * @property {() => readonly import("./conditions-catalogue.js").Variable[]} variables
 * @property {import("./conditions-value.js").Names} names
 * @property {() => void} onChange
 * @property {(act: "up"|"down"|"copy"|"remove") => void} onAct
 */

/** @param {CardOptions} options */
export function createCard({ rule: given, open, variables, names, onChange, onAct }) {
  let rule = given;
  const number = h("span", { class: "rule-number" });
  const name = h("input", { type: "text", class: "rule-name", "aria-label": rules.rule_name, "data-spot": "/name", maxlength: 100, autocomplete: "off", placeholder: rules.rule_name });
  const words = h("p", { class: "rule-words" });
  const verdict = h("span", { class: "rule-verdict", hidden: true });
  const error = h("p", { id: newId("error"), class: "field-error", hidden: true });
  const odd = h("ul", { class: "rule-warnings", hidden: true });
  const body = h("div", { class: "rule-body", id: newId("rule") });
  const toggle = h("button", { type: "button", class: "icon-button rule-toggle", "aria-controls": body.id, onclick: () => unfold(Boolean(body.hidden)) });
  const acts = /** @type {const} */ ({ up: "up", down: "down", copy: "copy", remove: "trash" });
  const buttons = Object.fromEntries(Object.entries(acts).map(([act, face]) => [act,
    h("button", { type: "button", class: "icon-button", "data-act": act, onclick: () => onAct(/** @type {keyof typeof acts} */ (act)) }, icon(face))]));
  const grip = h("span", { class: "rule-grip", draggable: "true", "aria-hidden": "true", title: rules.drag }, icon("grip"));
  const box = h("div", { class: "rule-card", role: "group" },
    h("div", { class: "rule-head" }, grip, number, name, verdict, h("div", { class: "rule-acts" }, buttons.up, buttons.down, buttons.copy, buttons.remove, toggle)), words, odd, error, body);
  const el = h("li", { class: "rule-item" }, box);

  const change = (/** @type {Partial<Rule>} */ part) => {
    rule = { ...rule, ...part };
    show();
    onChange();
  };
  name.addEventListener("input", () => change({ name: name.value }));
  /** The parts to edit, made when they are first unfolded: a hundred folded rules cost little. @type {ReturnType<typeof createParts>|null} */
  let parts = null;
  const made = () => {
    if (parts) return parts;
    parts = createParts(rule, { variables, names }, change);
    body.append(...parts.nodes);
    return parts;
  };

  function show() {
    setAttr(box, "aria-label", rules.rule(rule.name || "…"));
    setText(words, ruleText(rule, variables(), names.label));
    for (const [act, one] of Object.entries(buttons)) {
      const label = rules.acts[/** @type {keyof typeof acts} */ (act)](rule.name || "…");
      setAttr(one, "aria-label", label);
      setAttr(one, "title", label);
    }
    setAttr(toggle, "aria-label", rules.edit(rule.name || "…"));
  }

  /** @param {boolean} shown */
  function unfold(shown) {
    if (shown) made();
    setShown(body, shown);
    setAttr(toggle, "aria-expanded", String(shown));
    toggle.replaceChildren(icon(shown ? "expand" : "collapse"));
  }

  function load() {
    name.value = rule.name ?? "";
    show();
  }

  load();
  unfold(open);
  return {
    el, box, grip, unfold,
    get: () => rule,
    get open() {
      return !body.hidden;
    },
    /** @param {Rule} next of the same kind */
    set(next) {
      rule = next;
      parts?.set(next);
      load();
    },
    /** @param {number} at @param {number} count */
    place(at, count) {
      setText(number, String(at + 1));
      setAttr(buttons.up, "aria-disabled", at === 0 ? "true" : null);
      setAttr(buttons.down, "aria-disabled", at === count - 1 ? "true" : null);
    },
    /** Names or variables have changed. */
    refresh() {
      parts?.refresh();
      show();
    },
    /** @param {readonly Wrong[]} wrong pointers from the rule */
    errors(wrong) {
      if (wrong.length > 0) unfold(true);
      const inCondition = wrong.filter(({ pointer }) => pointer.startsWith("/when"));
      const rest = [...(parts?.condition.errors(inCondition.map((one) => ({ ...one, pointer: one.pointer.slice("/when".length) }))) ?? []), ...wrong.filter((one) => !inCondition.includes(one))];
      setText(error, [...new Set(rest.map(({ message }) => message))].join(" "));
      setShown(error, rest.length > 0);
      markSpots(el, error, rest.filter(({ pointer }) => !pointer.startsWith("/when")));
      box.classList.toggle("wrong", wrong.length > 0);
    },
    /** @param {readonly string[]} messages */
    warnings(messages) {
      odd.replaceChildren(...messages.map((text) => h("li", {}, icon("warning"), h("span", { text }))));
      setShown(odd, messages.length > 0);
    },
    /** @param {Verdict|null} said what the rule said of the conversation that is tried */
    verdict(said) {
      setShown(verdict, said !== null);
      setText(verdict, said ? rules.verdicts[said] : "");
      setAttr(box, "data-verdict", said);
    },
    focus: () => name.focus(),
  };
}

/**
 * The editors of a rule's parts, by what it has.
 * @param {Rule} rule @param {Pick<CardOptions, "variables"|"names">} given @param {(part: Partial<Rule>) => void} change
 */
function createParts(rule, { variables, names }, change) {
  const condition = createConditionEditor({ when: rule.when, variables, names, onChange: () => change({ when: condition.get() }) });
  const route = rule.route_to ? createRouteEditor({ route: rule.route_to, names, onChange: (route_to) => change({ route_to }) }) : null;
  const outputs = rule.set ? createOutputs({ outputs: rule.set, variables, names, onChange: (set) => change({ set }) }) : null;
  const skills = rule.skills ? createSkillList({ skills: rule.skills, at: "/skills", names, onChange: (next) => change({ skills: next }) }) : null;
  const description = h("input", { type: "text", "aria-label": rules.description, placeholder: rules.description, "data-spot": "/description", maxlength: 2000, autocomplete: "off" });
  description.value = rule.description ?? "";
  description.addEventListener("input", () => change({ description: description.value }));
  const then = [route?.el, outputs?.el, skills?.el, rule.description === undefined ? null : description];
  return {
    condition,
    nodes: [h("span", { class: "rule-when", text: rules.when_label }), condition.el, ...then.filter((el) => el instanceof HTMLElement)],
    /** @param {Rule} next */
    set(next) {
      condition.set(next.when);
      if (next.route_to) route?.set(next.route_to);
      if (next.set) outputs?.set(next.set);
      if (next.skills) skills?.set(next.skills);
      description.value = next.description ?? "";
    },
    refresh() {
      condition.refresh();
      route?.refresh();
      outputs?.refresh();
      skills?.refresh();
    },
  };
}

/** Marks the controls that the pointers name. @param {HTMLElement} el @param {HTMLElement} error @param {readonly Wrong[]} wrong */
function markSpots(el, error, wrong) {
  const spots = wrong.map(({ pointer }) => pointer.replace(/^\/route_to/, "route"));
  for (const control of el.querySelectorAll("[data-spot]")) {
    const spot = control.getAttribute("data-spot") ?? "";
    const own = spot.startsWith("/") || spot.startsWith("route/");
    const bad = own && spots.some((one) => spot === one || (one !== "" && spot.startsWith(`${one}/`)));
    if (!own || (!bad && control.getAttribute("aria-describedby") !== error.id)) continue;
    setAttr(control, "aria-invalid", bad ? "true" : null);
    setAttr(control, "aria-describedby", bad ? error.id : null);
  }
}

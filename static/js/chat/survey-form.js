/* Owns the form before a chat where the channel has settings for it: a field for each question, then the first message. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { given, wrong } from "./survey.js";
import { textOf } from "./words.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").CustomerState} CustomerState */
/** @typedef {{el: HTMLElement, main: HTMLElement, value: () => string|boolean, fail: (text: string) => void}} Field */

/** Up to so many options stand side by side; more are a list. */
const MAX_RADIOS = 5;
const KNOWN = /** @type {Record<string, {type: string, autocomplete: string}>} */ ({
  name: { type: "text", autocomplete: "name" },
  email: { type: "email", autocomplete: "email" },
  phone: { type: "tel", autocomplete: "tel" },
});

/**
 * @param {import("./session.js").Chat} chat
 * @param {import("../types.js").Widget} widget
 * @param {string} language
 */
export function createSurveyForm(chat, widget, language) {
  const text = (/** @type {import("../types.js").Texts} */ texts) => textOf(texts, language, widget.languages);
  const fields = new Map(widget.survey.map((question) => [question.variable, createField(question, text)]));
  const message = textField("first-message", t.first_message, h("textarea", { rows: 3 }), true);
  const error = h("p", { class: "error", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary wide", text: t.start_chat });
  const el = h(
    "form",
    {
      class: "start-form", novalidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (!submit.disabled) start();
      },
    },
    h("p", { class: "muted", text: t.chat_lead }),
    ...[...fields.values()].map((field) => field.el),
    message.el,
    error,
    submit,
  );

  function start() {
    const answers = Object.fromEntries([...fields].map(([variable, field]) => [variable, field.value()]));
    /** @type {HTMLElement|null} */
    let first = null;
    for (const question of widget.survey) {
      const field = /** @type {Field} */ (fields.get(question.variable));
      const why = wrong(question, answers[question.variable]);
      field.fail(why ? t.answer_wrong[why] : "");
      if (why) first ??= field.main;
    }
    const words = String(message.value()).trim();
    const why = !words ? t.message_missing : [...words].length > widget.max_message_characters ? t.message_long : "";
    message.fail(why);
    if (why) first ??= message.main;
    setText(error, first ? t.answers_wrong : "");
    if (first) first.focus();
    else void chat.start({ message: words, survey: given(widget.survey, answers) });
  }

  /** What the server found wrong. @param {CustomerState} state */
  function showProblem({ problem, errors }) {
    setText(error, problem ?? "");
    for (const [variable, field] of fields) if (errors[variable]) field.fail(errors[variable]);
    const first = [...fields].find(([variable]) => errors[variable]);
    first?.[1].main.focus();
  }

  const area = /** @type {HTMLTextAreaElement} */ (message.main);
  /** @type {CustomerState|null} */
  let before = null;

  return {
    el,
    focus() {
      ([...fields.values()][0] ?? message).main.focus();
    },
    /** @param {CustomerState} state */
    update(state) {
      if (state.draft && state.draft !== before?.draft) area.value = state.draft;
      const busy = state.stage === "opening";
      submit.disabled = busy;
      setText(submit, busy ? t.starting : t.start_chat);
      setAttr(el, "aria-busy", busy ? "true" : null);
      if (state.problem !== (before?.problem ?? null) || state.errors !== before?.errors) showProblem(state);
      before = state;
    },
    clear() {
      area.value = "";
      setText(error, "");
    },
  };
}

/** @param {Question} question @param {(texts: import("../types.js").Texts) => string} text @returns {Field} */
function createField(question, text) {
  const { kind, variable, mandatory } = question;
  const id = `survey-${variable}`;
  const label = mandatory ? text(question.label) : t.optional(text(question.label));
  if (kind === "consent") return consentField(id, label, mandatory);
  if (kind === "multi_line") return textField(id, label, h("textarea", { rows: 3 }), mandatory);
  if (kind === "single_line") return textField(id, label, h("input", KNOWN[variable] ?? { type: "text", autocomplete: "off" }), mandatory);
  const options = question.options.map((option) => ({ value: option.value, text: text(option.label) || option.value }));
  if (options.length <= MAX_RADIOS) return radioField(id, label, options, mandatory);
  const list = h("select", {}, h("option", { value: "", text: t.choose }), ...options.map(({ value, text }) => h("option", { value, text })));
  return textField(id, label, list, mandatory);
}

/** The line below a field that says what is wrong with it. @param {string} id @param {(bad: boolean) => void} mark */
function errorLine(id, mark) {
  const el = h("p", { id: `${id}-error`, class: "field-error", hidden: true });
  return {
    el,
    fail: (/** @type {string} */ text) => {
      setText(el, text);
      setShown(el, text !== "");
      mark(text !== "");
    },
  };
}

/** @param {string} id @param {string} label @param {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} main @param {boolean} mandatory @returns {Field} */
function textField(id, label, main, mandatory) {
  const line = errorLine(id, (bad) => setAttr(main, "aria-invalid", bad ? "true" : null));
  for (const [name, value] of Object.entries({ id, "aria-required": String(mandatory), "aria-describedby": line.el.id })) setAttr(main, name, value);
  const el = h("div", { class: "field" }, h("label", { for: id, text: label }), main, line.el);
  return { el, main, value: () => main.value, fail: line.fail };
}

/** @param {string} id @param {string} label @param {{value: string, text: string}[]} options @param {boolean} mandatory @returns {Field} */
function radioField(id, label, options, mandatory) {
  const radios = options.map(({ value }) => h("input", { type: "radio", name: id, value }));
  const rows = options.map(({ text }, i) => h("label", { class: "choice" }, radios[i], h("span", { text })));
  const group = h("fieldset", { role: "radiogroup", class: "field", "aria-required": String(mandatory) }, h("legend", { text: label }), ...rows);
  const line = errorLine(id, (bad) => setAttr(group, "aria-invalid", bad ? "true" : null));
  setAttr(group, "aria-describedby", line.el.id);
  group.append(line.el);
  return { el: group, main: radios[0], value: () => radios.find((radio) => radio.checked)?.value ?? "", fail: line.fail };
}

/** @param {string} id @param {string} label @param {boolean} mandatory @returns {Field} */
function consentField(id, label, mandatory) {
  const main = h("input", { id, type: "checkbox", "aria-required": String(mandatory) });
  const line = errorLine(id, (bad) => setAttr(main, "aria-invalid", bad ? "true" : null));
  setAttr(main, "aria-describedby", line.el.id);
  const el = h("div", { class: "field" }, h("label", { class: "choice", for: id }, main, h("span", { text: label })), line.el);
  return { el, main, value: () => main.checked, fail: line.fail };
}

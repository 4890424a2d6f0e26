/* Owns the question of the intervals page: what to show, when, by what, and which columns. What was chosen is kept in this browser. */

import { serverNow } from "../lib/elapsed.js";
import { h, setShown, setText } from "../lib/dom.js";
import { readJson, writeJson } from "../lib/storage.js";
import { supervisor as words } from "../strings.en.js";
import { frame } from "../ui/field.js";
import { comboField, selectField } from "../ui/fields.js";
import { compareNames, dateText } from "./board-format.js";
import { COLUMNS, FIRST_COLUMNS, KIND_OF, SUBJECTS, chosenColumns, columnLabel, groupLabel } from "./intervals-columns.js";
import { INTERVALS, MAX_DAYS_AGO, RANGES, daysAgo, daysOf } from "./intervals-query.js";

/** @typedef {import("./intervals-query.js").Question} Question */
/** @typedef {import("./intervals-columns.js").Subject} Subject */

const QUESTION_KEY = "callboard.supervisor.question";
const COLUMNS_KEY = "callboard.supervisor.columns";

/**
 * @param {import("./state-names.js").Names} names
 * @param {{onAsk: (question: Question) => void, onGo: (subject: Subject, id: string|null) => void, onColumns: () => void}} ports
 */
export function createForm(names, { onAsk, onGo, onColumns }) {
  const kept = readJson(localStorage, QUESTION_KEY, /** @type {Partial<Question>} */ ({}));
  const now_ms = serverNow();
  /** @type {Question} */
  let question = {
    subject: "queues", id: null,
    range: RANGES.find((one) => one === kept.range && one !== "chosen") ?? "today",
    interval: INTERVALS.find((one) => one === kept.interval) ?? "total",
    first: daysAgo(now_ms, 0), last: daysAgo(now_ms, 0),
  };
  const subject = selectField({ name: "subject", label: words.subject, options: SUBJECTS.map((value) => ({ value, label: words.subjects[value] })) });
  const range = selectField({ name: "range", label: words.range, value: question.range, options: RANGES.map((value) => ({ value, label: words.ranges[value] })) });
  const interval = selectField({ name: "interval", label: words.interval, value: question.interval, options: INTERVALS.map((value) => ({ value, label: words.interval_names[value] })) });
  const who = comboField({ name: "id", label: words.which, placeholder: words.which_all, options: [] });
  const [first, last] = [dayField("from", words.first_day, question.first, now_ms), dayField("to", words.last_day, question.last, now_ms)];
  const days = h("div", { class: "day-fields", hidden: true }, first.el, last.el);
  const el = h("div", { class: "question" }, subject.el, who.el, range.el, days, interval.el);

  /** @param {Partial<Question>} change */
  function ask(change) {
    question = { ...question, ...change };
    writeJson(localStorage, QUESTION_KEY, { range: question.range, interval: question.interval });
    onAsk(question);
  }

  subject.input.addEventListener("change", () => onGo(/** @type {Subject} */ (subject.get()), null));
  who.el.addEventListener("change", () => onGo(question.subject, who.get()));
  interval.input.addEventListener("change", () => ask({ interval: /** @type {Question["interval"]} */ (interval.get()) }));
  range.input.addEventListener("change", () => {
    const next = /** @type {Question["range"]} */ (range.get());
    const chosen = next === "chosen";
    // Chosen days begin as the days that were shown.
    if (chosen) [first.input.value, last.input.value] = daysOf(question, serverNow());
    for (const field of [first, last]) field.within(serverNow());
    setShown(days, chosen);
    ask({ range: next, first: first.input.value, last: last.input.value });
  });
  const isDay = (/** @type {{input: HTMLInputElement}} */ { input }) => input.value !== "" && input.validity.valid;
  days.addEventListener("change", () => {
    for (const field of [first, last]) if (isDay(field)) field.error(null);
    if (isDay(first) && isDay(last)) ask({ first: first.input.value, last: last.input.value });
  });
  // Said when the field is left: who types a year is on the way through others.
  for (const field of [first, last]) field.input.addEventListener("blur", () => isDay(field) || field.error(words.day_wrong(dateText(field.input.min), dateText(field.input.max))));

  return {
    el,
    get question() {
      return question;
    },
    /** @param {Subject} next @param {string|null} id */
    go(next, id) {
      subject.set(next);
      ask({ subject: next, id });
      this.update();
      who.set(id);
    },
    /** The names are there, or others. */
    update() {
      const known = names[KIND_OF[question.subject]];
      const options = Object.entries(known).map(([value, label]) => ({ value, label, hint: value === label ? "" : value }));
      if (question.id && !Object.hasOwn(known, question.id)) options.push({ value: question.id, label: question.id, hint: "" });
      who.update(options.sort((a, b) => compareNames(a.label, b.label)));
      onColumns();
    },
  };
}

/** A day that can be asked for. @param {string} name @param {string} label @param {string} value @param {number} now_ms */
function dayField(name, label, value, now_ms) {
  const input = h("input", { type: "date", name });
  input.value = value;
  /** @param {number} ms server time: of a page that is open for long, today is another day */
  const within = (ms) => {
    input.min = daysAgo(ms, MAX_DAYS_AGO);
    input.max = daysAgo(ms, 0);
  };
  within(now_ms);
  return { ...frame({ name, label }, input), input, within };
}

/** The choice of columns, one for each subject. @param {() => void} onChange */
export function createColumnChoice(onChange) {
  const kept = readJson(localStorage, COLUMNS_KEY, /** @type {Partial<Record<Subject, string[]>>} */ ({}));
  const summary = h("summary", {});
  const groups = h("div", { class: "column-groups" });
  const reset = h("button", { type: "button", class: "button small", text: words.columns_first, onclick: () => choose(FIRST_COLUMNS[subject]) });
  const el = h("details", { class: "column-choice" }, summary, h("div", { class: "column-panel" }, groups, reset));
  /** @type {Subject} */
  let subject = "queues";

  const chosen = () => chosenColumns(subject, kept[subject] ?? FIRST_COLUMNS[subject]);

  /** @param {string[]} ids */
  function choose(ids) {
    kept[subject] = ids;
    writeJson(localStorage, COLUMNS_KEY, kept);
    show();
    onChange();
  }

  function show() {
    const ids = new Set(chosen().map(({ id }) => id));
    setText(summary, words.columns_choose(ids.size));
    const names = [...new Set(COLUMNS[subject].map(({ group }) => group))];
    groups.replaceChildren(...names.map((group) => h("fieldset", {}, h("legend", { text: groupLabel(group) }), ...COLUMNS[subject].filter((column) => column.group === group).map((column) => box(column, ids)))));
  }

  /** @param {import("./intervals-columns.js").Column} column @param {Set<string>} ids */
  function box(column, ids) {
    const input = h("input", { type: "checkbox", onchange: () => {
      if (input.checked) ids.add(column.id);
      else ids.delete(column.id);
      kept[subject] = [...ids];
      writeJson(localStorage, COLUMNS_KEY, kept);
      setText(summary, words.columns_choose(ids.size));
      onChange();
    } });
    input.checked = ids.has(column.id);
    return h("label", { class: "choice" }, input, columnLabel(column, true));
  }

  return {
    el,
    get columns() {
      return chosen();
    },
    /** @param {Subject} next */
    of(next) {
      if (next === subject && groups.childElementCount > 0) return;
      subject = next;
      show();
    },
  };
}

/* Owns the page of statistics by interval: asks what the form says, and shows the answer as chart, lines and file. */

import { RequestError } from "../lib/client.js";
import { serverNow } from "../lib/elapsed.js";
import { h, icon, setShown, setText } from "../lib/dom.js";
import { clockTime } from "../lib/format.js";
import { supervisor as words } from "../strings.en.js";
import { go } from "../ui/route.js";
import { createMeasureChart } from "./intervals-chart.js";
import { KIND_OF, SUBJECTS } from "./intervals-columns.js";
import { downloadCsv } from "./intervals-csv.js";
import { createColumnChoice, createForm } from "./intervals-form.js";
import { fileName, linesOf, pathOf } from "./intervals-query.js";
import { createLines } from "./intervals-table.js";
import { createWhole } from "./intervals-whole.js";

/** @typedef {import("./intervals-query.js").Question} Question */
/** @typedef {import("./intervals-columns.js").Subject} Subject */

/** @param {import("./main.js").Context} context */
export function createIntervals({ api, token, names, toaster }) {
  const columns = createColumnChoice(() => show());
  const form = createForm(names, { onAsk: () => void ask(), onGo: (subject, id) => go(["intervals", subject, ...(id ? [id] : [])]), onColumns: () => show() });
  const chart = createMeasureChart();
  const lines = createLines(names, () => void ask());
  const whole = createWhole(names);
  const as_of = h("span", { class: "muted" });
  const csv = h("button", { type: "button", class: "button", onclick: () => void save() }, icon("download"), words.csv);
  const again = h("button", { type: "button", class: "button", text: words.refresh, onclick: () => void ask() });
  const head = h("div", { class: "page-head" }, h("h2", { text: words.intervals_title }), as_of, again, csv, h("p", { class: "page-lead", text: words.intervals_lead }));
  const el = h("div", { class: "view intervals" }, head, form.el, chart.el, columns.el, lines.el, whole.el);
  /** @type {any[]} */
  let items = [];
  /** The whole time of the one that is chosen. @type {Record<string, any>|null} */
  let sum = null;
  let turn = 0;
  let version = names.version;
  let shown = "";

  async function ask() {
    const now = ++turn;
    const { question } = form;
    columns.of(question.subject);
    const place = `${question.subject} ${question.id}`;
    if (place !== shown) [items, sum] = [[], null];
    shown = place;
    lines.loading();
    show();
    const path = pathOf(question, serverNow());
    try {
      const needs_total = question.id !== null && question.interval !== "total";
      const [answer, total] = await Promise.all([api.get(path), needs_total ? api.get(pathOf({ ...question, interval: "total" }, serverNow())) : null]);
      if (now !== turn) return;
      items = answer.value.items;
      setText(as_of, words.as_of(clockTime(Date.parse(answer.value.as_of))));
      lines.ready();
      sum = (total ?? answer).value.items[0]?.intervals[0] ?? null;
      show();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (now === turn) lines.failed(error.problem.errors?.[0]?.message ?? error.problem.detail ?? "");
    }
  }

  function show() {
    const { question } = form;
    const found = linesOf(question.subject, items);
    const kind = KIND_OF[question.subject];
    const one = question.id !== null;
    const who = one ? names.of(kind, question.id) : words.subjects[question.subject];
    chart.show(columns.columns, found, question.interval, { one, who, nameOf: (id) => names.of(kind, id) });
    lines.show(question, columns.columns, found);
    whole.show(question, one ? sum : null);
  }

  async function save() {
    const { question } = form;
    const name = fileName(question, serverNow());
    try {
      await downloadCsv(pathOf(question, serverNow()), token, name);
      toaster.tell(words.csv_done(name));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      toaster.tell(`${words.csv_failed} ${error.problem.errors?.[0]?.message ?? ""}`.trim(), "assertive");
    }
  }

  setShown(whole.el, false);
  return {
    el,
    /** @param {string[]} parts */
    show([, subject, id]) {
      form.go(SUBJECTS.find((one) => one === subject) ?? "queues", id ?? null);
    },
    update() {
      if (version === names.version) return;
      version = names.version;
      form.update();
    },
    stop() {
      turn += 1;
    },
  };
}

/* Owns the design page's fields: filled in, with an error, locked. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { chipsField, comboField, durationField, jsonField, numberField, selectField, switchField, textAreaField, textField } from "../ui/fields.js";

const QUEUES = ["Support", "Sales", "VIP", "Returns", "Billing", "Invoices", "Überseeversand", "Default messaging"];

/** Sections of fields, each a form of its own. */
export function fields() {
  const d = ui.design.field;
  const wrong = all({});
  for (const field of wrong) field.error(d.wrong_text);
  return [form(d.filled, [...all({}), ...more()]), form(d.wrong, wrong), form(d.locked, all({ disabled: true }))];
}

/** One of each kind. @param {{disabled?: boolean}} how */
function all(how) {
  const d = ui.design.field;
  const options = QUEUES.map((label, i) => ({ value: label.toLowerCase(), label, hint: d.queue_hint(i + 1) }));
  const methods = [{ value: "highest_capacity", label: d.highest_capacity }, { value: "round_robin", label: d.round_robin }, { value: "longest_idle", label: d.longest_idle }];
  return [
    textField({ ...how, name: "name", label: d.name, help: d.name_help, value: d.name_value, required: true }),
    numberField({ ...how, name: "capacity", label: d.number, help: d.number_help, value: 30, min: 0, max: 1000, unit: d.number_unit }),
    durationField({ ...how, name: "answer", label: d.duration, help: d.duration_help, value: 90, min: 5, max: 600 }),
    selectField({ ...how, name: "method", label: d.select, options: methods, value: "round_robin" }),
    comboField({ ...how, name: "queue", label: d.queue, help: d.queue_help, options, value: "vip" }),
    switchField({ ...how, name: "decline", label: d.on, help: d.on_help, value: true }),
    chipsField({ ...how, name: "skills", label: d.skills, options, value: ["sales", "returns"] }),
    textAreaField({ ...how, name: "note", label: d.note, rows: 4 }),
    jsonField({ ...how, name: "template", label: d.json, value: { title: "{customer.name}" }, rows: 4 }),
  ];
}

/** What else there is of them. */
function more() {
  const d = ui.design.field;
  return [
    textField({ name: "reference", label: d.empty, placeholder: d.placeholder }),
    switchField({ name: "record", label: d.off }),
    chipsField({ name: "words", label: d.words, help: d.words_help, value: ["gold", "VIP"] }),
  ];
}

/** @param {string} title @param {{el: HTMLElement}[]} fields */
function form(title, fields) {
  const name = h("h3", { class: "show-sub", text: title });
  const el = h("form", { class: "show-fields", "aria-label": title, onsubmit: (/** @type {Event} */ event) => event.preventDefault() }, ...fields.map(({ el }) => el));
  return h("div", {}, name, el);
}

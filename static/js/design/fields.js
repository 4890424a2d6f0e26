/* Owns the design page's fields: empty, filled, with an error, locked. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { chipsField, comboField, durationField, jsonField, numberField, selectField, switchField, textAreaField, textField } from "../ui/fields.js";

const QUEUES = ["Support", "Sales", "VIP", "Returns", "Billing", "Invoices", "Überseeversand", "Default messaging"];

export function fields() {
  const d = ui.design.field;
  const wrong = textField({ name: "taken", label: d.name, help: d.name_help, value: d.name_value, required: true });
  wrong.error(d.name_error);
  const options = QUEUES.map((label, i) => ({ value: label.toLowerCase(), label, hint: d.queue_hint(i + 1) }));
  const methods = [{ value: "highest_capacity", label: d.highest_capacity }, { value: "round_robin", label: d.round_robin }, { value: "longest_idle", label: d.longest_idle }];
  const all = [
    textField({ name: "name", label: d.name, help: d.name_help, value: d.name_value, required: true }),
    wrong,
    textField({ name: "reference", label: d.empty, placeholder: d.placeholder }),
    textField({ name: "id", label: d.locked, value: "vip", disabled: true }),
    numberField({ name: "capacity", label: d.number, help: d.number_help, value: 30, min: 0, max: 1000, unit: d.number_unit }),
    durationField({ name: "answer", label: d.duration, help: d.duration_help, value: 90, min: 5, max: 600 }),
    selectField({ name: "method", label: d.select, options: methods, value: "round_robin" }),
    comboField({ name: "queue", label: d.queue, help: d.queue_help, options, value: "vip" }),
    switchField({ name: "decline", label: d.on, help: d.on_help, value: true }),
    switchField({ name: "record", label: d.off }),
    chipsField({ name: "skills", label: d.skills, options, value: ["sales", "returns"] }),
    chipsField({ name: "words", label: d.words, help: d.words_help, value: ["gold", "VIP"] }),
    textAreaField({ name: "note", label: d.note, rows: 4 }),
    jsonField({ name: "template", label: d.json, value: { title: "{customer.name}" }, rows: 4 }),
  ];
  return [h("form", { class: "show-fields", onsubmit: (/** @type {Event} */ event) => event.preventDefault() }, ...all.map(({ el }) => el))];
}

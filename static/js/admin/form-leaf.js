/* Owns the fields of one value each: which field of ui/fields.js a description becomes, and what of its value the page itself can see to be wrong. */

import { forms } from "../strings.en.js";
import { chipsField, comboField, durationField, jsonField, numberField, selectField, switchField, textAreaField, textField } from "../ui/fields.js";
import { checksField, colorField, holdField } from "./form-choices.js";
import { names, read } from "./form-pointer.js";
import { createCondition, createRules } from "./form-rules.js";
import { createTexts } from "./form-texts.js";
import { helpOf, labelOf, optionText } from "./form-words.js";
import { EVENT_TYPES } from "./fields/settings.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Control} Control */
/** @typedef {import("./form-types.js").Scope} Scope */
/** @typedef {import("../ui/field.js").Field<any> & {update?: (options: any[]) => void}} Made */

/** @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
export function createLeaf(field, at, scope) {
  if (field.kind === "texts") return createTexts(field, at, scope);
  if (field.kind === "rules") return createRules(field, at, scope);
  if (field.kind === "condition") return createCondition(field, at, scope);
  const made = make(field, at, scope);
  const suggestions = suggest(field, made, scope);
  // What is changed is not known to be wrong any more; a field that looks at itself does so after that.
  for (const type of ["input", "change"]) made.el.addEventListener(type, () => made.error(null), true);
  return {
    el: made.el,
    get: () => written(field, made),
    set: (value) => made.set(shownValue(field, value)),
    check: () => wrongOf(field, made).map((message) => ({ pointer: "", message })),
    show(wrong) {
      const texts = wrong.map(({ pointer, message }) => (pointer ? `${itemName(made, pointer)}: ${message}` : message));
      made.error(texts.length ? texts.join(" ") : null);
      return { placed: texts.map((message) => ({ label: labelOf(scope.words, at), message, focus: () => made.input.focus() })), rest: [] };
    },
    focus: () => made.input.focus(),
    refresh() {
      if (field.same) made.update?.(optionsOf(field, scope));
      suggestions();
    },
  };
}

/** @param {Field} field @param {string} at @param {Scope} scope @returns {Made} */
function make(field, at, scope) {
  const { kind, min, max, required } = field;
  const base = { name: at.slice(1), label: labelOf(scope.words, at), help: helpOf(scope.words, at, field), required, placeholder: field.nullable && kind === "pick" ? forms.none_picked : undefined };
  const picked = field.options?.map((value) => ({ value, label: optionText(field, value) })) ?? [];
  switch (kind) {
    case "area": return textAreaField({ ...base, max });
    case "number": return numberField({ ...base, min, max, unit: field.unit ? forms.units[/** @type {"minutes"|"days"} */ (field.unit)] : undefined });
    case "select": return selectField({ ...base, options: picked });
    case "switch": return switchField(base);
    case "duration": return durationField({ ...base, min, max });
    case "secret": return textField({ ...base, max, type: "password" });
    case "color": return colorField(base);
    case "date": return typed(textField(base), "date");
    case "time": return textField({ ...base, max: 5, placeholder: "00:00" });
    case "zone": return comboField({ ...base, options: zones() });
    case "chips": return chipsField({ ...base, max, options: field.suggest === "events" ? EVENT_TYPES.map((value) => ({ value, label: value })) : undefined });
    case "picks": return chipsField({ ...base, max, options: scope.names.options(field.from ?? "") });
    case "pick": return comboField({ ...base, options: optionsOf(field, scope) });
    case "checks": return checksField({ ...base, options: picked });
    case "hold": return holdField({ ...base, min, max });
    case "json": return jsonField(base);
    default: return textField({ ...base, max });
  }
}

/** @param {Made} made @param {string} type */
function typed(made, type) {
  made.input.setAttribute("type", type);
  return made;
}

function zones() {
  return [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])].map((value) => ({ value, label: value }));
}

/** What may be picked: of the members in `same`, those that fit the rest of the form. @param {Field} field @param {Scope} scope */
function optionsOf({ from = "", same }, scope) {
  const all = scope.names.options(from);
  if (!same) return all;
  const wanted = Object.entries(same).map(([pointer, value]) => [pointer, value.startsWith("/") ? scope.root(value) : value]);
  return all.filter(({ value }) => wanted.every(([pointer, fits]) => read(scope.names.get(from, value), String(pointer)) === fits));
}

/** The value as the API takes it. @param {Field} field @param {Made} made */
function written(field, made) {
  const value = made.get();
  const nothing = value === null || value === undefined || value === "";
  if (!nothing) return field.kind === "text" || field.kind === "time" ? value.trim() : value;
  if (field.nullable) return null;
  return field.required && field.kind !== "secret" && typeof value === "string" ? "" : undefined;
}

/** @param {Field} field @param {unknown} value */
function shownValue({ kind, options }, value) {
  if (value !== undefined && value !== null) return value;
  if (kind === "select") return options?.[0] ?? "";
  if (kind === "switch") return false;
  if (kind === "chips" || kind === "picks" || kind === "checks") return [];
  if (kind === "json") return undefined;
  return kind === "number" || kind === "duration" || kind === "pick" || kind === "zone" ? null : kind === "hold" ? "always" : "";
}

/** What the page sees: nothing where something must stand, no number, out of bounds. @param {Field} field @param {Made} made @returns {string[]} */
function wrongOf(field, made) {
  if (made.input instanceof HTMLInputElement && made.input.validity.badInput) return [forms.not_a_number];
  const value = made.get();
  if (field.kind === "json") return value === undefined ? [forms.not_json] : [];
  const size = Array.isArray(value) ? value.length : typeof value === "number" ? value : null;
  if (value === null || value === "" || value === undefined || (Array.isArray(value) && value.length === 0)) {
    return field.required || (Array.isArray(value) && (field.min ?? 0) > 0) ? [forms.missing] : [];
  }
  if (size !== null && field.min !== undefined && size < field.min) return [forms.too_small(field.min)];
  if (size !== null && field.max !== undefined && size > field.max) return [forms.too_big(field.max)];
  if (typeof value === "number" && !Number.isInteger(value)) return [forms.not_whole];
  return typeof value === "string" && field.pattern && !field.pattern.test(value.trim()) ? [forms.not_like_this] : [];
}

/** Of several values, the one that a pointer names. @param {Made} made @param {string} pointer */
function itemName(made, pointer) {
  const [name] = names(pointer);
  const value = made.get();
  return Array.isArray(value) ? String(value[Number(name)] ?? name) : name;
}

/** Words that a text field offers while one writes. @param {Field} field @param {Made} made @param {Scope} scope */
function suggest({ suggest: what }, made, scope) {
  if (what !== "variables") return () => {};
  const list = document.createElement("datalist");
  list.id = `${made.input.id}-known`;
  made.input.setAttribute("list", list.id);
  made.el.append(list);
  return () => list.replaceChildren(...declared(scope).map((value) => new Option(value, value)));
}

/** Variables that the form's work stream declares, or any, and what a survey may ask beside them. @param {Scope} scope */
function declared(scope) {
  const id = scope.root("/work_stream_id");
  const streams = typeof id === "string" ? [scope.names.get("work-streams", id)] : scope.names.items("work-streams");
  const variables = streams.flatMap((stream) => stream?.context_variables ?? []);
  return [...new Set([...variables.map(({ name }) => String(name)), ...(scope.root("/settings/survey") ? ["name", "email", "phone"] : [])])];
}

/* Owns parts of a form that may be there or not, and those that have one of several shapes. */

import { h, setShown } from "../lib/dom.js";
import { selectField, switchField } from "../ui/fields.js";
import { createGroup } from "./form.js";
import { startValue } from "./form-start.js";
import { isObject, read } from "./form-pointer.js";
import { helpOf, labelOf, optionText } from "./form-words.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Control} Control */
/** @typedef {import("./form-types.js").Scope} Scope */
/** @typedef {import("./form-types.js").Variant} Variant */

/** An object that is there or null, by a switch. @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
export function createPart(field, at, scope) {
  const fields = field.fields ?? [];
  const group = createGroup(fields, at, scope);
  const there = switchField({ name: at.slice(1), label: labelOf(scope.words, at), help: helpOf(scope.words, at, field) });
  const el = h("div", { class: "form-part" }, there.el, group.el);
  const show = () => setShown(group.el, there.get());
  there.el.addEventListener("change", show);
  group.set(startValue(fields));
  return {
    ...group,
    el,
    get: () => (there.get() ? group.get() : null),
    set(value) {
      there.set(isObject(value));
      if (isObject(value)) group.set(value);
      show();
    },
    check: () => (there.get() ? group.check() : []),
    focus: () => there.input.focus(),
  };
}

/** One of several shapes, chosen above its fields. @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
export function createVariant(field, at, scope) {
  const variants = (field.variants ?? []).map((variant) => ({ variant, group: createGroup(variant.fields ?? [], at, scope) }));
  const words = field.words ?? "";
  const choices = variants.map(({ variant: { id } }) => ({ value: id, label: optionText({ ...field, words }, id) }));
  const choose = selectField({ name: `${at.slice(1)}/kind`, label: labelOf(scope.words, `${at}?`), help: scope.words[`${at}?`]?.[1], options: choices });
  const el = h("div", { class: "form-variant" }, choose.el, ...variants.map(({ group }) => group.el));
  const chosen = () => variants.find(({ variant }) => variant.id === choose.get()) ?? variants[0];
  const show = () => variants.forEach(({ variant, group }) => setShown(group.el, variant.id === choose.get() && Boolean(variant.fields?.length)));
  choose.el.addEventListener("change", show);
  for (const { variant, group } of variants) group.set(startValue(variant.fields ?? []));
  return {
    el,
    refresh: () => chosen().group.refresh?.(),
    get() {
      const { variant, group } = chosen();
      // What is left empty is part of the shape all the same: it is known by that member.
      const known = variant.has && !variant.mark ? { [variant.has]: null } : {};
      return { ...known, ...variant.mark, ...group.get() };
    },
    set(value) {
      const { variant, group } = variants.find((each) => fits(each.variant, value)) ?? variants[0];
      choose.set(variant.id);
      if (isObject(value) && !variant.empty) group.set(value);
      show();
    },
    check: () => chosen().group.check(),
    show(wrong) {
      const { placed, rest } = chosen().group.show(wrong);
      for (const other of variants) if (other !== chosen()) other.group.show([]);
      choose.error(rest.length ? rest.map(({ message }) => message).join(" ") : null);
      const own = rest.map(({ message }) => ({ label: labelOf(scope.words, `${at}?`), message, focus: () => choose.input.focus() }));
      return { placed: [...placed, ...own], rest: [] };
    },
    focus: () => choose.input.focus(),
  };
}

/** @param {Variant} variant @param {unknown} value */
function fits({ has, mark, empty }, value) {
  if (!isObject(value)) return Boolean(empty);
  if (empty) return Object.keys(value).length === 0;
  if (mark) return Object.entries(mark).every(([name, wanted]) => value[name] === wanted);
  return has === undefined || read(value, `/${has}`) !== undefined;
}

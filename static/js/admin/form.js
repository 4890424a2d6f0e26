/*
 * Owns forms made of descriptions: which fields are shown, what the whole of them says, and where an error stands. A group is the
 * fields of one object; a section of it is a heading over some of them and holds nothing itself.
 */

import { h, setShown } from "../lib/dom.js";
import { newId } from "../ui/id.js";
import { createLeaf } from "./form-leaf.js";
import { createList } from "./form-list.js";
import { createPart, createVariant } from "./form-part.js";
import { isIn, read, same, write } from "./form-pointer.js";
import { labelOf, optionText, wordsOf } from "./form-words.js";
import { startOf } from "./form-start.js";
import { forms } from "../strings.en.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Control} Control */
/** @typedef {import("./form-types.js").Scope} Scope */
/** @typedef {import("./form-types.js").Wrong} Wrong */
/** @typedef {import("./form-types.js").Placed} Placed */
/** @typedef {{field: Field, control: Control, shown: boolean, followed?: unknown}} Part */

/**
 * @param {readonly Field[]} fields
 * @param {string} at the path of what holds them
 * @param {Scope} scope
 * @param {boolean} [transparent] they belong to what is around
 * @returns {Omit<Control, "get"> & {get: () => Record<string, any>}}
 */
export function createGroup(fields, at, scope, transparent = false) {
  /** @type {Part[]} */
  const parts = fields.map((field) => ({ field, control: createControl(field, at + field.path, scope), shown: true }));
  const el = h("div", { class: "form-group" }, ...parts.map(({ control }) => control.el));
  const written = () => parts.filter(({ shown, field }) => shown || field.keep);

  /** @param {Part[]} some */
  function collect(some) {
    /** @type {Record<string, any>} */
    const value = {};
    for (const { field, control } of some) write(value, field.path, control.get());
    return value;
  }

  /** @param {unknown} [holder] */
  function refresh(holder) {
    const local = transparent ? holder : collect(parts);
    for (const part of parts) {
      part.shown = isShown(part.field, local);
      setShown(part.control.el, part.shown);
      if (scope.isNew) follow(part, local);
      part.control.refresh?.(local);
    }
  }

  return {
    el,
    refresh,
    get: () => collect(written()),
    set(value) {
      for (const { field, control } of parts) control.set(read(value, field.path));
      if (!transparent) refresh();
    },
    check: () => parts.filter(({ shown }) => shown).flatMap(({ field, control }) => control.check().map(({ pointer, message }) => ({ pointer: field.path + pointer, message }))),
    show: (wrong) => place(parts, wrong),
    warn(list) {
      for (const { field, control } of parts) control.warn?.(list.filter((one) => isIn(one.field, field.path)).map((one) => ({ ...one, field: one.field.slice(field.path.length) })));
    },
    focus: () => parts.find(({ shown }) => shown)?.control.focus(),
  };
}

/** @param {Part[]} parts @param {readonly Wrong[]} wrong */
function place(parts, wrong) {
  let rest = [...wrong];
  /** @type {Placed[]} */
  const placed = [];
  for (const { field, control, shown } of parts) {
    const mine = shown ? rest.filter(({ pointer }) => isIn(pointer, field.path)) : [];
    const answer = control.show(mine.map(({ pointer, message }) => ({ pointer: pointer.slice(field.path.length), message })));
    placed.push(...answer.placed);
    rest = [...rest.filter((each) => !mine.includes(each)), ...answer.rest.map(({ pointer, message }) => ({ pointer: field.path + pointer, message }))];
  }
  return { placed, rest };
}

/** A new one's value goes with the field that it follows, until somebody chooses another. @param {Part} part @param {unknown} local */
function follow(part, local) {
  const { follows } = part.field;
  if (!follows) return;
  const now = startOf(part.field, local);
  if (part.followed !== undefined && !same(now, part.followed) && same(part.control.get() ?? null, part.followed)) part.control.set(now);
  part.followed = now ?? null;
}

/** @param {Field} field @param {unknown} local */
function isShown({ when }, local) {
  return Object.entries(when ?? {}).every(([pointer, values]) => values.includes(read(local, pointer)));
}

/** @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
function createControl(field, at, scope) {
  if (field.kind === "section") return createSection(field, at, scope);
  if (field.kind === "list") return createList(field, at, scope);
  if (field.kind === "part") return createPart(field, at, scope);
  if (field.kind === "variant") return createVariant(field, at, scope);
  if (field.kind === "group") return createRow(field, at, scope);
  return createLeaf(field, at, scope);
}

/** @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
function createSection(field, at, scope) {
  const group = createGroup(field.fields ?? [], at, scope, true);
  const heading = h("h3", { id: newId("section"), class: "form-heading", text: labelOf(scope.words, `#${field.id}`) });
  const lead = scope.words[`#${field.id}`]?.[1];
  // One list needs no second heading to be seen.
  const alone = field.fields?.length === 1 && ["list", "rules"].includes(field.fields[0].kind);
  const el = h("section", { class: alone ? "form-section alone" : "form-section", "aria-labelledby": heading.id }, heading, lead ? h("p", { class: "form-lead", text: lead }) : null, group.el);
  return { ...group, el };
}

/** Fields of one object side by side. @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
function createRow(field, at, scope) {
  const shared = at.slice(0, at.lastIndexOf("/"));
  const legend = scope.words[at]?.[0] ?? optionText({ ...field, words: "channel_type" }, at.slice(shared.length + 1));
  const group = createGroup(field.fields ?? [], scope.words[at] ? at : shared, scope);
  const el = h("fieldset", { class: "form-row-group" }, h("legend", { text: legend }), group.el);
  const show = (/** @type {readonly Wrong[]} */ wrong) => {
    const { placed, rest } = group.show(wrong);
    return { placed: placed.map((one) => ({ ...one, label: forms.within(legend, one.label) })), rest };
  };
  return { ...group, el, show };
}

/**
 * The form of a collection's resource. `onChange` hears each change.
 * @param {import("./form-types.js").Collection} collection
 * @param {import("./shell-names.js").Names} names
 * @param {{isNew: boolean, value: unknown, onChange: () => void}} options
 */
export function createForm(collection, names, { isNew, value, onChange }) {
  const words = wordsOf(collection.id);
  /** Nothing to be asked while the fields are made. @type {ReturnType<typeof createGroup>|null} */
  let made = null;
  /** @type {Scope} */
  const scope = { root: (pointer) => made && read(made.get(), pointer), names, words, isNew };
  const group = createGroup(collection.fields, "", scope);
  made = group;
  const changed = () => {
    group.refresh?.();
    onChange();
  };
  if (!collection.fields.some(({ kind }) => kind === "section")) group.el.classList.add("form-section", "plain");
  group.el.addEventListener("input", onChange);
  group.el.addEventListener("change", changed);
  group.set(value);
  return group;
}

/* Owns lists of objects in a form: add, take out, and where the order counts, move. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { switchField } from "../ui/fields.js";
import { createGroup } from "./form.js";
import { startValue } from "./form-start.js";
import { names } from "./form-pointer.js";
import { helpOf, labelOf } from "./form-words.js";

/** @typedef {import("./form-types.js").Field} Field */
/** @typedef {import("./form-types.js").Control} Control */
/** @typedef {import("./form-types.js").Scope} Scope */
/** @typedef {import("./form-types.js").Placed} Placed */
/** @typedef {import("./form-types.js").Wrong} Wrong */
/** @typedef {{el: HTMLElement, group: Control, name: HTMLElement, up: HTMLButtonElement, down: HTMLButtonElement, out: HTMLButtonElement}} Item */

/** @param {Field} field @param {string} at @param {Scope} scope @returns {Control} */
export function createList(field, at, scope) {
  const label = labelOf(scope.words, at);
  const one = scope.words[`${at}*`]?.[0] ?? label;
  /** @type {Item[]} */
  let items = [];
  const frame = createFrame(field, at, scope, () => add(startValue(field.fields ?? []), true));
  const { el, list } = frame;

  /** @param {unknown} value @param {boolean} now by hand */
  function add(value, now) {
    const item = createItem(field, at, scope, (what) => act(item, what));
    items.push(item);
    list.append(item.el);
    item.group.set(value);
    if (!now) return;
    changed();
    item.group.focus();
  }

  /** @param {Item} item @param {"up"|"down"|"out"} what */
  function act(item, what) {
    const from = items.indexOf(item);
    items.splice(from, 1);
    if (what === "out") item.el.remove();
    else items.splice(what === "up" ? from - 1 : from + 1, 0, item);
    list.replaceChildren(...items.map((each) => each.el));
    changed();
    if (what === "out") (items[Math.min(from, items.length - 1)]?.out ?? frame.add).focus();
    else (item[what].disabled ? item[what === "up" ? "down" : "up"] : item[what]).focus();
  }

  function changed() {
    name();
    el.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function name() {
    items.forEach((item, i) => nameItem(item, one, i, items.length));
    frame.add.disabled = items.length >= (field.max ?? Infinity);
    setShown(list, items.length > 0);
  }

  return {
    el,
    get: () => (frame.own.get() ? items.map(({ group }) => group.get()) : null),
    set(value) {
      items = [];
      list.replaceChildren();
      frame.own.set(Array.isArray(value));
      for (const each of Array.isArray(value) ? value : []) add(each, false);
      name();
    },
    check() {
      if (!frame.own.get()) return [];
      const few = items.length < (field.min ?? 0) ? [{ pointer: "", message: forms.too_few(field.min ?? 0) }] : [];
      return [...few, ...items.flatMap(({ group }, i) => group.check().map(({ pointer, message }) => ({ pointer: `/${i}${pointer}`, message })))];
    },
    show: (wrong) => place(items, wrong, one, label, frame),
    focus: () => (items[0] ? items[0].group.focus() : frame.add.focus()),
    refresh: () => items.forEach(({ group }) => group.refresh?.()),
  };
}

/** @param {Field} field @param {string} at @param {Scope} scope @param {() => void} onAdd */
function createFrame(field, at, scope, onAdd) {
  const legend = h("legend", { class: "field-label", text: labelOf(scope.words, at) });
  const help = helpOf(scope.words, at, field);
  const error = h("p", { class: "field-error", id: newId("error"), hidden: true });
  const list = h("ol", { class: field.row ? "form-items rows" : "form-items", hidden: true });
  const add = h("button", { type: "button", class: "button small", text: forms.add(scope.words[`${at}*`]?.[0] ?? ""), onclick: onAdd });
  const own = ownSwitch(field, at, scope);
  const body = h("div", { class: "form-list-body" }, list, error, add);
  const el = h("fieldset", { class: "form-list" }, legend, help ? h("p", { class: "field-help", text: help }) : null, own.el, body);
  const show = () => setShown(body, own.get());
  own.el?.addEventListener("change", show);
  return {
    el,
    list,
    add,
    own: { get: own.get, set: (/** @type {boolean} */ there) => (own.set(there), show()) },
    /** @param {string} text */
    error(text) {
      setText(error, text);
      setShown(error, Boolean(text));
      setAttr(el, "aria-describedby", text ? error.id : null);
    },
  };
}

/** Where null is a value of its own, a switch between that and a list. @param {Field} field @param {string} at @param {Scope} scope */
function ownSwitch(field, at, scope) {
  if (!field.nullable) return { el: null, get: () => true, set: () => {} };
  return switchField({ name: `${at.slice(1)}/own`, label: labelOf(scope.words, `${at}?`), help: scope.words[`${at}?`]?.[1] });
}

/** @param {Field} field @param {string} at @param {Scope} scope @param {(what: "up"|"down"|"out") => void} onAct @returns {Item} */
function createItem(field, at, scope, onAct) {
  const group = createGroup(field.fields ?? [], at, scope);
  const name = h("span", { id: newId("item"), class: "form-item-name" });
  const button = (/** @type {"up"|"down"|"out"} */ what) => h("button", { type: "button", class: "button small", text: forms[what], onclick: () => onAct(what) });
  const [up, down, out] = [button("up"), button("down"), button("out")];
  const buttons = h("div", { class: "form-item-buttons" }, ...(field.ordered ? [up, down] : []), out);
  const el = h("li", { class: "form-item" }, h("div", { class: "form-item-box", role: "group", "aria-labelledby": name.id }, h("div", { class: "form-item-head" }, name, buttons), group.el));
  return { el, group, name, up, down, out };
}

/** @param {Item} item @param {string} one @param {number} i @param {number} count */
function nameItem(item, one, i, count) {
  const text = forms.numbered(one, i + 1);
  setText(item.name, text);
  for (const what of /** @type {const} */ (["up", "down", "out"])) item[what].setAttribute("aria-label", forms.of_one(forms[what], text));
  item.up.disabled = i === 0;
  item.down.disabled = i === count - 1;
}

/** @param {Item[]} items @param {readonly Wrong[]} wrong @param {string} one @param {string} label @param {ReturnType<typeof createFrame>} frame */
function place(items, wrong, one, label, frame) {
  /** @type {Placed[]} */
  const placed = [];
  const own = wrong.filter(({ pointer }) => !items[Number(names(pointer)[0] ?? NaN)]);
  items.forEach(({ group }, i) => {
    const mine = wrong.filter(({ pointer }) => names(pointer)[0] === String(i));
    const answer = group.show(mine.map(({ pointer, message }) => ({ pointer: pointer.slice(`/${i}`.length), message })));
    placed.push(...answer.placed.map((each) => ({ ...each, label: forms.within(forms.numbered(one, i + 1), each.label) })));
    placed.push(...answer.rest.map(({ message }) => ({ label: forms.numbered(one, i + 1), message, focus: () => group.focus() })));
  });
  frame.error(own.map(({ message }) => message).join(" "));
  placed.push(...own.map(({ message }) => ({ label, message, focus: () => frame.add.focus() })));
  return { placed, rest: [] };
}

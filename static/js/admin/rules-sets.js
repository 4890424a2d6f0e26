/*
 * Owns the editor of classification: ordered sets of rules. In each set the first rule that holds writes, and the next set reads what
 * was written.
 */

import { h, icon, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { freeName, moved } from "./rules-state.js";

/** @typedef {import("./rules.js").EditorOptions} EditorOptions */
/** @typedef {import("./rules.js").RuleEditor} RuleEditor */
/** @typedef {{name: string, description?: string, rules?: any[]}} RuleSet */
/** @typedef {{key: string, el: HTMLElement, name: HTMLInputElement, buttons: Record<string, HTMLElement>, error: HTMLElement, list: RuleEditor, rest: RuleSet}} Item */

const MOST = 10;

/** @param {EditorOptions} options @param {(options: EditorOptions) => RuleEditor} createRuleList @returns {RuleEditor} */
export function createRuleSets({ label, value, variables, names }, createRuleList) {
  const list = h("ol", { class: "rule-sets" });
  const none = h("p", { class: "muted rule-none", text: rules.none_sets });
  const add = h("button", { type: "button", class: "button", onclick: () => insert({ name: freeName(rules.new_set, items.map(({ name }) => name.value)), description: "", rules: [] }) }, icon("plus"), rules.add_set);
  const el = h("div", { class: "rule-editor", role: "group", "aria-label": label }, list, none, h("div", { class: "rule-foot" }, add));
  /** @type {Item[]} */
  let items = [];
  const changed = () => el.dispatchEvent(new Event("change", { bubbles: true }));

  /** @param {RuleSet} set @returns {Item} */
  function item(set) {
    const key = newId("set");
    const own = () => items.findIndex((one) => one.key === key);
    const name = h("input", { type: "text", class: "rule-name", "aria-label": rules.set_name, maxlength: 100, autocomplete: "off", oninput: () => (title(), changed()) });
    name.value = set.name;
    const editor = createRuleList({ label: rules.rules_of(set.name), value: set.rules ?? [], variables, names, kind: "classification" });
    const error = h("p", { class: "field-error", hidden: true });
    const buttons = {
      up: face("up", () => move(own(), own() - 1)), down: face("down", () => move(own(), own() + 1)), remove: face("trash", () => remove(own())),
    };
    const head = h("div", { class: "rule-head" }, h("span", { class: "rule-set-mark", text: rules.set }), name, h("div", { class: "rule-acts" }, buttons.up, buttons.down, buttons.remove));
    const box = h("div", { class: "rule-set", role: "group" }, head, error, editor.el);
    const title = () => {
      setAttr(box, "aria-label", rules.set_of(name.value || "…"));
      for (const [act, one] of Object.entries(buttons)) {
        const words = rules.acts[/** @type {"up"} */ (act)](name.value || "…");
        setAttr(one, "aria-label", words);
        setAttr(one, "title", words);
      }
    };
    title();
    return { key, el: h("li", {}, box), name, buttons, error, list: editor, rest: set };
  }

  function draw() {
    reconcile(list, items, ({ key }) => key, ({ el }) => el);
    items.forEach(({ buttons }, at) => {
      setAttr(buttons.up, "aria-disabled", at === 0 ? "true" : null);
      setAttr(buttons.down, "aria-disabled", at === items.length - 1 ? "true" : null);
    });
    setShown(none, items.length === 0);
    setShown(add, items.length < MOST);
  }

  /** @param {RuleSet} set */
  function insert(set) {
    const made = item(set);
    items = [...items, made];
    draw();
    made.name.focus();
    made.name.select();
    changed();
  }

  /** @param {number} at */
  function remove(at) {
    items = items.filter((_, i) => i !== at);
    draw();
    (items[Math.min(at, items.length - 1)]?.name ?? add).focus();
    changed();
  }

  /** @param {number} from @param {number} to */
  function move(from, to) {
    const focus = document.activeElement;
    items = moved(items, from, to);
    draw();
    if (focus instanceof HTMLElement) focus.focus();
    changed();
  }

  /** @param {RuleSet[]} sets */
  function set(sets) {
    items = sets.map((one, i) => {
      const kept = items[i];
      if (!kept) return item(one);
      kept.name.value = one.name;
      kept.list.set(one.rules ?? []);
      return { ...kept, rest: one };
    });
    draw();
  }

  /** What of a map or list belongs to each set's rules. @param {string} pointer */
  const within = (pointer) => {
    const found = /^\/(\d+)(?:\/rules)?(.*)$/.exec(pointer);
    return { at: found ? Number(found[1]) : -1, rest: found?.[2] ?? pointer };
  };

  set(value);
  return {
    el, set,
    get: () => items.map(({ name, list, rest }) => ({ ...rest, name: name.value, rules: list.get() })),
    errors(map) {
      const wrong = Object.entries(map).map(([whole, message]) => ({ ...within(whole), whole, message }));
      items.forEach((one, at) => {
        const own = wrong.filter((each) => each.at === at);
        const unplaced = one.list.errors(Object.fromEntries(own.map(({ rest, message }) => [rest, message])));
        const words = own.filter(({ rest }) => unplaced.includes(rest)).map(({ message }) => message);
        setText(one.error, words.join(" "));
        setShown(one.error, words.length > 0);
      });
      return wrong.filter(({ at }) => !items[at]).map(({ whole }) => whole);
    },
    warnings(all) {
      items.forEach(({ list }, at) => list.warnings(all.filter(({ field }) => within(field).at === at).map((one) => ({ ...one, field: within(one.field).rest }))));
    },
    verdicts(all) {
      let from = 0;
      for (const { list } of items) {
        const count = list.get().length;
        list.verdicts(all.slice(from, from + count));
        from += count;
      }
    },
    check() {
      return items.flatMap(({ name, list }, at) => [
        ...(name.value.trim() === "" ? [{ pointer: `/${at}/name`, message: rules.missing.missing }] : []),
        ...list.check().map((one) => ({ ...one, pointer: `/${at}/rules${one.pointer}` })),
      ]);
    },
    refresh: () => items.forEach(({ list }) => list.refresh()),
    focus: () => (items[0]?.name ?? add).focus(),
  };
}

/** @param {import("../lib/dom.js").IconName} name @param {() => void} onclick */
function face(name, onclick) {
  return h("button", { type: "button", class: "icon-button", onclick }, icon(name));
}

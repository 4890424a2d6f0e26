/* Owns the list of a collection: what is there, found by words, and the way to a new one. */

import { h, setText } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { createTable } from "../ui/table.js";
import { folded } from "../ui/filter.js";
import { go, hrefOf } from "../ui/route.js";
import { messageOf } from "./editor-save.js";
import { fieldAt, say } from "./editor-values.js";
import { read } from "./form-pointer.js";
import { labelOf, wordsOf } from "./form-words.js";
import { whatever } from "./list-cells.js";
import { nameOf } from "./shell-names.js";
import { PARTS } from "./shell-nav.js";

/** Most resources that are read, and most rows that are shown at a time. */
const MOST = 5000;
const SHOWN = 500;

/** @typedef {import("./form-types.js").Collection} Collection */
/** @typedef {import("./shell-names.js").Resource} Resource */

/** @param {import("./main.js").Context} context @param {Collection} collection */
export function createCollectionList(context, collection) {
  const words = /** @type {Record<string, {title: string, lead: string, one: string, none?: string}>} */ (forms.collections)[collection.id];
  /** @type {Resource[]} */
  let all = [];
  let truncated = false;
  const search = h("input", { type: "search", "aria-label": forms.search_in(words.title), placeholder: forms.search, oninput: () => show(), autocomplete: "off" });
  const count = h("p", { class: "list-count", role: "status" });
  const table = createTable({
    label: words.title,
    columns: columnsOf(context, collection),
    keyOf: (row) => row.id,
    onOpen: (row) => go([collection.id, row.id]),
    empty: { title: words.none ?? words.title, help: words.lead },
    rowLabel: (row) => nameOf(collection.id, row),
    most: SHOWN,
  });
  const make = context.role === "admin" ? h("div", { class: "form-actions" }, guided(collection), h("a", { class: "button primary", href: hrefOf([collection.id, "+"]), text: forms.new_one(words.one) })) : null;
  const el = h(
    "div",
    { class: "admin-page" },
    h("div", { class: "admin-head" }, h("div", { class: "admin-title" }, h("h2", { tabindex: -1, text: words.title }), h("p", { class: "form-lead", text: words.lead })), make),
    h("div", { class: "list-tools" }, search, count),
    table.el,
  );

  async function load() {
    table.update(all, { status: "loading" });
    try {
      const answer = await context.api.list(`/v1/${collection.id}`, MOST);
      all = answer.value;
      truncated = answer.truncated;
      show();
    } catch (problem) {
      table.update([], { status: "failed", onRetry: () => void load(), failure: messageOf(problem) });
    }
  }

  function show() {
    const wanted = folded(search.value).split(/\s+/).filter(Boolean);
    const found = all.filter((row) => wanted.every((word) => textOf(context, collection, row).includes(word)));
    setText(count, forms.shown(Math.min(found.length, SHOWN), all.length, truncated));
    if (found.length === 0 && all.length > 0) table.update([], { none: { title: forms.not_found(search.value) } });
    else table.update(found);
  }

  void load();
  return { el, isDirty: () => false, stop() {}, focus: () => el.querySelector("h2")?.focus() };
}

/** The way to the flow that makes one step by step, where there is one. @param {Collection} collection */
function guided({ id }) {
  const text = /** @type {Record<string, string>} */ (forms.guided)[id];
  return text && PARTS.flow ? h("a", { class: "button", href: hrefOf(["flow", id === "channels" ? "channel" : "work-stream"]), text }) : null;
}

/** @type {WeakMap<Resource, string>} */
const texts = new WeakMap();

/** What a resource is found by. @param {import("./main.js").Context} context @param {Collection} collection @param {Resource} row */
function textOf({ names }, collection, row) {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const cells = collection.columns.map((pointer) => say(fieldAt(collection.fields, pointer), names, read(row, pointer)));
  const text = folded([row.id, nameOf(collection.id, row), ...cells].join(" "));
  texts.set(row, text);
  return text;
}

/** @param {import("./main.js").Context} context @param {Collection} collection @returns {import("../ui/table.js").Column<Resource>[]} */
function columnsOf({ names }, collection) {
  const words = wordsOf(collection.id);
  /** @type {import("../ui/table.js").Column<Resource>} */
  const first = { id: "name", label: forms.name_column, cell: (row) => nameCell(collection, row), sort: (a, b) => nameOf(collection.id, a).localeCompare(nameOf(collection.id, b)), width: "minmax(180px, 3fr)" };
  const rest = collection.columns.map((pointer) => {
    const cell = whatever(collection, pointer, names);
    const numeric = fieldAt(collection.fields, pointer)?.kind === "number";
    const sort = (/** @type {Resource} */ a, /** @type {Resource} */ b) => compare(read(a, pointer), read(b, pointer), () => [cell(a), cell(b)]);
    return { id: pointer, label: labelOf(words, pointer), cell, sort, numeric };
  });
  return [first, ...rest];
}

/** @param {Collection} collection @param {Resource} row */
function nameCell(collection, row) {
  const name = nameOf(collection.id, row);
  return h("div", { class: "list-name" }, h("a", { href: hrefOf([collection.id, row.id]), text: name }), name === row.id ? null : h("code", { class: "list-id", text: row.id }));
}

/** @param {unknown} a @param {unknown} b @param {() => string[]} shown */
function compare(a, b, shown) {
  if (typeof a === "number" || typeof b === "number") return Number(a ?? -Infinity) - Number(b ?? -Infinity);
  const [left, right] = shown();
  return left.localeCompare(right);
}

/* Owns the list of conversations: narrowed by the server to a state, queue, agent, work stream, customer and time, and here by words. */

import { elapsed, serverNow } from "../lib/elapsed.js";
import { h, icon, setText } from "../lib/dom.js";
import { go, hrefOf } from "../ui/route.js";
import { folded } from "../ui/filter.js";
import { comboField, selectField, textField } from "../ui/fields.js";
import { story, supervisor as words, t } from "../strings.en.js";
import { problemText } from "./acts.js";
import { stateOf } from "./board-conversations.js";
import { compareNames } from "./board-format.js";
import { createGrid } from "./board-grid.js";
import { optionsOf, queriesOf } from "./story-query.js";

/** @typedef {import("./story.js").Context} Context */
/** @typedef {import("../types.js").Conversation} Conversation */

const STATES = ["open", "active", "waiting", "wrap_up", "closed"];
const MOST = 1000;
const REFRESH_MS = 5_000;
/** A long list is asked for less often. */
const LONG = 200;
const LONG_REFRESH_MS = 20_000;

/** @param {Context} context */
export function createStoryList({ api, names }) {
  const fields = createFilters(names);
  const table = createGrid({
    label: story.conversations,
    columns: columnsOf(names),
    keyOf: (/** @type {Conversation} */ { id }) => id,
    onOpen: ({ id }) => go(["conversations", id]),
    empty: { title: story.list_empty, help: story.list_empty_help },
    rowLabel: nameOf,
  });
  const count = h("p", { class: "muted", role: "status" });
  const refresh = h("button", { type: "button", class: "button small", onclick: () => void load() }, icon("reopen"), story.refresh);
  const el = h("section", { class: "story-list", "aria-label": story.conversations }, h("div", { class: "view-head" }, h("h2", { text: story.conversations }), count, h("div", { class: "spacer" }), refresh), fields.el, table.el);
  /** @type {Conversation[]} */
  let rows = [];
  let more = false;
  let run = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let shown = false;
  let ready = false;

  function draw() {
    const typed = folded(fields.search.get().trim()).split(/\s+/).filter(Boolean);
    const found = typed.length ? rows.filter((row) => typed.every((word) => textOf(row, names).includes(word))) : rows;
    table.update(found);
    setText(count, story.list_shown(found.length, more));
  }

  async function load() {
    clearTimeout(timer);
    const mine = ++run;
    if (rows.length === 0) table.update([], { status: "loading" });
    try {
      const queries = queriesOf(fields.values(), serverNow());
      const answers = await Promise.all(queries.map((query) => api.list(`/v1/conversations?${query}`, MOST)));
      if (mine !== run) return;
      more = answers.some(({ truncated }) => truncated);
      rows = kept(rows, answers.flatMap(({ value }) => value)).sort((a, b) => b.created_at.localeCompare(a.created_at));
      ready = true;
      draw();
    } catch (error) {
      ready = false;
      if (mine !== run) return;
      table.update(rows, { status: "failed", failure: `${story.list_failed} ${problemText(error, names)}`, onRetry: () => void load() });
    }
    later();
  }

  function later() {
    clearTimeout(timer);
    if (shown) timer = setTimeout(() => (document.hidden ? later() : void load()), rows.length > LONG ? LONG_REFRESH_MS : REFRESH_MS);
  }

  fields.onChange(() => void load());
  fields.search.input.addEventListener("input", draw);

  return {
    el,
    show() {
      shown = true;
      fields.refresh();
      void load();
    },
    /** What can be chosen was read again. */
    choices: fields.refresh,
    /** Names came, or changed. */
    renamed() {
      rows = rows.map((row) => ({ ...row }));
      if (shown && ready) draw();
    },
    stop() {
      shown = false;
      run += 1;
      clearTimeout(timer);
    },
  };
}

/** Rows that did not change stay the same objects, so that the table leaves them. @param {Conversation[]} before @param {Conversation[]} now */
function kept(before, now) {
  const known = new Map(before.map((row) => [row.id, row]));
  return now.map((row) => (known.get(row.id)?.version === row.version ? /** @type {Conversation} */ (known.get(row.id)) : row));
}

/** @param {Context["names"]} names */
function createFilters(names) {
  const states = [{ value: "unfinished", label: story.any_unfinished }, ...STATES.map((value) => ({ value, label: words.states[value] })), { value: "any", label: story.any }];
  const state = selectField({ name: "state", label: story.state, options: states });
  const period = selectField({ name: "period", label: story.began, options: Object.entries(story.begans).map(([value, label]) => ({ value, label })), value: "any" });
  const queue = comboField({ name: "queue_id", label: story.queue, options: [], placeholder: story.any });
  const agent = comboField({ name: "agent_id", label: story.agent, options: [], placeholder: story.any });
  const stream = comboField({ name: "work_stream_id", label: story.work_stream, options: [], placeholder: story.any });
  const customer = textField({ name: "customer_id", label: story.customer_id });
  const search = textField({ name: "search", label: story.search, type: "search", placeholder: story.search_placeholder });
  const asked = h("div", { class: "story-filters" }, state.el, period.el, queue.el, agent.el, stream.el, customer.el);
  return {
    el: h("form", { class: "story-filter-form", role: "search", "aria-label": story.filters, onsubmit: (/** @type {Event} */ event) => event.preventDefault() }, asked, search.el),
    search,
    /** @returns {import("./story-query.js").Filter} */
    values: () => ({ state: state.get(), period: period.get(), queue_id: queue.get(), agent_id: agent.get(), work_stream_id: stream.get(), customer_id: customer.get().trim() }),
    /** The choices, as configuration has them now. */
    refresh() {
      queue.update(optionsOf(names, "queues"));
      agent.update(optionsOf(names, "agents"));
      stream.update(optionsOf(names, "work_streams"));
    },
    /** @param {() => void} changed */
    onChange: (changed) => asked.addEventListener("change", changed),
  };
}

/** @param {Conversation} conversation */
export function nameOf({ customer }) {
  return customer?.name || t.visitor;
}

/** Who has what nobody has, or had. @param {Conversation} conversation */
export function nobodyOf({ state }) {
  return state === "closed" ? story.nobody_had_it : story.nobody_yet;
}

/** What the search looks in. @param {Conversation} row @param {Context["names"]} names */
function textOf(row, names) {
  const { id, customer, context, queue_id, agent_id } = row;
  const all = [id, customer?.name, customer?.email, customer?.phone, customer?.id, names.of("queues", queue_id), names.of("agents", agent_id), ...Object.values(context ?? {})];
  return folded(all.join(" "));
}

/** @param {Context["names"]} names @returns {import("../ui/table.js").Column<Conversation>[]} */
function columnsOf(names) {
  const { col_list: col } = story;
  const by = (/** @type {(row: Conversation) => string} */ text) => (/** @type {Conversation} */ a, /** @type {Conversation} */ b) => compareNames(text(a), text(b));
  const queue = (/** @type {Conversation} */ row) => names.of("queues", row.queue_id);
  const agent = (/** @type {Conversation} */ row) => names.of("agents", row.agent_id);
  const stream = (/** @type {Conversation} */ row) => names.of("work_streams", row.work_stream_id);
  return [
    { id: "customer", label: col.customer, cell: (row) => h("a", { href: hrefOf(["conversations", row.id]), text: nameOf(row), title: nameOf(row) }), sort: by(nameOf) },
    { id: "state", label: col.state, cell: (row) => h("span", { class: "chip", "data-state": row.state, text: words.states[stateOf(row)] }), sort: by((row) => words.states[stateOf(row)]) },
    { id: "queue", label: col.queue, cell: queue, sort: by(queue) },
    { id: "agent", label: col.agent, cell: (row) => agent(row) || nobodyOf(row), sort: by(agent) },
    { id: "stream", label: col.stream, cell: stream, sort: by(stream), narrow: "hide" },
    { id: "age", label: col.age, cell: (row) => elapsed(row.created_at, "coarse"), sort: (a, b) => b.created_at.localeCompare(a.created_at), numeric: true },
  ];
}

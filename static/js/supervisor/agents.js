/* Owns the list of agents: its columns, each row's menu, and which of them are shown. The board and a queue's page have one each. */

import { elapsed, toMs } from "../lib/elapsed.js";
import { h } from "../lib/dom.js";
import { own } from "../lib/own.js";
import { supervisor as words } from "../strings.en.js";
import { createMenu } from "../ui/menu.js";
import { go, hrefOf } from "../ui/route.js";
import { onDesk } from "./agents-acts.js";
import { NOTHING, compareNames, countText } from "./board-format.js";
import { createGrid } from "./board-grid.js";
import { createSection, searchField } from "./board-section.js";
import { meter } from "./charts.js";
import { by, isFound } from "./queues.js";

/** @typedef {import("./board-rows.js").AgentRow} AgentRow */
/** @typedef {ReturnType<typeof import("./agents-acts.js").createAgentActs>} Acts */

const BASES = /** @type {const} */ (["available", "busy", "busy_dnd", "away", "offline", "inactive"]);

/**
 * The agents of the whole house, with a search and choices.
 * @param {Acts} acts @param {import("./state-names.js").Names} names
 */
export function createAgents(acts, names) {
  const table = createAgentTable(acts, { title: words.no_agents, help: words.no_agents_help });
  /** @type {AgentRow[]} */
  let rows = [];
  let ready = false;
  let version = -1;
  const search = searchField(words.search_agents, show);
  const presence = choice(words.show_presence, show);
  const queue = choice(words.show_queue, show);
  fill(presence, [["", words.any], ["connected", words.any_connected], ...BASES.map((base) => /** @type {[string, string]} */ ([base, words.presences[base]]))]);
  const section = createSection({ title: words.agents, tools: [search.el, labelled(words.show_presence, presence), labelled(words.show_queue, queue)], table });

  function show() {
    const text = search.get();
    const serving = membersOf(names, queue.value);
    const fits = (/** @type {AgentRow} */ { id, name, now, queue_ids }) =>
      isFound({ id, name }, text) &&
      (!queue.value || serving.has(id) || queue_ids.includes(queue.value)) &&
      (!presence.value || (presence.value === "connected" ? now.connected : now.base_presence === presence.value));
    section.show(rows.filter(fits), rows.length, ready ? "ready" : "loading", { title: words.no_agents_found, help: words.no_agents_found_help });
  }

  return {
    el: section.el,
    /** @param {AgentRow[]} next @param {boolean} is_ready */
    update(next, is_ready) {
      rows = next;
      ready = is_ready;
      if (version !== names.version) {
        version = names.version;
        const queues = Object.entries(names.queues).sort((a, b) => compareNames(a[1], b[1]));
        fill(queue, [["", words.any], ...queues]);
      }
      show();
    },
  };
}

/** @param {Acts} acts @param {{title: string, help: string}} empty */
export function createAgentTable(acts, empty) {
  const { column } = words;
  /** @type {import("../ui/table.js").Column<AgentRow>[]} */
  const columns = [
    { id: "name", label: words.agent, width: "minmax(132px, 2fr)", cell: (row) => h("a", { class: "row-link", href: hrefOf(["agents", row.id]), text: row.name, title: row.name }), sort: (a, b) => compareNames(a.name, b.name) },
    { id: "presence", label: column.presence, width: "minmax(124px, 1.5fr)", cell: presenceCell, sort: (a, b) => BASES.indexOf(a.now.base_presence) - BASES.indexOf(b.now.base_presence) || compareNames(a.presence, b.presence) },
    { id: "since", label: column.since, width: "minmax(90px, 1fr)", room: "wide", cell: sinceCell, sort: by((row) => toMs(row.now.status_since)) },
    { id: "load", label: column.load, width: "minmax(152px, 1fr)", cell: loadCell, sort: by((row) => row.now.load ?? -1) },
    { id: "work", label: column.work, width: "minmax(150px, 2fr)", cell: workCell, sort: by((row) => onDesk(row.now) + row.now.on_offer) },
    { id: "handled", label: column.handled, numeric: true, width: "minmax(104px, .8fr)", cell: (row) => countText(row.today?.handled), sort: by((row) => row.today?.handled ?? -1) },
    { id: "actions", label: column.actions, width: "72px", cell: (row) => menuOf(acts, row) },
  ];
  const table = createGrid({ label: words.agents, columns, keyOf: (row) => row.id, onOpen: (row) => go(["agents", row.id]), empty, rowLabel: (row) => row.name });
  return holdOpenMenu(table);
}

/**
 * A row whose menu is open stays as it is until the menu closes: it would close in somebody's hand.
 * @param {{el: HTMLElement, update: (rows: AgentRow[], how?: {status?: "loading"|"ready"|"failed"}) => void}} table
 */
function holdOpenMenu(table) {
  /** @type {Map<string, AgentRow>} */
  let shown = new Map();
  /** @type {Parameters<typeof table.update>} */
  let last = [[]];

  /** @param {Parameters<typeof table.update>} next */
  function update(...next) {
    last = next;
    const row = /** @type {{cbKey?: string}|null|undefined} */ (table.el.querySelector(".menu-list:popover-open")?.closest("tr"));
    const held = shown.get(row?.cbKey ?? "");
    const rows = held ? next[0].map((one) => (one.id === held.id ? held : one)) : next[0];
    shown = new Map(rows.map((one) => [one.id, one]));
    table.update(rows, next[1]);
  }

  table.el.addEventListener("toggle", (event) => /** @type {ToggleEvent} */ (event).newState === "closed" && update(...last), { capture: true });
  return { el: table.el, update };
}

/** Who serves a queue, also those of whom only the queue itself says so: everybody serves the default ones. @param {import("./state-names.js").Names} names @param {string} queue @returns {Set<string>} */
export function membersOf(names, queue) {
  return new Set(own(names.resources.queues, queue)?.members ?? []);
}

/** @param {AgentRow} row */
export function presenceCell({ now, presence }) {
  return h("span", { class: "presence-cell" }, h("span", { class: "dot", "data-base": now.base_presence }), presence);
}

/** Who was never there has no time at which that began. @param {AgentRow} row */
function sinceCell({ now }) {
  const since_ms = toMs(now.status_since);
  return since_ms > 0 ? elapsed(since_ms, "coarse") : NOTHING;
}

/** @param {AgentRow} row */
export function loadCell({ now }) {
  const text = words.of(countText(now.used_units), countText(now.capacity_units));
  return h("span", { class: "load-cell" }, meter(now.load ?? 0), h("span", { text }));
}

/** @param {AgentRow} row */
function workCell({ id, now }) {
  const { work } = words;
  const parts = [
    now.on_offer ? work.on_offer(now.on_offer) : "", now.active ? work.active(now.active) : "",
    now.wrap_up ? work.wrap_up(now.wrap_up) : "", now.waiting_for_customer ? work.waiting(now.waiting_for_customer) : "",
  ].filter(Boolean);
  return parts.length ? h("a", { class: "work-cell", href: hrefOf(["agents", id]), text: parts.join(" · ") }) : h("span", { class: "work-cell count-none", text: work.none });
}

/** A menu whose list is made when somebody opens it: there may be hundreds of rows. @param {Acts} acts @param {AgentRow} row */
export function menuOf(acts, row) {
  const menu = createMenu({ label: words.actions_of(row.name), icon: "more", items: [] });
  const fillIt = () => menu.update(acts.items(row));
  menu.el.addEventListener("click", (event) => event.target instanceof Element && event.target.closest("[aria-haspopup]") && fillIt(), { capture: true });
  menu.el.addEventListener("keydown", (event) => event.target instanceof Element && event.target.closest("[aria-haspopup]") && fillIt(), { capture: true });
  return menu.el;
}

/** @param {string} label @param {() => void} onChange */
function choice(label, onChange) {
  return h("select", { "aria-label": label, onchange: onChange });
}

/** @param {string} text @param {HTMLElement} control */
function labelled(text, control) {
  return h("div", { class: "inline-choice" }, h("span", { "aria-hidden": "true", text }), control);
}

/** @param {HTMLSelectElement} select @param {[string, string][]} options */
function fill(select, options) {
  const { value } = select;
  select.replaceChildren(...options.map(([id, text]) => h("option", { value: id, text })));
  select.value = options.some(([id]) => id === value) ? value : "";
}

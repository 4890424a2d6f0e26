/*
 * Owns Open work items: the pick list with search, filters and order. Rows off the screen are not laid out (content-visibility), and a
 * row changes only when its conversation does, so that 500 of them stay quick.
 */

import { h, icon, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { elapsed, toMs } from "../lib/elapsed.js";
import { t } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { KEYS, keyText } from "./keys.js";
import { queueName, variableName, workStreamName } from "./names.js";
import { createFilter } from "./open-items-filter.js";
import { customerName } from "./state-common.js";
import { arrange, noteOf, pushedStreams } from "./state-lists.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("./state-lists.js").Wanted} Wanted */

const ASK_AFTER_MS = 250;
const CONTEXT_SHOWN = 3;
const STREAMS_NAMED = 4;

/** @param {import("./session.js").Session} session */
export function createOpenItems(session) {
  /** @type {Wanted} */
  let wanted = { search: "", sort: "age", queue_id: "", work_stream_id: "" };
  /** @type {number|undefined} */
  let timer;
  /** What is on the page now. @type {unknown[]} */
  let rendered = [];
  const input = h("input", { type: "search", "aria-label": t.search_open, "aria-keyshortcuts": keyText(KEYS.open), placeholder: t.search_placeholder, autocomplete: "off", oninput: () => want({ search: input.value.trim() }), onkeydown: (/** @type {KeyboardEvent} */ event) => toList(event) });
  const select = h("select", { "aria-label": t.sort_by, onchange: () => want({ sort: /** @type {Wanted["sort"]} */ (select.value) }) });
  select.append(...Object.entries({ ...t.sorts, mode: t.sides.sort_mode }).map(([value, text]) => h("option", { value, text })));
  const queue = createFilter(t.sides.filter_queue, t.sides.all_queues, (queue_id) => want({ queue_id }));
  const stream = createFilter(t.sides.filter_stream, t.sides.all_streams, (work_stream_id) => want({ work_stream_id }));
  const total = h("p", { class: "total", role: "status" });
  const list = h("ul", { class: "rows open-rows", "aria-label": t.open_items });
  const status = createStatus();
  const barred = h("p", { class: "open-barred", role: "status" });
  const pushed = h("p", { class: "open-pushed", hidden: true });
  const tools = h("div", { class: "tools" }, h("div", { class: "search" }, icon("search"), input), queue.el, stream.el, h("div", { class: "tools-row" }, total, select));
  const el = h("div", { class: "list-body" }, tools, barred, status.el, list, pushed);

  /** From the search down into what it found. @param {KeyboardEvent} event */
  function toList(event) {
    if (event.key !== "ArrowDown" || event.altKey) return;
    event.preventDefault();
    list.querySelector("button")?.focus();
  }

  /** @param {Partial<Wanted>} change */
  function want(change) {
    wanted = { ...wanted, ...change };
    render(session.store.state);
    clearTimeout(timer);
    timer = setTimeout(() => session.pickList.arrange(wanted), ASK_AFTER_MS);
  }

  /** @param {AgentState} state */
  function render(state) {
    const { pick, directory } = state;
    setText(barred, state.presence.base === "inactive" ? t.panel.inactive_takes_nothing : "");
    const next = [pick, wanted, directory.version];
    if (next.every((value, i) => value === rendered[i])) return;
    rendered = next;
    const all = Object.values(pick.items);
    queue.update(all.map((item) => item.queue_id ?? ""), (id) => queueName(state, id));
    stream.update(all.map((item) => item.work_stream_id), (id) => workStreamName(state, id), (id) => modeName(directory.work_streams[id]?.mode));
    const items = arrange(all, wanted.search, wanted.sort, { ...wanted, names: state });
    keepingFocus(list, input, () => reconcile(list, items, ({ id }) => id, ({ id }) => createRow(() => take(id)), (row, item) => updateRow(row, item, state)));
    setText(total, pick.ready ? t.shown_of(items.length, Math.max(pick.total, items.length)) : "");
    tell(state, items.length);
    const names = pushedStreams(directory);
    setShown(pushed, names.length > 0);
    setText(pushed, names.length > 0 ? t.sides.pushed(names.slice(0, STREAMS_NAMED).map(t.sides.quoted).join(", ") + (names.length > STREAMS_NAMED ? " …" : "")) : "");
  }

  /** @param {string} id */
  function take(id) {
    const item = session.store.state.pick.items[id];
    if (item) void session.pickList.take(item);
  }

  /** @param {AgentState} state @param {number} count */
  function tell({ pick }, count) {
    if (pick.failed) status.failed(t.sides.open_failed, () => session.pickList.again());
    else if (!pick.ready) status.loading();
    else if (count > 0) status.none();
    else if (wanted.search || wanted.queue_id || wanted.work_stream_id) status.empty(t.nothing_found);
    else status.empty(t.nothing_open, t.sides.nothing_open_help);
  }

  return {
    el,
    focusSearch() {
      input.focus();
      input.select();
    },
    update: render,
  };
}

/** @param {string|undefined} mode */
const modeName = (mode) => (mode === "push" || mode === "pick" ? t.sides.modes[mode] : "");

/** @param {() => void} onTake */
function createRow(onTake) {
  const wait = elapsed(NaN, "coarse");
  return h(
    "li",
    { class: "row open-row" },
    h("span", { class: "row-name" }),
    h("span", { class: "row-wait" }, wait, h("span", { class: "sr-only", text: ` ${t.waits}` })),
    h("span", { class: "row-line" }),
    h("span", { class: "row-line" }),
    h("button", { type: "button", class: "button small", text: t.take, onclick: onTake }),
  );
}

/** What each row shows. @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/** @param {HTMLLIElement} row @param {Conversation} item @param {AgentState} state */
function updateRow(row, item, state) {
  const key = `${item.version} ${item.offer?.id ?? ""} ${state.directory.version}`;
  if (drawn.get(row) === key) return;
  drawn.set(row, key);
  const [name, wait, facts, context, button] = /** @type {HTMLCollectionOf<HTMLElement>} */ (row.children);
  const channel = t.channel_types[item.channel_type] ?? item.channel_type;
  const note = noteOf(item, state);
  setText(name, customerName(item));
  /** @type {import("../lib/elapsed.js").Elapsed} */ (wait.children[0]).count(toMs(item.queued_at ?? item.created_at), "coarse");
  setText(facts, [note, item.priority ? t.priority_value(item.priority) : null, queueName(state, item.queue_id), channel].filter(Boolean).join(" · "));
  setAttr(facts, "title", [workStreamName(state, item.work_stream_id), note].filter(Boolean).join(": "));
  setAttr(facts, "data-note", note !== "");
  setText(context, contextLine(item, state));
  setAttr(button, "aria-label", t.take_one(customerName(item)));
}

/** @param {Conversation} item @param {AgentState} state */
function contextLine(item, state) {
  const undeclared = new Set(item.undeclared ?? []);
  const declared = Object.entries(item.context ?? {}).filter(([name]) => !undeclared.has(name));
  return declared.slice(0, CONTEXT_SHOWN).map(([name, value]) => `${variableName(state, item.work_stream_id, name)}: ${value}`).join(" · ");
}

/** The focus goes to the row that takes the place of one that somebody took. @param {HTMLElement} list @param {HTMLElement} input @param {() => void} change */
function keepingFocus(list, input, change) {
  const had = document.activeElement;
  const at = [...list.children].findIndex((row) => row.contains(had));
  change();
  if (at < 0 || !(had instanceof HTMLElement)) return;
  if (had.isConnected) return document.activeElement === had ? undefined : had.focus();
  const row = list.children[Math.min(at, list.children.length - 1)];
  (row?.querySelector("button") ?? input).focus();
}

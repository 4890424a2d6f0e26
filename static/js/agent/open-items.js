/*
 * Owns Open work items: the pick list with search and order. Rows off the screen are not laid out (content-visibility), and a
 * row changes only when its conversation does, so that 500 of them stay quick.
 */

import { h, icon, reconcile, setShown, setText } from "../lib/dom.js";
import { elapsed } from "../lib/elapsed.js";
import { t } from "../strings.en.js";
import { KEYS, keyText } from "./keys.js";
import { queueName, variableName } from "./names.js";
import { emptyText } from "./parts.js";
import { customerName } from "./state-common.js";
import { arrange } from "./state-lists.js";

/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("./state-lists.js").SortName} SortName */

const ASK_AFTER_MS = 250;
const CONTEXT_SHOWN = 3;

/** @param {import("./session.js").Session} session */
export function createOpenItems(session) {
  let search = "";
  /** @type {SortName} */
  let sort = "age";
  /** @type {number|undefined} */
  let timer;
  /** What is on the page now. @type {unknown[]} */
  let rendered = [];
  const input = h("input", { type: "search", "aria-label": t.search_open, "aria-keyshortcuts": keyText(KEYS.open), placeholder: t.search_placeholder, autocomplete: "off", oninput: () => arrangeBy(input.value, sort) });
  const select = h("select", { "aria-label": t.sort_by, onchange: () => arrangeBy(search, /** @type {SortName} */ (select.value)) });
  select.append(...Object.entries(t.sorts).map(([value, text]) => h("option", { value, text })));
  const total = h("p", { class: "total", role: "status" });
  const list = h("ul", { class: "rows open-rows", "aria-label": t.open_items });
  const none = emptyText(t.nothing_open);
  const nothing_found = emptyText(t.nothing_found);
  const el = h("div", { class: "list-body" }, h("div", { class: "tools" }, h("div", { class: "search" }, icon("search"), input), total, select), none, nothing_found, list);

  /** @param {string} text @param {SortName} order */
  function arrangeBy(text, order) {
    search = text.trim();
    sort = order;
    render(session.store.state);
    clearTimeout(timer);
    timer = setTimeout(() => session.arrangePick(search, sort), ASK_AFTER_MS);
  }

  /** @param {import("../types.js").AgentState} state */
  function render(state) {
    const { pick, directory } = state;
    const wanted = [pick, search, sort, directory.version];
    if (wanted.every((value, i) => value === rendered[i])) return;
    rendered = wanted;
    const items = arrange(Object.values(pick.items), search, sort);
    reconcile(list, items, (item) => `${item.id} ${item.version} ${directory.version}`, (item) => createRow(item, state, () => void session.pick(item)));
    setText(total, pick.ready ? t.shown_of(items.length, Math.max(pick.total, items.length)) : t.loading);
    setShown(none, pick.ready && items.length === 0 && !search);
    setShown(nothing_found, pick.ready && items.length === 0 && search !== "");
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

/** A row stands for one version of a conversation. @param {Conversation} item @param {import("../types.js").AgentState} state @param {() => void} onTake */
function createRow(item, state, onTake) {
  const name = customerName(item);
  const facts = [queueName(state, item.queue_id), t.channel_types[item.channel_type] ?? item.channel_type, item.priority ? t.priority_value(item.priority) : null, item.offer ? t.on_offer : null];
  return h(
    "li",
    { class: "row open-row" },
    h("span", { class: "row-name", text: name }),
    h("span", { class: "row-wait" }, elapsed(item.queued_at ?? item.created_at, "coarse"), h("span", { class: "sr-only", text: ` ${t.waits}` })),
    h("span", { class: "row-line", text: facts.filter(Boolean).join(" · ") }),
    h("span", { class: "row-line", text: contextLine(item, state) }),
    h("button", { type: "button", class: "button small", "aria-label": t.take_one(name), text: t.take, onclick: onTake }),
  );
}

/** @param {Conversation} item @param {import("../types.js").AgentState} state */
function contextLine(item, state) {
  const undeclared = new Set(item.undeclared ?? []);
  const declared = Object.entries(item.context ?? {}).filter(([name]) => !undeclared.has(name));
  return declared.slice(0, CONTEXT_SHOWN).map(([name, value]) => `${variableName(state, item.work_stream_id, name)}: ${value}`).join(" · ");
}

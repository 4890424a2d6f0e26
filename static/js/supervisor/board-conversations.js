/*
 * Owns a list of conversations as the server has them, asked for again when the board says that something changed there, at most once
 * in EVERY_MS. Each leads to its story.
 */

import { elapsed } from "../lib/elapsed.js";
import { h, setShown, setText } from "../lib/dom.js";
import { supervisor as words, t } from "../strings.en.js";
import { go, hrefOf } from "../ui/route.js";
import { NOTHING, compareNames, countText } from "./board-format.js";
import { createGrid } from "./board-grid.js";
import { by } from "./queues.js";

const EVERY_MS = 1_000;
/** Conversations that are shown, each question. */
const MOST = 200;

/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {"state"|"queue"|"agent"|"priority"} Part */

/**
 * @param {import("./main.js").Context} context
 * @param {{label: string, parts: Part[], empty: {title: string, help: string}}} options
 */
export function createConversationList({ api, names }, { label, parts, empty }) {
  const all = columns(names);
  const chosen = [all.customer, ...parts.map((part) => all[part]), all.since];
  const table = createGrid({ label, columns: chosen, keyOf: (row) => row.id, onOpen: (row) => go(["conversations", row.id]), empty, rowLabel: nameOf });
  const more = h("p", { class: "muted", hidden: true });
  const el = h("div", { class: "section-scroll" }, table.el, more);
  /** @type {string[]} */
  let paths = [];
  /** @type {(one: Conversation) => boolean} */
  let keeps = () => true;
  /** @type {Conversation[]} */
  let rows = [];
  let ready = false;
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;

  async function read() {
    const now = ++turn;
    try {
      const answers = await Promise.all(paths.map((path) => api.list(path, MOST)));
      if (now !== turn) return;
      ready = true;
      rows = answers.flatMap((answer) => answer.value).filter(keeps);
      const cut = answers.some((answer) => answer.truncated);
      if (cut) setText(more, words.more_than(countText(rows.length)));
      setShown(more, cut);
      table.update(rows);
    } catch {
      if (now === turn) table.update(rows, { status: "failed", failure: words.list_failed, onRetry: read });
    }
  }

  return {
    el,
    /** What is asked for from now on. @param {string[]} next @param {(one: Conversation) => boolean} [which] */
    ask(next, which = () => true) {
      [paths, keeps, rows, ready] = [next, which, [], false];
      table.update(rows, { status: "loading" });
      void read();
    },
    /** Something changed there. */
    wake() {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, EVERY_MS);
    },
    get ready() {
      return ready;
    },
    stop() {
      clearTimeout(timer);
      turn += 1;
    },
  };
}

/** @param {Conversation} one */
function nameOf(one) {
  return one.customer?.name || t.visitor;
}

/** @param {Conversation} one */
export function stateOf(one) {
  return one.state === "open" && one.offer ? "offered" : one.state;
}

/** Since when it is as it is. @param {Conversation} one */
function sinceOf(one) {
  const { state } = one;
  const since = state === "active" || state === "waiting" ? one.assigned_at : state === "wrap_up" ? one.wrap_up_at : one.queued_at;
  return since ?? one.created_at;
}

/** @param {import("./state-names.js").Names} names @returns {Record<Part|"customer"|"since", import("../ui/table.js").Column<Conversation>>} */
function columns(names) {
  const { conversation: heads } = words;
  const agentOf = (/** @type {Conversation} */ one) => one.offer?.agent_id ?? one.agent_id;
  return {
    customer: { id: "customer", label: heads.customer, width: "minmax(120px, 2fr)", cell: (one) => h("a", { class: "row-link", href: hrefOf(["conversations", one.id]), text: nameOf(one), title: nameOf(one) }), sort: (a, b) => compareNames(nameOf(a), nameOf(b)) },
    state: { id: "state", label: heads.state, width: "minmax(110px, 1fr)", cell: (one) => h("span", { class: "chip", "data-state": one.state, text: words.states[stateOf(one)] }), sort: (a, b) => compareNames(words.states[stateOf(a)], words.states[stateOf(b)]) },
    queue: { id: "queue", label: heads.queue, width: "minmax(100px, 1fr)", cell: (one) => names.of("queues", one.queue_id), sort: (a, b) => compareNames(names.of("queues", a.queue_id), names.of("queues", b.queue_id)) },
    agent: { id: "agent", label: heads.agent, width: "minmax(100px, 1fr)", cell: (one) => names.of("agents", agentOf(one)) || NOTHING, sort: (a, b) => compareNames(names.of("agents", agentOf(a)), names.of("agents", agentOf(b))) },
    priority: { id: "priority", label: heads.priority, numeric: true, cell: (one) => countText(one.priority ?? 0), sort: by((one) => one.priority ?? 0) },
    since: { id: "since", label: heads.since, numeric: true, width: "minmax(90px, 1fr)", cell: (one) => elapsed(sinceOf(one), "clock"), sort: by((one) => -Date.parse(sinceOf(one))) },
  };
}

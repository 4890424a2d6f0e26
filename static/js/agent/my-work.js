/* Owns My work: this agent's conversations by state, and the pops that were missed. */

import { described } from "../lib/attachments.js";
import { h, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { elapsed, toMs } from "../lib/elapsed.js";
import { timeText } from "../lib/format.js";
import { t } from "../strings.en.js";
import { agentName, queueName } from "./names.js";
import { emptyText, keepReachable } from "./parts.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */

const GROUPS = /** @type {const} */ (["active", "wrap_up", "waiting"]);

/** @param {import("./session.js").Session} session @param {(id: string) => void} onOpen */
export function createMyWork(session, onOpen) {
  const groups = GROUPS.map((state) => ({ state, ...createGroup(t.groups[state]) }));
  const coming = emptyText(t.loading, "");
  const empty = emptyText(t.nothing_mine, t.nothing_mine_help);
  const missed = createMissed(session);
  const el = keepReachable(h("div", { class: "list-body" }, coming, empty, ...groups.map((group) => group.el), missed.el));
  return {
    el,
    /** @param {AgentState} state */
    update(state) {
      const all = Object.values(state.conversations).sort((a, b) => (a.assigned_at ?? "").localeCompare(b.assigned_at ?? ""));
      setShown(coming, state.agent === null);
      setShown(empty, state.agent !== null && all.length === 0);
      for (const group of groups) {
        const items = all.filter((conversation) => conversation.state === group.state);
        setShown(group.el, items.length > 0);
        reconcile(group.list, items, (item) => item.id, (item) => createRow(item, onOpen), (row, item) => updateRow(row, item, state));
      }
      missed.update(state);
    },
  };
}

/** @param {string} heading */
function createGroup(heading) {
  const list = h("ul", { class: "rows", "aria-label": heading });
  return { list, el: h("section", { class: "group", hidden: true }, h("h2", { class: "group-head", text: heading }), list) };
}

/** @param {Conversation} conversation @param {(id: string) => void} onOpen */
function createRow(conversation, onOpen) {
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "row", onclick: () => onOpen(conversation.id) },
      h("span", { class: "row-name" }),
      h("span", { class: "badge", hidden: true }),
      h("span", { class: "row-line" }),
      elapsed(NaN, "coarse"),
    ),
  );
}

/** @param {HTMLLIElement} row @param {Conversation} conversation @param {AgentState} state */
function updateRow(row, conversation, state) {
  const [button] = /** @type {HTMLCollectionOf<HTMLElement>} */ (row.children);
  const [name, badge, line, time] = /** @type {HTMLCollectionOf<HTMLElement>} */ (button.children);
  const last = state.threads[conversation.id]?.messages.at(-1);
  const unread = state.unread[conversation.id] ?? 0;
  setText(name, customerName(conversation));
  setText(badge, String(unread));
  setAttr(badge, "aria-label", t.unread(unread));
  setAttr(badge, "role", "img");
  setShown(badge, unread > 0);
  setText(line, last ? `${speaker(last, state)}${wordsOf(last)}` : [queueName(state, conversation.queue_id), t.channel_types[conversation.channel_type]].filter(Boolean).join(" · "));
  setAttr(button, "aria-current", state.selected === conversation.id ? "true" : null);
  const since = last?.created_at ?? conversation.wrap_up_at ?? conversation.assigned_at;
  /** @type {import("../lib/elapsed.js").Elapsed} */ (time).count(toMs(since), "coarse");
}

/** What was said, or what was sent instead of words. @param {import("../types.js").Message} message */
function wordsOf({ text, attachments = [] }) {
  return text || attachments.map((one) => described(one).name).join(", ");
}

/** Who said it, where it was not the customer. @param {import("../types.js").Message} message @param {AgentState} state */
function speaker({ sender, agent_id }, state) {
  if (sender !== "agent") return "";
  return `${!agent_id || agent_id === state.agent?.id ? t.you : agentName(state, agent_id)}: `;
}

/** @param {import("./session.js").Session} session */
function createMissed(session) {
  const list = h("ul", { class: "missed", "aria-label": t.missed });
  const clear = () => session.store.dispatch({ type: "local.missed_cleared" });
  const head = h("div", { class: "group-head" }, h("h2", { text: t.missed }), h("button", { type: "button", class: "button small", "aria-label": t.missed_clear, text: t.clear, onclick: clear }));
  const el = h("section", { class: "group", hidden: true }, head, list);
  return {
    el,
    /** @param {AgentState} state */
    update(state) {
      const items = state.ended.filter((pop) => pop.missed).reverse();
      setShown(el, items.length > 0);
      reconcile(list, items, (pop) => pop.offer_id, (pop) => {
        const when = timeText(new Date(pop.server_ms).toISOString());
        return h("li", {}, h("span", { class: "row-name", text: pop.name }), h("span", { class: "row-line", text: t.ended_at(pop.why, when) }));
      });
    },
  };
}

/* Owns the sessions: a tab for each conversation that is open on this desk, with its unread count. Arrow keys move along. */

import { h, icon, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { conversationOf, customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */

export const PANEL_ID = "conversation-panel";

/** @param {import("./session.js").Session} session */
export function createTabs(session) {
  const select = (/** @type {string} */ id) => session.store.dispatch({ type: "local.select", conversation_id: id });
  const el = h("div", { class: "tabs", role: "tablist", "aria-label": t.sessions, onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event) });

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const { tabs, selected } = session.store.state;
    const ahead = getComputedStyle(el).direction === "rtl" ? -1 : 1;
    const at = tabs.indexOf(selected ?? "");
    const step = /** @type {Record<string, number>} */ ({ ArrowRight: ahead, ArrowLeft: -ahead, Home: -at, End: tabs.length - 1 - at })[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(step);
    queueMicrotask(() => /** @type {HTMLElement|null} */ (el.querySelector('[aria-selected="true"]'))?.focus());
  }

  /** @param {number} step */
  function move(step) {
    const { tabs, selected } = session.store.state;
    if (tabs.length === 0) return;
    const at = selected ? tabs.indexOf(selected) : -1;
    select(tabs[(at + step + tabs.length) % tabs.length]);
  }

  /** @type {string|null} */
  let front = null;
  const showFront = () => el.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  new ResizeObserver(showFront).observe(el);
  return {
    el,
    move,
    /** @param {AgentState} state */
    update(state) {
      setShown(el, state.tabs.length > 0);
      reconcile(el, state.tabs, (id) => id, (id) => createTab(() => select(id)), (tab, id) => updateTab(tab, id, state));
      if (state.selected !== front) showFront();
      front = state.selected;
    },
  };
}

/** @param {() => void} onSelect */
function createTab(onSelect) {
  return h(
    "button",
    { type: "button", class: "tab", role: "tab", "aria-controls": PANEL_ID, onclick: onSelect },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h("span", { class: "tab-part", hidden: true }, icon("advice")),
    h("span", { class: "tab-name" }),
    h("span", { class: "badge", "aria-hidden": "true", hidden: true }),
    h("span", { class: "sr-only" }),
  );
}

/** @param {HTMLButtonElement} tab @param {string} id @param {AgentState} state */
function updateTab(tab, id, state) {
  const conversation = conversationOf(state, id);
  if (!conversation) return;
  const part = state.conversations[id] ? undefined : state.parts[id];
  const [dot, mark, name, badge, more] = /** @type {HTMLCollectionOf<HTMLElement>} */ (tab.children);
  const unread = state.unread[id] ?? 0;
  const selected = state.selected === id;
  setAttr(dot, "data-state", conversation.state);
  setShown(dot, !part);
  setShown(mark, Boolean(part));
  setAttr(tab, "data-part", part?.kind);
  setText(name, customerName(conversation));
  setText(badge, String(unread));
  setShown(badge, unread > 0);
  setText(more, [unread ? t.unread(unread) : "", part ? (part.kind === "supervisor" ? t.panel.supervising : t.panel.consulting) : t.states[conversation.state]].filter(Boolean).join(", "));
  setAttr(tab, "aria-selected", String(selected));
  setAttr(tab, "tabindex", selected ? 0 : -1);
}

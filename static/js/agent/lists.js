/* Owns the left column: the switch between My work, Open work items and Closed, with counts, and the list shown below it. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { createClosedList } from "./closed-list.js";
import { KEYS, keyText } from "./keys.js";
import { createMyWork } from "./my-work.js";
import { createOpenItems } from "./open-items.js";
import { moveAlong } from "./parts.js";

/** @typedef {import("../types.js").ListName} ListName */

/** @param {import("./session.js").Session} session @param {(id: string) => void} onOpen */
export function createLists(session, onOpen) {
  const lists = { mine: createMyWork(session, onOpen), open: createOpenItems(session), closed: createClosedList(session, onOpen) };
  const show = (/** @type {ListName} */ list) => session.store.dispatch({ type: "local.list_shown", list });
  const buttons = {
    mine: listButton(t.my_work, "", KEYS.mine, () => show("mine")),
    open: listButton(t.open_items_short, t.open_items_rest, KEYS.open, () => show("open")),
    closed: listButton(t.closed, "", KEYS.closed, () => show("closed")),
  };
  const names = /** @type {ListName[]} */ (["mine", "open", "closed"]);
  const el = h(
    "div",
    { class: "lists", onkeydown: (/** @type {KeyboardEvent} */ event) => moveAlong(event) },
    h("nav", { class: "list-nav", "aria-label": t.lists }, ...names.map((name) => buttons[name].el)),
    ...names.map((name) => lists[name].el),
  );
  /** The list that is shown, and of which session. */
  let shown = "";
  return {
    el,
    show,
    /** To the search, or to the row that stands in front, or the first. */
    focus() {
      const { list } = session.store.state;
      if (list === "open") return lists.open.focusSearch();
      const { el } = lists[list];
      const rows = /** @type {HTMLElement[]} */ ([...el.querySelectorAll("button")]).filter((button) => !button.closest("[hidden]"));
      (rows.find((row) => row.ariaCurrent) ?? rows[0] ?? buttons[list].el).focus();
    },
    /** @param {import("../types.js").AgentState} state */
    update(state) {
      const counts = { mine: Object.keys(state.conversations).length, open: state.pick.total, closed: null };
      for (const name of names) {
        buttons[name].update(counts[name], state.list === name);
        setShown(lists[name].el, state.list === name);
      }
      lists[state.list].update(state);
      const now = `${state.list} ${state.session_id}`;
      if (now !== shown && state.connection.phase === "open") {
        shown = now;
        if (state.list === "closed") void session.history.loadClosed();
      }
    },
  };
}

/** @param {string} short what is seen @param {string} rest what is only said after it @param {import("./keys.js").Key} key @param {() => void} run */
function listButton(short, rest, key, run) {
  const count = h("span", { class: "count", hidden: true });
  const name = h("span", {}, short, h("span", { class: "sr-only", text: rest }), " ");
  const el = h("button", { type: "button", class: "list-button", "aria-keyshortcuts": keyText(key), title: keyText(key), onclick: run }, name, count);
  return {
    el,
    /** @param {number|null} n @param {boolean} current */
    update(n, current) {
      setAttr(el, "aria-current", current ? "true" : null);
      setShown(count, n !== null && n > 0);
      setText(count, n === null ? "" : String(n));
    },
  };
}

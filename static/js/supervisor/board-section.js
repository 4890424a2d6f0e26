/* Owns the frame of a list on the board: its heading with how many are shown, its search and choices, and its table that scrolls by itself. */

import { h, icon, setText } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { newId } from "../ui/id.js";
import { countText } from "./board-format.js";

/**
 * @template R
 * @param {{title: string, kind?: string, tools: Node[], table: {el: HTMLElement, update: (rows: R[], how?: {status?: "loading"|"ready"|"failed"}) => void}}} options
 */
export function createSection({ title, kind = "", tools, table }) {
  const count = h("span", { class: "section-count" });
  const heading = h("h2", { id: newId("section"), class: "section-title" }, title, " ", count);
  const nothing = createStatus();
  const scroller = h("div", { class: "section-scroll" }, table.el);
  const el = h("section", { class: `board-section ${kind}`, "aria-labelledby": heading.id }, h("div", { class: "section-head" }, heading, ...tools), scroller, nothing.el);
  return {
    el,
    /** @param {R[]} rows @param {number} total @param {"loading"|"ready"} status @param {{title: string, help: string}|null} none what is said where the search leaves nothing */
    show(rows, total, status, none) {
      setText(count, words.shown_of(countText(rows.length), countText(total)));
      const missed = none !== null && rows.length === 0 && total > 0;
      scroller.hidden = missed;
      if (missed) nothing.empty(none.title, none.help);
      else nothing.none();
      table.update(rows, { status });
    },
  };
}

/** @param {string} label @param {() => void} onChange */
export function searchField(label, onChange) {
  const input = h("input", { type: "search", "aria-label": label, placeholder: label, autocomplete: "off", oninput: onChange });
  return { el: h("div", { class: "search" }, icon("search"), input), get: () => input.value.trim() };
}

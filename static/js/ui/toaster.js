/*
 * Owns short words in the corner. They go by themselves, but wait while somebody points at them or is in them; one with an action stays
 * until it is used or dismissed.
 */

import { h, icon } from "../lib/dom.js";
import { ui } from "../strings.en.js";

const SHOWN_MS = 8_000;
const MOST = 4;

/** Where it stands does not matter: it lies over the page. It must stand there before it is told anything. */
export function createToaster() {
  const list = h("ul", { class: "toaster-list" });
  const polite = h("div", { class: "sr-only", role: "status" });
  const assertive = h("div", { class: "sr-only", role: "alert" });
  const el = h("section", { class: "toaster", "aria-label": ui.notices }, list, polite, assertive);

  /** @param {string} text @param {"polite"|"assertive"} how */
  function say(text, how) {
    const words = h("p", { text });
    (how === "assertive" ? assertive : polite).append(words);
    setTimeout(() => words.remove(), SHOWN_MS);
  }

  return {
    el,
    /**
     * @param {string} text
     * @param {"polite"|"assertive"} [how] assertive for what went wrong
     * @param {{label: string, run: () => void}} [action]
     */
    tell(text, how = "polite", action) {
      const item = h("li", { class: "toaster-item", "data-how": how }, h("span", { class: "toaster-text", text }));
      if (action) item.append(...actionButtons(item, action));
      else leaveLater(item);
      list.append(item);
      while (list.childElementCount > MOST) list.firstElementChild?.remove();
      say(text, how);
    },
  };
}

/** @param {HTMLElement} item @param {{label: string, run: () => void}} action */
function actionButtons(item, { label, run }) {
  const act = () => {
    item.remove();
    run();
  };
  return [
    h("button", { type: "button", class: "button small", text: label, onclick: act }),
    h("button", { type: "button", class: "icon-button", "aria-label": ui.dismiss, title: ui.dismiss, onclick: () => item.remove() }, icon("decline")),
  ];
}

/** @param {HTMLElement} item */
function leaveLater(item) {
  let timer = setTimeout(() => item.remove(), SHOWN_MS);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => (timer = setTimeout(() => item.remove(), SHOWN_MS / 2)));
}

/* Owns what stands where a list or a view has nothing to show: loading, empty, failed. The words are said to screen readers, too. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";

/** The status of a list or a view. Stands in the page before anything is said in it. */
export function createStatus() {
  const el = h("div", { class: "status", role: "status", hidden: true });

  /** @param {string} kind @param {...(Node|null)} nodes */
  function show(kind, ...nodes) {
    el.dataset.kind = kind;
    el.hidden = false;
    el.replaceChildren(...nodes.filter((node) => node !== null));
  }

  return {
    el,
    loading() {
      if (el.dataset.kind !== "loading" || el.hidden) show("loading", h("p", { class: "status-text", text: ui.loading }));
    },
    /** @param {string} title @param {string} [help] */
    empty(title, help) {
      show("empty", h("p", { class: "status-title", text: title }), help ? h("p", { class: "status-text", text: help }) : null);
    },
    /** @param {string} text @param {(() => void)} [retry] */
    failed(text, retry) {
      const again = retry ? h("button", { type: "button", class: "button small", text: ui.try_again, onclick: retry }) : null;
      show("failed", h("p", { class: "status-title", text }), again);
    },
    none() {
      delete el.dataset.kind;
      el.hidden = true;
      el.replaceChildren();
    },
  };
}

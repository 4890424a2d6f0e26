/* Owns small pieces of the agent page that several views share. */

import { h, icon } from "../lib/dom.js";

/** @param {import("../lib/dom.js").IconName} name @param {string} label @param {() => void} run */
export function iconButton(name, label, run) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: run }, icon(name));
}

/** What stands in a list that is empty. @param {string} heading @param {string} [text] */
export function emptyText(heading, text) {
  return h("div", { class: "empty" }, h("p", { class: "empty-head", text: heading }), text ? h("p", { text }) : null);
}

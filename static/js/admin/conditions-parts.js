/* Owns what groups and rows of a condition are made of: how the focus finds them again, their buttons, and what is wrong at them. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { newId } from "../ui/id.js";

/** @typedef {import("./conditions-state.js").Group} Group */
/** @typedef {import("./conditions-state.js").Place} Place */
/** @typedef {{el: HTMLElement, error: HTMLElement}} Row */
/**
 * What groups and rows know of the editor that they stand in. `change` takes the spot where the focus goes; without one nothing is
 * drawn anew.
 * @typedef {object} Editing
 * @property {() => Group} tree
 * @property {(next: Group, spot?: string) => void} change
 * @property {(place: Place, row: Row) => void} put
 * @property {() => readonly import("./conditions-catalogue.js").Variable[]} variables
 * @property {import("./conditions-value.js").Names} names
 */

/** @param {Place} place @param {string} part */
export function spotOf(place, part) {
  return `${place.join(".")}/${part}`;
}

/** @param {HTMLElement} el @param {string} spot */
export function focusOn(el, spot) {
  const wanted = el.querySelector(`[data-spot="${CSS.escape(spot)}"]`);
  if (wanted instanceof HTMLElement) wanted.focus();
}

export function errorLine() {
  return h("p", { id: newId("error"), class: "field-error", hidden: true });
}

/** @param {string} label @param {import("../lib/dom.js").IconName} name @param {string} spot @param {() => void} onclick */
export function button(label, name, spot, onclick) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "data-spot": spot, onclick }, icon(name));
}

/** @param {string} label @param {string} spot @param {() => void} onclick */
export function textButton(label, spot, onclick) {
  return h("button", { type: "button", class: "button small", "data-spot": spot, onclick }, icon("plus"), label);
}

/** @param {Row} row @param {string} rest the pointer within the node @param {string} message @param {Place} place */
export function mark({ el, error }, rest, message, place) {
  setText(error, error.textContent ? `${error.textContent} ${message}` : message);
  setShown(error, true);
  const part = rest.split("/")[1] || "value";
  const controls = [...el.querySelectorAll("[data-spot]")].filter((one) => one.getAttribute("data-spot")?.startsWith(spotOf(place, part)));
  for (const control of controls) {
    setAttr(control, "aria-invalid", "true");
    setAttr(control, "aria-describedby", error.id);
  }
}

/** @param {Row} row */
export function clear({ el, error }) {
  setText(error, "");
  setShown(error, false);
  for (const control of el.querySelectorAll(`[aria-describedby="${error.id}"]`)) {
    setAttr(control, "aria-invalid", null);
    setAttr(control, "aria-describedby", null);
  }
}

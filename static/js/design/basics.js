/* Owns the design page's colours, type, buttons, marks and icons. */

import { h, icon, ICON_NAMES } from "../lib/dom.js";
import { t, ui } from "../strings.en.js";

const COLOURS = ["bg", "surface", "sunken", "hover", "line", "line-strong", "text", "muted", "accent", "accent-soft", "ok", "ok-soft", "warn", "warn-soft", "bad", "bad-soft"];
const SPACES = ["1", "2", "3", "4", "5", "6"];

export function colours() {
  return [h("ul", { class: "swatches" }, ...COLOURS.map((name) => h("li", {}, h("span", { class: "swatch", "data-colour": name }), h("code", { text: `--${name}` }))))];
}

export function type() {
  const d = ui.design;
  const spaces = SPACES.map((n) => h("li", {}, h("code", { text: `--space-${n}` }), h("span", { class: "space-bar", "data-space": n })));
  return [
    h("div", { class: "show-line tall" }, h("p", { class: "title-sample", text: d.title }), h("p", { class: "heading-sample", text: d.heading }), h("p", { text: d.text }), h("p", { class: "muted", text: d.muted }), h("p", { class: "field-help", text: d.small }), h("p", {}, h("kbd", { text: "Alt+A" }), " ", h("code", { class: "code", text: "tier = gold" }))),
    h("ul", { class: "spaces" }, ...spaces),
  ];
}

export function buttons() {
  const b = ui.design.button;
  const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {object} */ more = {}) => h("button", { type: "button", class: `button ${name}`, text, ...more });
  return [
    h("div", { class: "show-line" }, button("", b.plain), button("primary", b.primary), button("danger", b.danger), button("", b.disabled, { disabled: true }), button("primary", b.busy, { "aria-disabled": "true" })),
    h("div", { class: "show-line" }, button("small", b.small), button("small primary", b.primary), h("button", { type: "button", class: "button" }, icon("search"), b.icon), h("button", { type: "button", class: "icon-button", "aria-label": b.icon, title: b.icon }, icon("search"))),
  ];
}

export function marks() {
  const c = ui.design.chip;
  const chip = (/** @type {string|null} */ kind, /** @type {string} */ text) => h("span", { class: "chip", "data-kind": kind, text });
  const presences = /** @type {(keyof typeof t.presences)[]} */ (Object.keys(t.presences)).map((base) => h("li", {}, h("span", { class: "dot", "data-base": base, "aria-hidden": "true" }), t.presences[base]));
  const states = /** @type {(keyof typeof t.states)[]} */ (Object.keys(t.states)).map((state) => h("li", {}, h("span", { class: "dot", "data-state": state, "aria-hidden": "true" }), h("span", { class: "chip", "data-state": state, text: t.states[state] })));
  return [
    h("div", { class: "show-line" }, chip(null, c.plain), chip("accent", c.accent), chip("ok", c.ok), chip("warn", c.warn), chip("bad", c.bad), h("span", { class: "badge", role: "img", "aria-label": `3 ${ui.design.unread}`, text: "3" })),
    h("ul", { class: "show-line", "aria-label": t.presence }, ...presences),
    h("ul", { class: "show-line", "aria-label": ui.design.states }, ...states),
  ];
}

export function icons() {
  return [h("ul", { class: "icons" }, ...ICON_NAMES.map((name) => h("li", {}, icon(name), h("code", { text: name }))))];
}

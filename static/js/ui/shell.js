/* Owns the frame of a page: a link past it, the bar on top, the places of the page at its side (above, where it is narrow), the main part. */

import { h, icon, setAttr } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { createDisplayMenu } from "./display.js";

/** @typedef {{id: string, label: string, href: string, icon?: import("../lib/dom.js").IconName, count?: number}} NavItem */

/**
 * @param {object} options
 * @param {string} options.title of the page, after the brand
 * @param {NavItem[]} options.nav
 * @param {string} options.current a place's id
 * @param {() => void} [options.onSignOut] left out where nobody signs in
 * @param {Node[]} [options.extra] in the bar, before the menus
 */
export function createShell({ title, nav, current, onSignOut, extra = [] }) {
  const main = h("main", { id: "main", class: "shell-main", tabindex: -1 });
  const links = nav.map((item) => ({ item, link: navLink(item) }));
  const skip = h("a", { class: "skip", href: "#main", text: ui.skip, onclick: (/** @type {Event} */ event) => {
    event.preventDefault();
    main.focus();
  } });
  const signOut = h("button", { type: "button", class: "icon-button", "aria-label": ui.sign_out, title: ui.sign_out, onclick: () => onSignOut?.() }, icon("leave"));
  const bar = h(
    "header",
    { class: "shell-bar" },
    h("h1", { class: "shell-brand" }, h("a", { href: "/", text: "Callboard" }), " ", h("span", { class: "shell-title", text: title })),
    ...extra,
    h("div", { class: "spacer" }),
    pageLinks(),
    createDisplayMenu().el,
    onSignOut ? signOut : null,
  );
  const side = h("nav", { class: "shell-nav", "aria-label": ui.places }, h("ul", {}, ...links.map(({ link }) => h("li", {}, link))));
  const el = h("div", { class: nav.length > 0 ? "shell" : "shell bare" }, skip, bar, nav.length > 0 ? side : null, main);

  /** @param {{current: string}} place */
  function update({ current }) {
    for (const { item, link } of links) setAttr(link, "aria-current", item.id === current ? "page" : null);
    const here = links.find(({ item }) => item.id === current)?.link;
    here?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  update({ current });
  return { el, main, update };
}

/** @param {NavItem} item */
function navLink({ label, href, icon: name }) {
  return h("a", { class: "shell-link", href }, name ? icon(name) : null, h("span", { text: label }));
}

/** The ways to the other pages. */
function pageLinks() {
  const pages = [["/agent", ui.page_agent], ["/supervisor", ui.page_supervisor], ["/admin", ui.page_admin]];
  const links = pages.map(([href, text]) => h("a", { href, text, "aria-current": location.pathname === href ? "page" : null }));
  return h("nav", { class: "shell-pages", "aria-label": ui.pages }, ...links);
}

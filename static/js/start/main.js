/* Owns the start page: the ways to the other pages and to what one builds on. No token, and nothing is asked of the server. */

import { h } from "../lib/dom.js";
import { speak } from "../lib/language.js";
import { ui } from "../strings.en.js";

const WORK = /** @type {const} */ ({ agent: "/agent", supervisor: "/supervisor", admin: "/admin", chat: "/chat" });
const BUILD = /** @type {const} */ ({ reference: "/docs", openapi: "/openapi.json", asyncapi: "/asyncapi.json", design: "/design" });

await speak(callboardDisplay.language());
document.body.replaceChildren(page());

function page() {
  const s = ui.start;
  return h("main", { class: "start" },
    h("header", {}, h("h1", {}, h("img", { src: "/static/img/favicon.svg", alt: "", width: 36, height: 36 }), "Callboard"), h("p", { class: "start-lead", text: s.lead })),
    section("work", s.work, Object.entries(WORK)),
    section("build", s.build, Object.entries(BUILD), "plain"),
    h("p", { class: "start-foot", text: s.foot }));
}

/** @param {string} id @param {string} title @param {[string, string][]} ways by name, the address @param {string} [look] */
function section(id, title, ways, look = "") {
  const words = /** @type {Record<string, string[]>} */ (ui.start.ways);
  const links = ways.map(([name, href]) => h("li", {}, h("a", { href }, h("strong", { text: words[name][0] }), h("span", { text: words[name][1] }))));
  return h("section", { "aria-labelledby": id }, h("h2", { id, text: title }), h("ul", { class: `start-links ${look}` }, ...links));
}

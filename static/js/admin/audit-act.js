/* Owns how an act of the audit log is shown: when, who, what, to what, and what it changed. */

import { h } from "../lib/dom.js";
import { fullText } from "../lib/format.js";
import { admin, forms } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { kindOf } from "./audit-state.js";
import { changes } from "./diff.js";
import { diffTable } from "./diff-view.js";

/** @typedef {import("./audit-state.js").Act} Act */
/** @typedef {import("./shell-names.js").Names} Names */

/** @param {Act} act @param {Names} names @param {boolean} open */
export function actNode(act, names, open) {
  const body = h("div", { class: "act-body" });
  const fill = () => body.childElementCount === 0 && body.append(...bodyOf(act, names, open));
  const head = h("summary", { class: "act-head" },
    h("time", { class: "act-at", datetime: act.at, title: act.at, text: fullText(act.at) }),
    h("span", { class: "act-what", text: sentence(act, names) }),
    h("span", { class: "act-by", text: actorText(act, names) }));
  const el = h("details", { class: "act", "data-kind": kindOf(act), open, ontoggle: fill }, head, body);
  if (open) fill();
  return h("li", {}, el);
}

/** What was done to what. @param {Act} act @param {Names} names */
export function sentence(act, names) {
  const kind = kindOf(act);
  const what = act.act === "config.put" && kind === "create" && !act.before_unknown ? "config.create" : act.act;
  const words = /** @type {Record<string, (subject: string) => string>} */ (admin.acts)[what];
  return words?.(subjectText(act, names)) ?? `${act.act}: ${subjectText(act, names)}`;
}

/** @param {Act} act @param {Names} names */
function subjectText({ subject: { collection, id }, before, after }, names) {
  if (collection === "settings") return collectionText(collection);
  const known = names.label(collection, id ?? "");
  const name = known !== id ? known : (after?.name ?? before?.name ?? id);
  return `${collectionText(collection, true)} ${name}`;
}

/** @param {string} collection @param {boolean} [one] */
export function collectionText(collection, one = false) {
  const words = /** @type {Record<string, {title: string, one: string}>} */ (forms.collections)[collection];
  return (one ? words?.one : words?.title) ?? (one ? admin.conversation : admin.conversations);
}

/** @param {Act} act @param {Names} names */
export function actorText({ by }, names) {
  if (by.id === null) return admin.roles.system;
  const role = /** @type {Record<string, string>} */ (admin.roles)[by.role] ?? by.role;
  return by.id === "admin" ? role : `${names.label("agents", by.id)} (${role})`;
}

/** @param {Act} act @param {Names} names @param {boolean} alone @returns {HTMLElement[]} */
function bodyOf(act, names, alone) {
  const found = changes(act.before, act.after);
  const kind = act.before_unknown ? "create" : kindOf(act);
  const table = found.length > 0 ? diffTable({ label: admin.changed_fields(sentence(act, names)), collection: act.subject.collection, changes: found, kind, names }) : h("p", { class: "muted", text: admin.nothing_to_compare });
  const unknown = act.before_unknown ? h("p", { class: "muted", text: admin.before_unknown }) : null;
  return /** @type {HTMLElement[]} */ ([unknown, table, alone ? null : linksOf(act, names)].filter((node) => node !== null));
}

/** @param {Act} act @param {Names} names */
function linksOf({ subject: { collection, id } }, names) {
  if (collection !== "settings" && id === null) return null;
  if (collection === "conversations") return h("p", { class: "act-links" }, h("a", { href: `/supervisor${hrefOf([collection, id ?? ""])}`, text: admin.open_story }));
  const gone = names.items(collection).length > 0 && id !== null && !names.get(collection, id);
  const resource = gone ? null : h("a", { href: hrefOf(id === null ? [collection] : [collection, id]), text: admin.open_resource });
  const all = id === null ? null : h("a", { href: hrefOf(["history", collection, id]), text: admin.whole_history });
  return h("p", { class: "act-links" }, resource, all);
}

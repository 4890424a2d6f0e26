/* Owns what the server alone knows of a resource, over its form: id, members, how an agent is right now, warnings, whether hours are open. */

import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { whatever } from "./list-cells.js";
import { warningItems } from "./warnings-list.js";

/** @typedef {{label: string, value: Node|string}} Fact */

/**
 * @param {import("./main.js").Context} context @param {import("./form-types.js").Collection} collection
 * @param {any} value
 * @returns {HTMLElement[]}
 */
export function factsOf(context, collection, value) {
  if (collection.single) return [];
  /** @type {Fact[]} */
  const facts = [{ label: forms.id, value: h("code", { text: value.id }) }, ...(FACTS[collection.id]?.(context, value) ?? [])];
  const list = h("dl", { class: "admin-facts-list" }, ...facts.map(({ label, value }) => h("div", {}, h("dt", { text: label }), h("dd", {}, value))));
  return [list, ...(value.warnings?.length ? [warnings(value)] : [])];
}

/** @type {Record<string, (context: import("./main.js").Context, value: any) => Fact[]>} */
const FACTS = {
  queues: ({ names }, { members = [] }) => [{ label: forms.members, value: members.length ? links("agents", members, names) : forms.no_members }],
  agents: ({ names }, { runtime }) => (runtime ? [
    { label: forms.presence, value: names.label("presences", runtime.presence) },
    { label: forms.connected, value: runtime.connected ? forms.sessions(runtime.sessions) : forms.no },
    { label: forms.capacity_now, value: forms.capacity_of(runtime.capacity_used, runtime.capacity_free) },
    { label: forms.conversations_now, value: String(runtime.conversations) },
    ...runtime.capacity_profiles.map((/** @type {{profile_id: string, used: number, limit: number}} */ { profile_id, used, limit }) => ({ label: names.label("capacity-profiles", profile_id), value: forms.places_of(used, limit) })),
  ] : []),
  "operating-hours": (_, value) => [
    { label: forms.now, value: value.open ? forms.open_now : forms.closed_now },
    { label: forms.next_change, value: whatever({ id: "operating-hours", schema: "", fields: [], columns: [] }, "/changes_at", /** @type {any} */ (null))(value) },
  ],
};

/** @param {string} collection @param {string[]} ids @param {import("./shell-names.js").Names} names */
function links(collection, ids, names) {
  return h("ul", { class: "admin-links" }, ...ids.map((id) => h("li", {}, h("a", { href: hrefOf([collection, id]), text: names.label(collection, id) }))));
}

/** @param {import("./warnings-list.js").Stream} stream */
function warnings(stream) {
  const items = warningItems(stream);
  return h("section", { class: "admin-warnings", "aria-label": forms.warnings }, h("h3", { text: forms.warnings_title(items.length) }), h("ul", {}, ...items));
}

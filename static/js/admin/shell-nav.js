/* Owns the places of the administrator's page, in their groups, and the modules of other parts that are shown at some of them. */

import { h } from "../lib/dom.js";
import { forms, rules } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";

/** @typedef {{el: HTMLElement, show?: (parts: string[]) => void, stop?: () => void, isDirty?: () => boolean, focus?: () => void}} Part */
/** @typedef {(api: import("./main.js").Context["api"], context: import("./main.js").Context) => Part} CreatePart */

/** Parts with a module of their own, by the first part of their address. Each adds its line. @type {Record<string, () => Promise<CreatePart>>} */
export const PARTS = {
  flow: async () => (await import("./flow.js")).createFlow,
  checks: async () => (await import("./checks.js")).createChecks,
  history: async () => (await import("./history.js")).createHistory,
  audit: async () => (await import("./audit.js")).createAudit,
  yaml: async () => (await import("./yaml.js")).createYaml,
  keys: async () => (await import("./keys.js")).createKeys,
  guide: async () => (await import("./guide.js")).createGuide,
};

/** Places by group. @type {readonly (readonly string[])[]} */
const GROUPS = [
  ["work-streams", "queues", "agents", "channels"],
  ["presences", "skills", "capacity-profiles", "operating-hours", "quick-replies", "notification-templates"],
  ["customers", "record-identification-rules", "intake"],
  ["keys", "api-keys", "webhooks", "settings"],
  ["guide", "checks", "history", "audit", "yaml"],
];

/** Places that are there: collections, and parts whose module is. Keys have a page of their own, else the list of API keys. @returns {string[][]} */
function groups() {
  const own = new Set(["keys", "guide", "checks", "history", "audit", "yaml"]);
  return GROUPS.map((group) => group.filter((id) => (own.has(id) ? id in PARTS : id !== "api-keys" || !("keys" in PARTS))));
}

export function places() {
  const own = /** @type {Record<string, string>} */ (forms.places);
  const titles = /** @type {Record<string, {title: string}>} */ (forms.collections);
  return groups().flat().map((id) => ({ id, label: own[id] ?? titles[id]?.title ?? rules.checks_title, href: hrefOf([id]) }));
}

/** Puts the groups' names into the shell's list of places. @param {HTMLElement} shell */
export function nameGroups(shell) {
  const links = [...shell.querySelectorAll(".shell-nav li")];
  let at = 0;
  groups().forEach((group, i) => {
    if (group.length) links[at]?.before(h("li", { class: "admin-nav-group", text: forms.groups[i] }));
    at += group.length;
  });
}

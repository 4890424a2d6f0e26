/* Owns what the audit log is asked and how its answer is put in order. Pure; the pages around are audit.js and history.js. */

/** @typedef {{from: string, to: string, actor: string|null, collection: string, id: string}} Filters days as a date field has them */
/** @typedef {{id: string, at: string, by: {role: string, id: string|null}, act: string, subject: {collection: string, id: string|null}, before: any, after: any, before_unknown?: boolean}} Act */

/** Acts that are read at a time. */
export const PAGE = 1000;

/** Collections that acts are about. */
export const SUBJECTS = ["work-streams", "queues", "agents", "channels", "presences", "skills", "capacity-profiles", "operating-hours", "quick-replies", "notification-templates", "customers", "record-identification-rules", "api-keys", "webhooks", "settings", "conversations"];

/** Acts that change what is configured, or who may come in. */
const OF_HISTORY = ["config.put", "config.delete", "agent.token_made", "agent.tokens_revoked"];

/** The address of a page of the log. @param {Filters} filters @param {string|null} cursor */
export function pathOf({ from, to, actor, collection, id }, cursor) {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (from) query.set("from", instant(from, 0));
  if (to) query.set("to", instant(to, 1));
  if (actor) query.set("actor", actor);
  if (collection) query.set("subject", id ? `${collection}/${id}` : collection);
  if (cursor) query.set("cursor", cursor);
  return `/v1/audit?${query}`;
}

/** The start of a day here, or of one so many days later. @param {string} day @param {number} later */
function instant(day, later) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** The day so many days ago, as a date field has it. @param {number} days @param {Date} now */
export function dayBefore(days, now) {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}

/** Newest first; the history without what changes no configuration. @param {readonly Act[]} acts @param {boolean} history */
export function shown(acts, history) {
  return acts.filter(({ act }) => !history || OF_HISTORY.includes(act)).reverse();
}

/** What an act did to its subject. @param {Act} act @returns {"create"|"change"|"delete"} */
export function kindOf({ act, before, after, before_unknown }) {
  if (act === "config.delete") return "delete";
  if (before_unknown || (before === null) === (after === null)) return "change";
  return before === null ? "create" : "delete";
}

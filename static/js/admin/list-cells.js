/* Owns what a cell of a list says of a member: names for ids, a few words for lists, what the server alone knows. */

import { locale } from "../lib/language.js";
import { forms, t } from "../strings.en.js";
import { fieldAt, say } from "./editor-values.js";
import { read } from "./form-pointer.js";
import { optionText } from "./form-words.js";

const MOST = 3;

/** @typedef {import("./shell-names.js").Resource} Resource */
/** @typedef {import("./shell-names.js").Names} Names */

/** The text of a member. @param {import("./form-types.js").Collection} collection @param {string} pointer @param {Names} names @returns {(row: Resource) => string} */
export function whatever(collection, pointer, names) {
  const special = SPECIAL[`${collection.id}${pointer}`];
  const field = fieldAt(collection.fields, pointer);
  return (row) => {
    const value = read(row, pointer);
    if (special) return special(value, names);
    if (Array.isArray(value) && value.length > MOST) return `${say(field, names, value.slice(0, MOST))} ${forms.and_more(value.length - MOST)}`;
    const text = say(field, names, value);
    return field?.kind === "select" ? text.split(": ")[0] : text;
  };
}

/** @type {Record<string, (value: any, names: Names) => string>} */
const SPECIAL = {
  "queues/members": (members) => String(members?.length ?? 0),
  "agents/runtime/presence": (presence, names) => (presence ? names.label("presences", presence) : forms.nothing),
  "operating-hours/open": (open) => (open ? forms.open_now : forms.closed_now),
  "operating-hours/changes_at": (at) => (at ? new Date(at).toLocaleString(locale(), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : forms.never),
  "operating-hours/weekly": (spans) => (spans ?? []).map(spanText).join("; ") || forms.never,
  "record-identification-rules/match": (pairs, _) => (pairs ?? []).map((/** @type {{field: string, variable: string}} */ { field, variable }) => `${optionText({ path: "/field", kind: "select", words: "identification_field" }, field)} = ${variable}`).join(", "),
  "channels/settings/provider": (provider) => provider ?? forms.nothing,
  "webhooks/event_types": (types) => ((types ?? []).length ? types.join(", ") : forms.all),
  "api-keys/channel_ids": (ids, names) => ((ids ?? []).length ? ids.map((/** @type {string} */ id) => names.label("channels", id)).join(", ") : forms.all),
  "record-identification-rules/work_stream_id": (id, names) => (id ? names.label("work-streams", id) : forms.all),
  "quick-replies/work_stream_ids": (ids, names) => ((ids ?? []).length ? ids.map((/** @type {string} */ id) => names.label("work-streams", id)).join(", ") : forms.all),
  "queues/operating_hours_id": (id, names) => (id ? names.label("operating-hours", id) : forms.always_open),
  "work-streams/channel_type": (type) => /** @type {Record<string, string>} */ (t.channel_types)[type] ?? type,
};

/** @param {{days: string[], from: string, to: string}} span */
function spanText({ days, from, to }) {
  const names = days.map((day) => /** @type {Record<string, string>} */ (forms.options.weekday_short)[day]);
  const text = days.length > 2 && isRun(days) ? `${names[0]}–${names.at(-1)}` : names.join(" ");
  return `${text} ${from}–${to}`;
}

const ORDER = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** @param {string[]} days */
function isRun(days) {
  return days.every((day, i) => i === 0 || ORDER.indexOf(day) === ORDER.indexOf(days[i - 1]) + 1);
}

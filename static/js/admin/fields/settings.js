/* Owns the descriptions of the forms for the installation: its settings, the intake of records, webhooks, API keys. */

import { CHANNEL_TYPES, MANY, NAME, TEN_YEARS } from "./common.js";

/** @typedef {import("../form-types.js").Field} Field */

const STATES = ["open_seconds", "active_seconds", "waiting_seconds", "wrap_up_seconds"];

/** Default age limits: a chat's, a message's, a record's. @param {string} type @param {string} state */
function ageLimit(type, state) {
  if (type === "entity" || state === "waiting_seconds") return null;
  if (type === "live_chat") return { open_seconds: 1200, wrap_up_seconds: 900 }[state] ?? null;
  return state === "wrap_up_seconds" ? 86_400 : 2_592_000;
}

/** @type {import("../form-types.js").Collection} */
export const settings = {
  id: "settings",
  schema: "Settings",
  single: { path: "/v1/settings", part: "" },
  columns: [],
  fields: [
    { path: "", kind: "section", id: "general", fields: [
      { path: "/organization_id", kind: "text", required: true, min: 1, max: 100, value: "default" },
      { path: "/retention_days", kind: "number", unit: "days", min: 1, max: 3650, value: 90 },
    ] },
    { path: "", kind: "section", id: "agents", fields: [
      { path: "/presence_grace_seconds", kind: "duration", min: 0, max: 86_400, value: 150 },
      { path: "/max_open_offers", kind: "number", min: 1, max: 100, value: 3 },
      { path: "/missed_notifications", kind: "switch", value: false },
    ] },
    { path: "", kind: "section", id: "age_limits", fields: CHANNEL_TYPES.map((type) => /** @type {Field} */ ({
      path: `/age_limits/${type}`, kind: "group", row: true,
      fields: STATES.map((state) => /** @type {Field} */ ({ path: `/${state}`, kind: "duration", nullable: true, min: 1, max: TEN_YEARS, value: ageLimit(type, state) })),
    })) },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const intake = {
  id: "intake",
  schema: "Settings",
  single: { path: "/v1/settings", part: "intake_rules" },
  columns: [],
  fields: [
    { path: "/intake_rules", kind: "list", ordered: true, max: 100, value: [], fields: [
      { path: "/name", kind: "text", required: true, min: 1, max: NAME },
      { path: "/entity_logical_name", kind: "text", nullable: true, min: 1, max: 100 },
      { path: "/when", kind: "condition", value: { all: [] } },
      { path: "/work_stream_id", kind: "pick", from: "work-streams", required: true, same: { "/channel_type": "entity" } },
    ] },
  ],
};

/** Types of events that a webhook may ask for (docs/webhooks.md). */
export const EVENT_TYPES = /** @type {const} */ ([
  "conversation.created", "routed", "context_changed", "offered", "offer_ended", "assigned", "message", "waiting", "reopened", "wrap_up", "hold_ended",
  "transferred", "released", "first_given_up", "unmatched", "stranded", "consult_invited", "consult_joined", "joined", "left", "consult_declined", "consult_ended",
  "overflowed", "overflow_kept", "service_level_passed", "closed",
]);

/** @type {import("../form-types.js").Collection} */
export const webhooks = {
  id: "webhooks",
  schema: "Webhook",
  title: "/name",
  columns: ["/url", "/event_types", "/active"],
  fields: [
    { path: "", kind: "section", id: "general", fields: [
      { path: "/name", kind: "text", required: true, min: 1, max: NAME },
      { path: "/url", kind: "text", required: true, min: 1, max: 2000 },
      { path: "/active", kind: "switch", value: true },
      { path: "/secret", kind: "secret", max: 100 },
    ] },
    { path: "", kind: "section", id: "filter", fields: [
      { path: "/event_types", kind: "chips", max: 100, value: [], suggest: "events" },
      { path: "/work_stream_ids", kind: "picks", from: "work-streams", max: MANY, value: [] },
      { path: "/channel_ids", kind: "picks", from: "channels", max: MANY, value: [] },
    ] },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const apiKeys = {
  id: "api-keys",
  schema: "ApiKey",
  title: "/name",
  columns: ["/role", "/channel_ids"],
  fields: [
    { path: "/name", kind: "text", required: true, min: 1, max: NAME },
    { path: "/role", kind: "select", options: ["backend", "supervisor", "admin"], words: "key_role", value: "backend" },
    { path: "/channel_ids", kind: "picks", from: "channels", max: MANY, value: [] },
  ],
};

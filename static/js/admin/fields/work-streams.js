/* Owns the description of the form for work streams. */

import { BASE_PRESENCES, CHANNEL_TYPES, MILLION, NAME, TEN_YEARS, YEAR } from "./common.js";

/** @typedef {import("../form-types.js").Field} Field */

const PUSH = { "/distribution/mode": ["push"] };
const SOCIAL = CHANNEL_TYPES.filter((type) => type !== "entity");

/** @type {Field[]} */
const general = [
  { path: "/name", kind: "text", required: true, min: 1, max: NAME },
  { path: "/channel_type", kind: "select", required: true, options: CHANNEL_TYPES, value: "live_chat" },
  { path: "/active", kind: "switch", value: true },
  { path: "/capacity", kind: "number", min: 0, max: MILLION, value: 1 },
  { path: "/capacity_profile_ids", kind: "picks", from: "capacity-profiles", max: 20, value: [] },
  { path: "/auto_close_after_inactivity_seconds", kind: "duration", nullable: true, min: 1, max: TEN_YEARS,
    follows: { path: "/channel_type", values: { live_chat: 1800, entity: null, "*": 86_400 } } },
];

/** @type {Field[]} */
const distribution = [
  { path: "/distribution/mode", kind: "select", options: ["push", "pick"], value: "push" },
  { path: "/distribution/allowed_presences", kind: "checks", options: BASE_PRESENCES, words: "base_presence", min: 1, max: 5, value: ["available", "busy"] },
  { path: "/distribution/select_from_push", kind: "switch", value: false, when: PUSH },
  { path: "/distribution/agent_affinity", kind: "switch", when: { ...PUSH, "/channel_type": SOCIAL },
    follows: { path: "/channel_type", values: { live_chat: false, custom: false, "*": true } } },
  { path: "/distribution/max_conversations_per_agent", kind: "number", nullable: true, min: 1, max: MILLION },
];

/** @type {Field[]} */
const notification = [
  { path: "/distribution/notification/kind", kind: "select", words: "notification_kind", options: ["open_directly", "screen_pop_timeout", "screen_pop_decline"], value: "screen_pop_decline" },
  { path: "/distribution/notification/timeout_seconds", kind: "duration", min: 1, max: 3600, value: 120, keep: true,
    when: { "/distribution/notification/kind": ["screen_pop_timeout", "screen_pop_decline"] } },
  { path: "/distribution/notification/template_id", kind: "pick", from: "notification-templates", nullable: true },
  ...["known_customer", "unknown_customer", "transfer", "consult", "supervisor"].map((scenario) => /** @type {Field} */ (
    { path: `/distribution/notification/templates/${scenario}`, kind: "pick", from: "notification-templates", nullable: true }
  )),
];

/** @type {Field[]} */
const refusal = [
  { path: "/distribution/refusal/decline_cooldown_seconds", kind: "duration", min: 0, max: YEAR, value: 60 },
  { path: "/distribution/refusal/timeout_cooldown_seconds", kind: "duration", min: 0, max: YEAR, value: 60 },
  { path: "/distribution/refusal/max_refusals", kind: "number", min: 1, max: MILLION, value: 3 },
];

/** @type {Field[]} */
const relaxation = [
  { path: "/after_seconds", kind: "duration", required: true, min: 1, max: YEAR, value: 60 },
  { path: "", kind: "variant", words: "relaxation", variants: [
    { id: "min_level", has: "min_level", fields: [{ path: "/min_level", kind: "number", required: true, min: 1, max: 1000, value: 1 }] },
    { id: "drop", has: "drop", fields: [{ path: "/drop", kind: "picks", from: "skills", required: true, min: 1, max: 20 }] },
  ] },
];

/** @type {import("../form-types.js").Collection} */
export const workStreams = {
  id: "work-streams",
  schema: "WorkStream",
  title: "/name",
  readOnly: ["warnings"],
  builtIn: ["default-live-chat"],
  columns: ["/channel_type", "/distribution/mode", "/fallback_queue_id", "/capacity", "/active"],
  fields: [
    { path: "", kind: "section", id: "general", fields: general },
    { path: "", kind: "section", id: "distribution", fields: distribution },
    { path: "", kind: "section", id: "notification", fields: notification },
    { path: "", kind: "section", id: "refusal", fields: refusal },
    { path: "", kind: "section", id: "wrap_up", fields: [{ path: "/wrap_up/block_capacity", kind: "hold", min: 0, max: YEAR, value: "always" }] },
    { path: "", kind: "section", id: "variables", fields: [
      { path: "/context_variables", kind: "list", row: true, max: 100, value: [], fields: [
        { path: "/name", kind: "text", required: true, pattern: /^[A-Za-z0-9_]{1,100}$/ },
        { path: "/display_name", kind: "text", max: 200 },
        { path: "/type", kind: "select", options: ["text", "number"], words: "variable_type", value: "text" },
      ] },
    ] },
    { path: "", kind: "section", id: "entities", when: { "/channel_type": ["entity"] }, fields: [
      { path: "/entity_configurations", kind: "list", row: true, max: 100, value: [], fields: [
        { path: "/entity_logical_name", kind: "text", required: true, min: 1, max: 100 },
        { path: "/entity_set_name", kind: "text", required: true, min: 1, max: 100 },
        { path: "/relationship_name", kind: "text", nullable: true, max: 200 },
      ] },
    ] },
    { path: "", kind: "section", id: "classification", fields: [{ path: "/classification", kind: "rules", rules: "classification", max: 10, value: [] }] },
    { path: "", kind: "section", id: "routing", fields: [
      { path: "/routing_rules", kind: "rules", rules: "routing", max: 100, value: [] },
      { path: "/fallback_queue_id", kind: "pick", from: "queues", required: true, follows: { path: "/channel_type", values: { entity: "default-record", "*": "default-messaging" } } },
    ] },
    { path: "", kind: "section", id: "skills", fields: [
      { path: "/skill_rules", kind: "rules", rules: "skill", max: 100, value: [] },
      { path: "/skill_relaxation", kind: "list", ordered: true, max: 10, value: [], fields: relaxation },
    ] },
  ],
};

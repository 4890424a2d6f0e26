/* Owns the description of the form for channels: the widget's settings, or a provider's. */

import { CHANNEL_TYPES, MANY, NAME } from "./common.js";
import { providerFields } from "./providers.js";

/** @typedef {import("../form-types.js").Field} Field */

const CHAT = { "/type": ["live_chat"] };

/** @type {Field[]} */
const widget = [
  { path: "/settings/languages", kind: "chips", min: 1, max: 20, value: ["en"] },
  { path: "/settings/title", kind: "texts", max: 100 },
  { path: "/settings/theme/color", kind: "color", nullable: true, pattern: /^#[0-9a-fA-F]{6}$/ },
  { path: "/settings/theme/position", kind: "select", options: ["right", "left"], words: "corner", value: "right" },
  { path: "/settings/allowed_origins", kind: "chips", max: MANY, value: [] },
  { path: "/settings/page_variables", kind: "chips", max: 100, value: [], suggest: "variables" },
];

/** @type {Field[]} */
const survey = [
  { path: "/settings/survey", kind: "list", ordered: true, max: 5, value: [], fields: [
    { path: "/variable", kind: "text", required: true, min: 1, max: 100, suggest: "variables" },
    { path: "/kind", kind: "select", required: true, options: ["single_line", "multi_line", "options", "consent"], words: "question_kind", value: "single_line" },
    { path: "/label", kind: "texts", required: true, max: 300 },
    { path: "/mandatory", kind: "switch", value: false },
    { path: "/options", kind: "list", row: true, ordered: true, min: 1, max: 50, value: [{ value: "", label: {} }], when: { "/kind": ["options"] }, fields: [
      { path: "/value", kind: "text", required: true, min: 1, max: 100 },
      { path: "/label", kind: "texts", max: 300 },
    ] },
  ] },
];

/** @type {Field[]} */
const hours = [
  { path: "/settings/operating_hours_id", kind: "pick", from: "operating-hours", nullable: true },
  { path: "/settings/offline_page", kind: "part", nullable: true, fields: [
    { path: "/title", kind: "texts", required: true, max: 100 },
    { path: "/text", kind: "texts", required: true, long: true, max: 4000 },
  ] },
];

/** @type {Field[]} */
const messages = [
  { path: "/settings/messages", kind: "list", max: 30, value: [], fields: [
    { path: "/trigger", kind: "select", required: true, value: "started", words: "trigger",
      options: ["started", "waiting", "position", "agent_assigned", "agent_left", "transferred", "outside_hours", "ended", "inactivity"] },
    { path: "/after_seconds", kind: "duration", required: true, min: 1, max: 604_800, value: 60, when: { "/trigger": ["waiting", "inactivity"] } },
    { path: "/position", kind: "number", required: true, min: 1, max: 20, value: 1, when: { "/trigger": ["position"] } },
    { path: "/text", kind: "texts", required: true, long: true, max: 4000 },
  ] },
  { path: "/settings/invitation", kind: "part", nullable: true, fields: [
    { path: "/after_seconds", kind: "duration", min: 0, max: 3600, value: 30 },
    { path: "/url_pattern", kind: "text", nullable: true, min: 1, max: 2000 },
    { path: "/text", kind: "texts", required: true, max: 300 },
  ] },
  { path: "/settings/transcript_minutes", kind: "number", unit: "minutes", min: 0, max: 10_080, value: 60 },
  { path: "/settings/post_chat_survey_url", kind: "text", nullable: true, max: 2000 },
];

/** @type {Field[]} */
const authentication = [
  { path: "/settings/authentication/mode", kind: "select", options: ["none", "optional", "required"], words: "authentication", value: "none" },
  ...["key_url", "public_key", "audience", "issuer"].map((name) => /** @type {Field} */ ({
    path: `/settings/authentication/${name}`, kind: name === "public_key" ? "area" : "text", nullable: true, keep: true,
    ...(name === "key_url" ? { max: 2000 } : name === "public_key" ? { max: 8192 } : { min: 1, max: 300 }),
    when: { "/settings/authentication/mode": ["optional", "required"] },
  })),
];

/** @type {import("../form-types.js").Collection} */
export const channels = {
  id: "channels",
  schema: "Channel",
  title: "/name",
  columns: ["/type", "/work_stream_id", "/settings/provider"],
  fields: [
    { path: "", kind: "section", id: "general", fields: [
      { path: "/name", kind: "text", required: true, min: 1, max: NAME },
      { path: "/type", kind: "select", required: true, options: CHANNEL_TYPES, words: "channel_type", value: "live_chat" },
      { path: "/work_stream_id", kind: "pick", from: "work-streams", required: true, same: { "/channel_type": "/type" }, follows: { path: "/type", values: { live_chat: "default-live-chat", "*": undefined } } },
    ] },
    { path: "", kind: "section", id: "provider", when: { "/type": CHANNEL_TYPES.filter((type) => type !== "live_chat" && type !== "entity") }, fields: providerFields() },
    { path: "", kind: "section", id: "widget", when: CHAT, fields: widget },
    { path: "", kind: "section", id: "survey", when: CHAT, fields: survey },
    { path: "", kind: "section", id: "hours", when: CHAT, fields: hours },
    { path: "", kind: "section", id: "messages", when: CHAT, fields: messages },
    { path: "", kind: "section", id: "authentication", when: CHAT, fields: authentication },
  ],
};

/* Owns the descriptions of the forms for what agents see: presences, skills, quick replies, templates of the screen pop. */

import { BASE_PRESENCES, MANY, NAME } from "./common.js";

/** @type {import("../form-types.js").Collection} */
export const presences = {
  id: "presences",
  schema: "Presence",
  title: "/text",
  builtIn: BASE_PRESENCES,
  locked: true,
  columns: ["/base", "/description"],
  fields: [
    { path: "/text", kind: "text", required: true, min: 1, max: NAME },
    { path: "/base", kind: "select", required: true, options: BASE_PRESENCES, words: "base_presence", value: "away" },
    { path: "/description", kind: "area", nullable: true, max: 2000 },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const skills = {
  id: "skills",
  schema: "Skill",
  title: "/name",
  columns: ["/max_level"],
  fields: [
    { path: "/name", kind: "text", required: true, min: 1, max: NAME },
    { path: "/max_level", kind: "number", min: 1, max: 1000, value: 10 },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const quickReplies = {
  id: "quick-replies",
  schema: "QuickReply",
  title: "/title",
  columns: ["/text", "/language", "/work_stream_ids"],
  fields: [
    { path: "/title", kind: "text", required: true, min: 1, max: 100 },
    { path: "/text", kind: "area", required: true, min: 1, max: 4000 },
    { path: "/language", kind: "text", nullable: true, max: 35 },
    { path: "/tags", kind: "chips", max: 20, value: [] },
    { path: "/work_stream_ids", kind: "picks", from: "work-streams", max: MANY, value: [] },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const notificationTemplates = {
  id: "notification-templates",
  schema: "NotificationTemplate",
  title: "/name",
  columns: ["/title", "/theme", "/desktop"],
  fields: [
    { path: "/name", kind: "text", required: true, min: 1, max: NAME },
    { path: "/title", kind: "text", nullable: true, min: 1, max: 300 },
    { path: "/fields", kind: "list", row: true, ordered: true, nullable: true, max: 20, fields: [
      { path: "/label", kind: "text", required: true, min: 1, max: 100 },
      { path: "/value", kind: "text", required: true, min: 1, max: 300 },
    ] },
    { path: "/theme", kind: "select", options: ["standard", "calm", "urgent"], value: "standard" },
    { path: "/desktop", kind: "select", options: ["never", "background", "always"], value: "background" },
    { path: "/show_timer", kind: "switch", value: true },
  ],
};

/* Owns the description of the form for agents. */

import { MANY, MILLION, NAME } from "./common.js";

/** @type {import("../form-types.js").Collection} */
export const agents = {
  id: "agents",
  schema: "Agent",
  title: "/name",
  readOnly: ["runtime"],
  columns: ["/role", "/runtime/presence", "/capacity", "/queue_ids"],
  fields: [
    { path: "", kind: "section", id: "general", fields: [
      { path: "/name", kind: "text", required: true, min: 1, max: NAME },
      { path: "/email", kind: "text", nullable: true, max: 254 },
      { path: "/role", kind: "select", options: ["agent", "supervisor", "admin"], words: "role", value: "agent" },
      { path: "/default_presence", kind: "pick", from: "presences", required: true, value: "available" },
    ] },
    { path: "", kind: "section", id: "work", fields: [
      { path: "/capacity", kind: "number", min: 0, max: MILLION, value: 100 },
      { path: "/queue_ids", kind: "picks", from: "queues", max: MANY, value: [] },
    ] },
    { path: "", kind: "section", id: "skills", fields: [
      { path: "/skills", kind: "list", row: true, max: MANY, value: [], fields: [
        { path: "/skill_id", kind: "pick", from: "skills", required: true },
        { path: "/level", kind: "number", required: true, min: 1, max: 1000, value: 1 },
      ] },
    ] },
    { path: "", kind: "section", id: "profiles", fields: [
      { path: "/capacity_profiles", kind: "list", row: true, max: MANY, value: [], fields: [
        { path: "/profile_id", kind: "pick", from: "capacity-profiles", required: true },
        { path: "/limit", kind: "number", nullable: true, min: 1, max: MILLION },
      ] },
    ] },
  ],
};

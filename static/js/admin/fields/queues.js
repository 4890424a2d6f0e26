/* Owns the description of the form for queues. */

import { MILLION, NAME, YEAR } from "./common.js";

/** @typedef {import("../form-types.js").Field} Field */

/** @type {Field[]} */
const when = [
  { path: "/when", kind: "variant", words: "overflow_when", variants: [
    { id: "waiting", has: "waiting", fields: [{ path: "/waiting", kind: "number", required: true, min: 1, max: 10_000, value: 10 }] },
    { id: "wait_seconds", has: "wait_seconds", fields: [{ path: "/wait_seconds", kind: "duration", required: true, min: 1, max: YEAR, value: 120 }] },
    { id: "out_of_hours", has: "out_of_hours", mark: { out_of_hours: true } },
  ] },
  { path: "/action", kind: "variant", words: "overflow_action", variants: [
    { id: "queue_id", has: "queue_id", fields: [{ path: "/queue_id", kind: "pick", from: "queues", required: true, same: { "/type": "/type" } }] },
    { id: "fallback", has: "fallback", mark: { fallback: true } },
    { id: "end", has: "end", fields: [{ path: "/end/message", kind: "area", nullable: true, max: 4000 }] },
    { id: "assign_anyway", has: "assign_anyway", mark: { assign_anyway: true } },
  ] },
];

/** @type {import("../form-types.js").Collection} */
export const queues = {
  id: "queues",
  schema: "Queue",
  title: "/name",
  readOnly: ["members"],
  builtIn: ["default-messaging", "default-record"],
  columns: ["/type", "/priority", "/assignment_method", "/operating_hours_id", "/members"],
  fields: [
    { path: "", kind: "section", id: "general", fields: [
      { path: "/name", kind: "text", required: true, min: 1, max: NAME },
      { path: "/type", kind: "select", options: ["messaging", "record"], words: "queue_type", value: "messaging" },
      { path: "/priority", kind: "number", min: -MILLION, max: MILLION, value: 100 },
      { path: "/assignment_method", kind: "select", options: ["highest_capacity", "round_robin", "longest_idle", "least_active"], value: "highest_capacity" },
    ] },
    { path: "", kind: "section", id: "hours", fields: [
      { path: "/operating_hours_id", kind: "pick", from: "operating-hours", nullable: true },
      { path: "/service_level_seconds", kind: "duration", nullable: true, min: 1, max: YEAR },
    ] },
    { path: "", kind: "section", id: "overflow", fields: [
      { path: "/overflow", kind: "list", ordered: true, max: 20, value: [], fields: when },
    ] },
  ],
};

/* Owns the descriptions of the forms for operating hours and capacity profiles. */

import { MILLION, NAME } from "./common.js";

export const WEEKDAYS = /** @type {const} */ (["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);
const FROM = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const TO = /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;

/** @type {import("../form-types.js").Collection} */
export const operatingHours = {
  id: "operating-hours",
  schema: "OperatingHours",
  title: "/name",
  readOnly: ["open", "changes_at"],
  columns: ["/open", "/time_zone", "/weekly", "/changes_at"],
  fields: [
    { path: "", kind: "section", id: "general", fields: [
      { path: "/name", kind: "text", required: true, min: 1, max: NAME },
      { path: "/time_zone", kind: "zone", required: true, min: 1, max: 64, value: "UTC" },
    ] },
    { path: "", kind: "section", id: "weekly", fields: [
      { path: "/weekly", kind: "list", max: 50, value: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00" }], fields: [
        { path: "/days", kind: "checks", required: true, options: WEEKDAYS, words: "weekday", min: 1, max: 7, value: ["mon", "tue", "wed", "thu", "fri"] },
        { path: "/from", kind: "time", required: true, pattern: FROM, value: "09:00" },
        { path: "/to", kind: "time", required: true, pattern: TO, value: "17:00" },
      ] },
    ] },
    { path: "", kind: "section", id: "holidays", fields: [
      { path: "/holidays", kind: "list", row: true, max: 366, value: [], fields: [
        { path: "/date", kind: "date", required: true, pattern: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/ },
        { path: "/name", kind: "text", nullable: true, min: 1, max: 100 },
        { path: "/from", kind: "time", nullable: true, pattern: FROM },
        { path: "/to", kind: "time", nullable: true, pattern: TO },
      ] },
    ] },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const capacityProfiles = {
  id: "capacity-profiles",
  schema: "CapacityProfile",
  title: "/name",
  columns: ["/limit", "/reset", "/blocking"],
  fields: [
    { path: "/name", kind: "text", required: true, min: 1, max: NAME },
    { path: "/limit", kind: "number", min: 1, max: MILLION, value: 1 },
    { path: "/reset", kind: "select", options: ["none", "end_of_day"], value: "none" },
    { path: "/time_zone", kind: "zone", required: true, min: 1, max: 100, value: "UTC", when: { "/reset": ["end_of_day"] }, keep: true },
    { path: "/blocking", kind: "switch", value: false },
  ],
};

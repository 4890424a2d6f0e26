/* Owns the descriptions of the forms for customers and the rules that identify them. */

import { MANY, NAME } from "./common.js";

/** @type {import("../form-types.js").Collection} */
export const customers = {
  id: "customers",
  schema: "CustomerRecord",
  title: "/name",
  columns: ["/email", "/phone", "/active"],
  fields: [
    { path: "/name", kind: "text", required: true, min: 1, max: NAME },
    { path: "/email", kind: "text", nullable: true, max: 254 },
    { path: "/phone", kind: "text", nullable: true, max: 64 },
    { path: "/case_numbers", kind: "chips", max: MANY, value: [] },
    { path: "/active", kind: "switch", value: true },
  ],
};

/** @type {import("../form-types.js").Collection} */
export const identificationRules = {
  id: "record-identification-rules",
  schema: "RecordIdentificationRule",
  columns: ["/work_stream_id", "/match"],
  fields: [
    { path: "/work_stream_id", kind: "pick", from: "work-streams", nullable: true },
    { path: "/match", kind: "list", row: true, required: true, min: 1, max: 10, value: [{ field: "email", variable: "" }], fields: [
      { path: "/field", kind: "select", required: true, options: ["name", "email", "phone", "case_number"], words: "identification_field", value: "email" },
      { path: "/variable", kind: "text", required: true, min: 1, max: 100, suggest: "variables" },
    ] },
  ],
};

/* Owns the configuration's history: of the audit log what changed the configuration or gave somebody a token; `#/history/queues/vip` is one resource's. */

import { createLog } from "./audit.js";

const DAYS = 30;

/** @param {import("./main.js").Context["api"]} _api @param {import("./main.js").Context} context */
export function createHistory(_api, context) {
  return createLog(context, { history: true, days: DAYS });
}

/* Owns finding out what a token may do. The server has no question for it, so two harmless ones tell. */

import { RequestError } from "../lib/client.js";
import { createApi } from "./api.js";

/** @typedef {"agent"|"supervisor"|"admin"} Role */

/** No version has this mark, so the change that is asked for never happens. */
const NO_VERSION = '"0"';

/** The token's role; null where it is not valid. Throws where the server cannot be asked. @param {string} token @returns {Promise<Role|null>} */
export async function roleOf(token) {
  const api = createApi(token);
  const may_change = await statusOf(() => api.patch("/v1/settings", {}, NO_VERSION));
  if (may_change === 401) return null;
  if (may_change !== 403) return "admin";
  return (await statusOf(() => api.get("/v1/settings"))) === 200 ? "supervisor" : "agent";
}

/** @param {() => Promise<{status: number}>} ask */
async function statusOf(ask) {
  try {
    return (await ask()).status;
  } catch (error) {
    if (error instanceof RequestError && error.problem.status && error.problem.status < 500 && error.problem.status !== 429) return error.problem.status;
    throw error;
  }
}

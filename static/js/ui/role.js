/* Owns finding out whose a token is and what it may do. */

import { RequestError } from "../lib/client.js";
import { createApi } from "./api.js";

/** @typedef {"agent"|"backend"|"supervisor"|"admin"} Role */

/** The token's role; null where it is not valid. Throws where the server cannot be asked. @param {string} token @returns {Promise<Role|null>} */
export async function roleOf(token) {
  try {
    return (await createApi(token).get("/v1/me")).value.role;
  } catch (error) {
    if (error instanceof RequestError && error.problem.status === 401) return null;
    throw error;
  }
}

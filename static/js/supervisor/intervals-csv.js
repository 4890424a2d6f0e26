/* Owns the export: the server's CSV of what is asked for, saved as a file. */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { inWords } from "../ui/refusal.js";

/** Gives it away after the browser has taken it. */
const RELEASE_MS = 60_000;

/**
 * Fetches the CSV of a path and saves it under a name. Throws a RequestError.
 * @param {string} path @param {string} token @param {string} name
 */
export async function downloadCsv(path, token, name) {
  const headers = { accept: "text/csv", authorization: `Bearer ${token}` };
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { headers, cache: "no-store" });
  } catch {
    throw new RequestError({ code: "not_connected", retryable: true });
  }
  if (!response.ok) throw new RequestError(inWords({ code: "unknown", ...(await response.json().catch(() => ({}))), status: response.status }));
  const address = URL.createObjectURL(await response.blob());
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}

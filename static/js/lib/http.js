/* Owns calls over HTTP: JSON in and out, a problem as a RequestError like on the sockets. */

import { RequestError } from "./client.js";

/**
 * @param {string} path
 * @param {{token?: string, method?: string, body?: unknown}} [options]
 * @returns {Promise<any>}
 */
export async function call(path, { token, method = "GET", body } = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new RequestError({ code: "not_connected", retryable: true });
  }
  const value = await response.json().catch(() => ({}));
  if (!response.ok) throw new RequestError({ code: "unknown", ...value, status: response.status });
  return value;
}

/**
 * Everything of a list, page by page, to a bound.
 * @param {string} path with its query
 * @param {string} token
 * @param {number} max_pages
 * @returns {Promise<{items: any[], truncated: boolean}>}
 */
export async function callAll(path, token, max_pages) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < max_pages; page++) {
    const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const answer = await call(`${path}${query}`, { token });
    items.push(...answer.items);
    cursor = answer.next_cursor;
    if (!cursor) return { items, truncated: false };
  }
  return { items, truncated: true };
}

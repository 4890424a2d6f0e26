/* Owns a page's calls over HTTP: JSON in and out, with the version (`ETag`) of what is read. A refusal is a RequestError. */

import { RequestError } from "../lib/client.js";
import { ui } from "../strings.en.js";

const PAGE = 1000;
const MERGE = "application/merge-patch+json";

/** @typedef {{value: any, etag: string|null, status: number}} Answer */

/**
 * `etag` sends `If-Match`, so that nobody's change is written over: a 412 says that there was one.
 * @param {string} token
 * @param {() => void} [onRefused] the token is not, or no longer, valid
 */
export function createApi(token, onRefused) {
  /** @param {string} method @param {string} path @param {unknown} [body] @param {string|null} [etag] @param {string} [type] @returns {Promise<Answer>} */
  async function ask(method, path, body, etag, type = "application/json") {
    const response = await send(path, { method, headers: headersOf(token, body, etag, type), body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
    const value = await valueOf(response);
    if (response.status === 401) onRefused?.();
    if (!response.ok) throw new RequestError({ code: "unknown", title: ui.refused_with(response.status), ...(typeof value === "object" ? value : {}), status: response.status });
    return { value, etag: response.headers.get("etag"), status: response.status };
  }

  /**
   * A list, page by page, up to `max` of its items; `truncated` says that there are more.
   * @param {string} path with its query
   * @param {number} [max]
   * @returns {Promise<Answer & {truncated: boolean}>}
   */
  async function list(path, max = PAGE) {
    /** @type {any[]} */
    const items = [];
    let cursor = null;
    do {
      const address = new URL(path, location.origin);
      address.searchParams.set("limit", String(Math.min(PAGE, max - items.length)));
      if (cursor) address.searchParams.set("cursor", cursor);
      const { value } = await ask("GET", address.pathname + address.search);
      items.push(...value.items);
      cursor = value.next_cursor;
    } while (cursor && items.length < max);
    return { value: items, etag: null, status: 200, truncated: Boolean(cursor) };
  }

  return {
    list,
    get: (/** @type {string} */ path) => ask("GET", path),
    put: (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {string|null|undefined} */ etag) => ask("PUT", path, body, etag),
    patch: (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {string|null|undefined} */ etag) => ask("PATCH", path, body, etag, MERGE),
    post: (/** @type {string} */ path, /** @type {unknown} */ body) => ask("POST", path, body),
    remove: (/** @type {string} */ path, /** @type {string|null|undefined} */ etag) => ask("DELETE", path, undefined, etag),
  };
}

/** @param {string} token @param {unknown} body @param {string|null|undefined} etag @param {string} type */
function headersOf(token, body, etag, type) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = type;
  if (etag) headers["if-match"] = etag;
  return headers;
}

/** @param {string} path @param {RequestInit} options */
async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new RequestError({ code: "not_connected", retryable: true, detail: ui.unreachable });
  }
}

/** JSON as what it says; anything else as text. @param {Response} response */
async function valueOf(response) {
  const text = await response.text();
  if (!/json/.test(response.headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

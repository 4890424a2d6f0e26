/*
 * Owns a page's calls over HTTP: JSON in and out, with the version (`ETag`) of what is read. A refusal is a RequestError, in the page's
 * language.
 */

import { RequestError } from "../lib/client.js";
import { ui } from "../strings.en.js";
import { inWords } from "./refusal.js";

const PAGE = 1000;
const MERGE = "application/merge-patch+json";

/** @typedef {{value: any, etag: string|null, status: number}} Answer */
/** `etag` sends `If-Match`, `fresh` `If-None-Match: *`. @typedef {{body?: unknown, etag?: string|null, fresh?: boolean, type?: string}} How */

/**
 * `etag` sends `If-Match`, so that nobody's change is written over: a 412 says that there was one. `create` makes what is not there yet,
 * and is a 412 else.
 * @param {string|(() => string)} token a function where it may become another one
 * @param {() => void} [onRefused] the token is not, or no longer, valid
 */
export function createApi(token, onRefused) {
  /** @param {string} method @param {string} path @param {How} [how] @returns {Promise<Answer>} */
  async function ask(method, path, how = {}) {
    const headers = headersOf(typeof token === "string" ? token : token(), how);
    const response = await send(path, { method, headers, body: how.body === undefined ? undefined : JSON.stringify(how.body), cache: "no-store" });
    const value = await valueOf(response);
    if (response.status === 401) onRefused?.();
    if (!response.ok) throw new RequestError(inWords({ code: "unknown", title: ui.refused_with(response.status), ...(typeof value === "object" ? value : {}), status: response.status }));
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
    create: (/** @type {string} */ path, /** @type {unknown} */ body) => ask("PUT", path, { body, fresh: true }),
    put: (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {string|null|undefined} */ etag) => ask("PUT", path, { body, etag }),
    patch: (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {string|null|undefined} */ etag) => ask("PATCH", path, { body, etag, type: MERGE }),
    post: (/** @type {string} */ path, /** @type {unknown} */ body) => ask("POST", path, { body }),
    remove: (/** @type {string} */ path, /** @type {string|null|undefined} */ etag) => ask("DELETE", path, { etag }),
  };
}

/** @param {string} token @param {How} how */
function headersOf(token, { body, etag, fresh, type = "application/json" }) {
  /** @type {Record<string, string>} */
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  if (body !== undefined) headers["content-type"] = type;
  if (etag) headers["if-match"] = etag;
  if (fresh) headers["if-none-match"] = "*";
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

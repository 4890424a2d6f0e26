/* Owns the tests of a page's calls over HTTP: which conditions they send, with which token, and what they fail with. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { RequestError } from "../../../static/js/lib/client.js";
import { createApi } from "../../../static/js/ui/api.js";

const { fetch: real } = globalThis;
afterEach(() => (globalThis.fetch = real));

/** Answers every call with that; gives the calls. @param {number} status @param {object} body */
function answering(status, body) {
  /** @type {{path: string, method: string, headers: Record<string, string>}[]} */
  const calls = [];
  globalThis.fetch = /** @type {any} */ (async (path, { method, headers }) => {
    calls.push({ path, method, headers });
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", etag: '"7"' } });
  });
  return calls;
}

test("what_is_made_anew_is_never_written_over_another_and_what_is_changed_never_over_a_change", async () => {
  const calls = answering(200, {});
  const api = createApi("t");
  await api.create("/v1/queues/vip", {});
  await api.put("/v1/queues/vip", {}, '"7"');
  assert.deepEqual(calls.map(({ method, headers }) => [method, headers["if-none-match"], headers["if-match"]]), [["PUT", "*", undefined], ["PUT", undefined, '"7"']]);
});

test("a_token_that_becomes_another_is_the_one_of_the_next_call", async () => {
  const calls = answering(200, {});
  let token = "old";
  const api = createApi(() => token);
  await api.get("/v1/me");
  token = "new";
  await api.get("/v1/me");
  assert.deepEqual(calls.map(({ headers }) => headers.authorization), ["Bearer old", "Bearer new"]);
});

test("a_refusal_says_what_is_wrong_and_a_refused_token_is_told", async () => {
  answering(401, { code: "unauthorized", detail: "nonsense" });
  let told = 0;
  const api = createApi("t", () => told++);
  await assert.rejects(api.get("/v1/me"), (problem) => problem instanceof RequestError && problem.problem.status === 401 && problem.message === "Your token is not valid, or has expired.");
  assert.equal(told, 1);
  globalThis.fetch = () => Promise.reject(new TypeError("failed"));
  await assert.rejects(api.get("/v1/me"), (problem) => problem instanceof RequestError && problem.problem.code === "not_connected" && problem.message === "The server cannot be reached.");
});

/* What a page says where the server answers no request, or answers something that is not ours. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi } from "../../../static/js/ui/api.js";

/** The error of a request that `fetch` answers so. @param {() => Promise<Response>} fetch */
async function failure(fetch) {
  const before = globalThis.fetch;
  globalThis.fetch = fetch;
  try {
    return await createApi("t").get("/v1/queues").then(() => assert.fail("it is refused"), (error) => error);
  } finally {
    globalThis.fetch = before;
  }
}

test("a_server_that_is_not_reached_is_told_in_a_sentence", async () => {
  const error = await failure(() => Promise.reject(new TypeError("Failed to fetch")));
  assert.equal(error.problem.code, "not_connected");
  assert.equal(error.message, "The server cannot be reached.");
});

test("an_error_of_what_stands_before_the_server_is_told_in_a_sentence", async () => {
  const error = await failure(async () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }));
  assert.equal(error.message, "The server answered with an error (502).");
});

test("the_servers_own_words_for_a_refusal_stand", async () => {
  const problem = { code: "not_found", title: "Not found", detail: "There is no queue vip." };
  const error = await failure(async () => new Response(JSON.stringify(problem), { status: 404, headers: { "content-type": "application/problem+json" } }));
  assert.equal(error.message, "There is no queue vip.");
  assert.equal(error.problem.status, 404);
});

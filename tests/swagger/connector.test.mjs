/*
 * The record connector's document, as the program named by CALLBOARD_BIN serves it, under a public Swagger 2.0 validator
 * (schema and specification), and its own test operation against the server that it names.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import SwaggerParser from "@apidevtools/swagger-parser";

const TOKEN = "connector-administrator-0123456789abcdef";
// A relative path is meant from where npm was called.
const bin = path.resolve(process.env.INIT_CWD ?? ".", process.env.CALLBOARD_BIN ?? "");
let data = "";
let child;
let base = "";

before(async () => {
  assert.ok(process.env.CALLBOARD_BIN, "CALLBOARD_BIN must name the callboard program");
  data = await mkdtemp(path.join(tmpdir(), "callboard-swagger-"));
  const env = { ...process.env, CALLBOARD_ADMIN_TOKEN: TOKEN };
  child = spawn(bin, ["serve", "--listen", "127.0.0.1:0", "--data", data], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  base = line.match(/^listening on (http:\/\/\S+)/)?.[1] ?? "";
  assert.ok(base, "the server says where it listens");
});

after(async () => {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  await rm(data, { recursive: true, force: true });
});

async function document() {
  const response = await fetch(`${base}/connectors/entity.swagger.json`);
  assert.equal(response.status, 200);
  return response.json();
}

test("the connector's document is valid Swagger 2.0", async () => {
  const api = await SwaggerParser.validate(await document());
  assert.equal(api.swagger, "2.0");
  assert.ok(Object.keys(api.paths).length >= 6);
});

test("the validator refuses a document that Swagger 2.0 does not know", async () => {
  const broken = await document();
  broken.paths["/entities/route"].post.parameters.push({ name: "x", in: "nowhere", type: "string" });
  await assert.rejects(SwaggerParser.validate(broken));
});

test("its test operation answers at the address that it names, signed in as it says", async () => {
  const api = await SwaggerParser.validate(await document());
  const id = api["x-ms-capabilities"].testConnection.operationId;
  const operations = Object.entries(api.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at, method, operation })));
  const found = operations.find(({ operation }) => operation.operationId === id);
  const { in: place, name } = api.securityDefinitions.api_key;
  assert.equal(place, "header");
  const url = `${api.schemes[0]}://${api.host}${api.basePath}${found.at}`;
  const ask = (headers) => fetch(url, { method: found.method.toUpperCase(), headers });
  assert.equal((await ask({ [name]: `Bearer ${TOKEN}` })).status, 200);
  assert.equal((await ask({})).status, 401);
});

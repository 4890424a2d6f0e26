/*
 * Owns the proof that other people's programs can speak to the sockets: the examples of docs/client.md as they stand there, the
 * client through a server that dies, and the document of the frames under a public parser. No browser.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { Parser } from "@asyncapi/parser";
import { Client, RequestError } from "../../../static/js/lib/client.js";
import { startServer } from "../helpers/server.mjs";

const ROOT = new URL("../../../", import.meta.url);
const WITHIN_MS = 300_000;

/** Runs a test with a server of its own. */
function served(name, run) {
  test(name, { timeout: WITHIN_MS }, async () => {
    const server = await startServer();
    const clients = [];
    const connect = (options) => {
      const client = new Client({ server: server.base, ...options });
      clients.push(client);
      return client;
    };
    try {
      await server.admin("PATCH", "/v1/agents/ana", { queue_ids: ["support", "sales", "vip"] });
      await run(server, connect);
    } finally {
      for (const client of clients) client.stop();
      await server.stop();
    }
  });
}

/** The next value of an event that fits. */
function next(client, event, fits = () => true) {
  return new Promise((resolve) => {
    const off = client.on(event, (value) => {
      if (!fits(value)) return;
      off();
      resolve(value);
    });
  });
}

const tokenOf = (desk) => new URLSearchParams(new URL(desk).hash.slice(1)).get("token");

/** A program of the guide, by its file's name. */
async function example(name) {
  const guide = await readFile(new URL("docs/client.md", ROOT), "utf8");
  const found = guide.match(new RegExp("`" + name + "`:\\n\\n```js\\n([\\s\\S]*?)\\n```"));
  assert.ok(found, `docs/client.md has ${name}`);
  return found[1];
}

/** Runs a program of the guide; resolves with what it printed, and fails if it did. */
async function runProgram(file, env) {
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 0, said);
  return said;
}

served("the_examples_of_the_guide_talk_to_each_other", async (server) => {
  const folder = await mkdtemp(path.join(tmpdir(), "callboard-client-"));
  try {
    await copyFile(new URL("static/js/lib/client.js", ROOT), path.join(folder, "client.js"));
    await writeFile(path.join(folder, "package.json"), '{"type": "module"}');
    for (const name of ["agent.mjs", "customer.mjs"]) await writeFile(path.join(folder, name), await example(name));
    const env = { SERVER: server.base, TOKEN: tokenOf(server.desks[0]) };
    const [agent, customer] = await Promise.all(["agent.mjs", "customer.mjs"].map((name) => runProgram(path.join(folder, name), env)));
    for (const line of [/^signed in as Ana$/m, /^offered: Web chat/m, /^closed$/m]) assert.match(agent, line);
    for (const line of [/^with Ana$/m, /^answer: Hello! You said: Is my order on its way\?$/m]) assert.match(customer, line);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

served("the_client_that_is_served_is_this_one", async (server) => {
  const [answer, file] = await Promise.all([fetch(`${server.base}/static/js/lib/client.js`), readFile(new URL("static/js/lib/client.js", ROOT), "utf8")]);
  assert.equal(await answer.text(), file);
  assert.match(answer.headers.get("content-type"), /^text\/javascript/);
});

served("through_a_killed_server_every_message_comes_once", async (server, connect) => {
  const agent = connect({ socket: "agent", token: tokenOf(server.desks[0]) });
  await agent.start();
  const assigned = next(agent, "conversation.assigned");
  agent.on("offer.created", ({ offer }) => void agent.request("offer.accept", { offer_id: offer.id }).catch(() => {}));
  const opened = await fetch(`${server.base}/v1/widgets/web-chat/conversations`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ message: "one" }),
  });
  const { customer_token, conversation } = await opened.json();
  const customer = connect({ socket: "customer", token: () => customer_token });
  await customer.start();
  await assigned;
  const said = [];
  agent.on("message.received", ({ message }) => said.push(message.text));
  const told = next(agent, "message.received", ({ message }) => message.text === "two");
  await customer.request("message.send", { text: "two", client_message_id: "k2" }, { again: true });
  await told;
  const lost = [agent, customer].map((client) => next(client, "connection", ({ phase }) => phase === "lost"));
  await server.kill();
  await Promise.all(lost);
  // Asked while there is no server.
  const three = customer.request("message.send", { text: "three", client_message_id: "k3" }, { again: true });
  await assert.rejects(customer.request("typing"), (error) => error instanceof RequestError && error.problem.code === "not_connected");
  const back = next(agent, "welcome");
  const restored = next(customer, "welcome");
  await server.restart();
  const welcome = await back;
  assert.deepEqual([welcome.resumed, welcome.conversations.map(({ id }) => id)], [false, [conversation.id]]);
  assert.deepEqual((await restored).messages.map(({ text }) => text), ["one", "two"]);
  assert.equal((await three).message.seq, 3);
  const again = await customer.request("message.send", { text: "three", client_message_id: "k3" });
  assert.equal(again.message.seq, 3);
  const four = next(customer, "message.received", ({ message }) => message.text === "four");
  await agent.request("message.send", { conversation_id: conversation.id, text: "four" });
  assert.equal((await four).message.text, "four");
  const list = await server.admin("GET", `/v1/conversations/${conversation.id}/messages`);
  assert.deepEqual(list.items.map(({ text }) => text), ["one", "two", "three", "four"]);
});

served("a_broken_connection_resumes_with_what_was_missed", async (server, connect) => {
  const token = tokenOf(server.desks[0]);
  const first = connect({ socket: "agent", token });
  await first.start();
  const other = connect({ socket: "agent", token });
  await other.start();
  const { session } = first;
  first.stop();
  for (const presence of ["away", "busy"]) await other.request("presence.set", { presence });
  const second = connect({ socket: "agent", token, resume: session });
  const seen = [];
  const both = next(second, "presence.changed", ({ presence }) => seen.push(presence) === 2);
  assert.equal((await second.start()).resumed, true);
  await both;
  assert.deepEqual(seen, ["away", "busy"]);
});

served("a_supervisor_sees_the_board_and_a_bad_token_is_refused", async (server, connect) => {
  const { token } = await server.admin("PUT", "/v1/api-keys/board", { name: "Board", role: "supervisor" });
  const welcome = await connect({ socket: "supervisor", token }).start();
  assert.ok(welcome.queues.some(({ queue_id }) => queue_id === "support"));
  const stranger = connect({ socket: "supervisor", token: "nonsense" });
  await assert.rejects(stranger.start(), (error) => error.problem.code === "refused");
  assert.deepEqual(stranger.connection, { phase: "stopped", code: 4401, retry_in_ms: null });
  const asked = [];
  const late = connect({ socket: "supervisor", token: (again) => (asked.push(again), again ? token : "expired") });
  await late.start();
  assert.deepEqual(asked, [false, true]);
});

served("a_public_parser_takes_the_document_of_the_sockets", async (server) => {
  const text = await (await fetch(`${server.base}/asyncapi.json`)).text();
  const { document, diagnostics } = await new Parser().parse(text);
  // 3.0 is what most tools read; that there is a newer version is no finding.
  const findings = diagnostics.filter(({ code }) => code !== "asyncapi-latest-version");
  assert.deepEqual(findings.map(({ message, path: at }) => `${at.join("/")}: ${message}`), []);
  assert.deepEqual(document.channels().all().map((channel) => channel.address()), ["/v1/agent-session", "/v1/customer-session", "/v1/supervisor-session"]);
  const broken = JSON.parse(text);
  broken.operations["agent.send"].messages.push({ $ref: "#/channels/agent/messages/surely_not" });
  assert.equal((await new Parser().parse(JSON.stringify(broken))).document, undefined, "the parser would have found a lost reference");
});

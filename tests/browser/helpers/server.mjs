/*
 * Owns starting the real server for a story: the program named by CALLBOARD_BIN, run as `callboard demo` on a free port, and
 * its addresses as it prints them (CONTRACT §1). Every story has a server and a store of its own.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const ADMIN_TOKEN = "story-administrator-0123456789abcdef";
const READY_WITHIN_MS = 60_000;
const MOST_SAID = 40;
/** An address of this file's own, so that nobody else takes the port of a server that is down for a moment. */
const ADDRESS = process.platform === "linux" ? `127.1.${(process.pid >> 8) & 255}.${process.pid & 255}` : "127.0.0.1";
const LAST_LINE = /\/docs\b|openapi|API reference/i;

/**
 * A running server.
 * @typedef {object} Server
 * @property {string} base
 * @property {string[]} desks the agents' desktops, signed in
 * @property {string} token the administrator's
 * @property {string} chat the customer's page
 * @property {string[]} said its last words to whoever runs it, for a story that fails
 * @property {() => Promise<void>} kill ends it as a power cut would
 * @property {() => Promise<void>} restart starts it again on the same port and store
 * @property {() => Promise<void>} stop ends it and takes its store away
 * @property {(method: string, path: string, body?: unknown) => Promise<any>} admin
 */

/** @returns {Promise<Server>} */
export async function startServer() {
  const bin = process.env.CALLBOARD_BIN;
  assert.ok(bin, "CALLBOARD_BIN must name the callboard program");
  const data = await mkdtemp(path.join(tmpdir(), "callboard-story-"));
  /** @type {string[]} */
  const said = [];
  let run = await launch(bin, data, `${ADDRESS}:0`, said);
  const { base, desks, chat } = run;

  async function kill() {
    if (run.child.exitCode !== null || run.child.signalCode !== null) return;
    const ended = once(run.child, "exit");
    run.child.kill("SIGKILL");
    await ended;
  }

  return {
    base, desks, chat, said, kill, token: ADMIN_TOKEN,
    async restart() {
      run = await launch(bin, data, new URL(base).host, said);
    },
    async stop() {
      await kill();
      await rm(data, { recursive: true, force: true });
    },
    async admin(method, route, body) {
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": type };
      const response = await fetch(base + route, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
      assert.ok(response.ok, `${method} ${route} answered ${response.status}: ${await response.clone().text()}`);
      return response.status === 204 ? null : response.json();
    },
  };
}

/** @param {string} bin @param {string} data @param {string} listen @param {string[]} said */
async function launch(bin, data, listen, said) {
  const env = { ...process.env, CALLBOARD_ADMIN_TOKEN: ADMIN_TOKEN };
  const child = spawn(bin, ["demo", "--listen", listen, "--data", data], { env, stdio: ["ignore", "pipe", "pipe"] });
  createInterface({ input: child.stderr }).on("line", (line) => void (said.push(line) > MOST_SAID && said.shift()));
  const lines = createInterface({ input: child.stdout });
  const urls = [];
  let base = "";
  const timer = setTimeout(() => child.kill("SIGKILL"), READY_WITHIN_MS);
  for await (const line of lines) {
    base ||= line.match(/^listening on (http:\/\/\S+)/)?.[1] ?? "";
    urls.push(...(line.match(/https?:\/\/\S+/g) ?? []));
    if (base && LAST_LINE.test(line)) break;
  }
  clearTimeout(timer);
  // Nobody reads on; an open pipe that fills would stop the server.
  child.stdout.resume();
  assert.ok(base, `the server never said that it listens: ${said.join("\n")}`);
  const chat = urls.find((url) => url.includes("/chat"));
  assert.ok(chat, "the demo prints the customer's page");
  return { child, base, chat, desks: urls.filter((url) => url.includes("/agent#token=")) };
}

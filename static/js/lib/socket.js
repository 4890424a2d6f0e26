/*
 * Owns one lasting connection over WebSockets: hello and welcome, requests with their replies, the JSON ping that finds
 * a silent loss, and reconnecting with back-off. Knows nothing of agents or conversations.
 *
 * A loss is known at once when the socket closes, and within PING_AFTER_MS + PONG_WITHIN_MS (16 s) when it is silent.
 */

import { backoffMs } from "./backoff.js";

/** @typedef {import("../types.js").Problem} Problem */
/** @typedef {import("../types.js").Connection} Connection */

export const PING_AFTER_MS = 8_000;
export const PONG_WITHIN_MS = 8_000;
const NUDGE_WITHIN_MS = 3_000;
const WELCOME_WITHIN_MS = 8_000;
const REPLY_WITHIN_MS = 20_000;
const STABLE_AFTER_MS = 5_000;

/** Close codes after which trying again cannot help: bad token, wrong role, not the protocol. */
export const FINAL_CODES = new Set([4400, 4401, 4403]);

/** What a request fails with; carries the server's problem or one of our own (`not_connected`, `connection_lost`, `no_answer`). */
export class RequestError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.problem = problem;
  }
}

/**
 * What the connection needs of its surroundings; a test gives its own.
 * @typedef {object} Env
 * @property {(url: string, protocol: string) => WebSocket} connect
 * @property {(run: () => void, ms: number) => number} setTimeout
 * @property {(timer: number) => void} clearTimeout
 * @property {() => number} random
 */

/** @type {Env} */
const BROWSER = {
  connect: (url, protocol) => new WebSocket(url, protocol),
  setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
  random: Math.random,
};

/** @typedef {{resolve: (result: any) => void, reject: (error: RequestError) => void, timer: number}} Waiting */

export class Socket {
  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} options.protocol
   * @param {() => object} options.hello the fields of the hello frame, asked for at each attempt
   * @param {(frame: {type: string} & Record<string, any>) => void} options.onFrame
   * @param {(connection: Connection) => void} options.onConnection
   * @param {Env} [options.env]
   */
  constructor({ url, protocol, hello, onFrame, onConnection, env = BROWSER }) {
    this.url = url;
    this.protocol = protocol;
    this.hello = hello;
    this.onFrame = onFrame;
    this.onConnection = onConnection;
    this.env = env;
    /** @type {WebSocket|null} */
    this.ws = null;
    this.welcomed = false;
    this.stopped = true;
    this.attempt = 0;
    this.nextId = 1;
    /** @type {Map<string, Waiting>} */
    this.waiting = new Map();
    /** @type {Map<string, number>} one timer a purpose */
    this.timers = new Map();
  }

  /** Connects and stays connected until `stop`. */
  start() {
    this.stopped = false;
    this.attempt = 0;
    this.open();
  }

  /** Ends the connection for good. */
  stop() {
    this.stopped = true;
    this.drop();
  }

  /** Tries at once: the network came back, or the window was woken. */
  nudge() {
    if (this.stopped) return;
    if (this.welcomed) this.probe(NUDGE_WITHIN_MS);
    else if (this.timers.has("retry")) this.open();
  }

  /**
   * Sends a frame and waits for its reply. Rejects with a RequestError, never hangs.
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<any>} the reply's `result`
   */
  request(type, fields = {}) {
    const ws = this.ws;
    if (!ws || !this.welcomed) return Promise.reject(new RequestError({ code: "not_connected", retryable: true }));
    const id = `c${this.nextId++}`;
    return new Promise((resolve, reject) => {
      const timer = this.env.setTimeout(() => this.settle(id, { ok: false, problem: { code: "no_answer", retryable: true } }), REPLY_WITHIN_MS);
      this.waiting.set(id, { resolve, reject, timer });
      ws.send(JSON.stringify({ type, id, ...fields }));
    });
  }

  /** @private */
  open() {
    this.clear("retry");
    this.report("connecting", null, null);
    const ws = this.env.connect(this.url, this.protocol);
    this.ws = ws;
    this.after("welcome", WELCOME_WITHIN_MS, () => this.lost(null));
    ws.onopen = () => ws.send(JSON.stringify({ type: "hello", ...this.hello() }));
    ws.onmessage = (event) => this.take(String(event.data));
    ws.onclose = (event) => this.lost(event.code);
  }

  /**
   * @private
   * @param {string} text
   */
  take(text) {
    this.clear("pong");
    if (this.welcomed) this.after("ping", PING_AFTER_MS, () => this.probe(PONG_WITHIN_MS));
    const frame = JSON.parse(text);
    if (frame.type === "reply") this.settle(frame.id, frame);
    else if (frame.type === "welcome") this.welcome(frame);
    else if (frame.type !== "pong" && frame.type !== "ping") this.onFrame(frame);
  }

  /**
   * @private
   * @param {{type: string}} frame
   */
  welcome(frame) {
    this.welcomed = true;
    this.clear("welcome");
    this.after("stable", STABLE_AFTER_MS, () => (this.attempt = 0));
    this.after("ping", PING_AFTER_MS, () => this.probe(PONG_WITHIN_MS));
    this.onFrame(frame);
    this.report("open", null, null);
  }

  /**
   * Asks for a sign of life, and takes silence for a loss.
   * @private
   * @param {number} within_ms
   */
  probe(within_ms) {
    if (!this.ws || this.timers.has("pong")) return;
    this.ws.send(JSON.stringify({ type: "ping", id: `p${this.nextId++}` }));
    this.after("pong", within_ms, () => this.lost(null));
  }

  /**
   * @private
   * @param {number|null} code the close code, null for a silent loss
   */
  lost(code) {
    this.drop();
    if (this.stopped) return;
    if (code !== null && FINAL_CODES.has(code)) {
      this.stopped = true;
      this.report("stopped", code, null);
      return;
    }
    const delay_ms = backoffMs(this.attempt++, this.env.random);
    this.report("lost", code, delay_ms);
    this.after("retry", delay_ms, () => this.open());
  }

  /** Lets go of the present socket without waiting for its closing handshake. @private */
  drop() {
    for (const name of [...this.timers.keys()]) this.clear(name);
    const ws = this.ws;
    this.ws = null;
    this.welcomed = false;
    if (ws) {
      ws.onopen = ws.onmessage = ws.onclose = null;
      ws.close();
    }
    for (const id of [...this.waiting.keys()]) this.settle(id, { ok: false, problem: { code: "connection_lost", retryable: true } });
  }

  /**
   * @private
   * @param {string} id
   * @param {{ok?: boolean, result?: any, problem?: Problem}} reply
   */
  settle(id, reply) {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    this.env.clearTimeout(waiting.timer);
    if (reply.ok) waiting.resolve(reply.result ?? {});
    else waiting.reject(new RequestError(reply.problem ?? { code: "unknown" }));
  }

  /**
   * @private
   * @param {Connection["phase"]} phase
   * @param {number|null} code
   * @param {number|null} retry_in_ms
   */
  report(phase, code, retry_in_ms) {
    this.onConnection({ phase, code, retry_in_ms });
  }

  /**
   * @private
   * @param {string} name
   * @param {number} ms
   * @param {() => void} run
   */
  after(name, ms, run) {
    this.clear(name);
    this.timers.set(
      name,
      this.env.setTimeout(() => {
        this.timers.delete(name);
        run();
      }, ms),
    );
  }

  /**
   * @private
   * @param {string} name
   */
  clear(name) {
    const timer = this.timers.get(name);
    if (timer !== undefined) this.env.clearTimeout(timer);
    this.timers.delete(name);
  }
}

/** The address of a path on this server, for a socket. @param {string} path */
export function socketUrl(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  return url.href;
}

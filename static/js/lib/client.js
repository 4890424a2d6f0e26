/*
 * The client of Callboard's three sockets, for these pages and for other people's programs: browsers, and node from 22 on.
 * One module, no dependencies, no state outside of its objects. docs/client.md shows its use, /asyncapi.json has every frame.
 *
 *   const client = new Client({ socket: "customer", server: "https://desk.example.org", token });
 *   const off = client.on("message.received", ({ message }) => show(message));
 *   client.on("connection", ({ phase }) => showPhase(phase));
 *   const welcome = await client.start();
 *   const { message } = await client.request("message.send", { text, client_message_id }, { again: true });
 *   client.stop();
 *
 * Client(options)               see Options below
 * .start() → Promise<Frame>     connects and stays connected until stop(); the first welcome, or a RequestError (`refused`, `stopped`)
 * .stop()                       ends for good; what is still asked fails with `stopped`
 * .nudge()                      now is a good time to try: the network came back, the window was woken
 * .request(type, fields?, {within_ms?, again?}) → Promise<result>
 *                               one client frame and its reply's `result`; else a RequestError with the server's problem, or with
 *                               `not_connected`, `connection_lost`, `no_answer`, `too_large`, `too_many`, `stopped` of our own.
 *                               `again`: waits for a connection, and is said again after a loss, until the server has answered. Only
 *                               for what may be said twice, as `message.send` with a client_message_id
 * .on(event, listener) → off    events: a server frame's type (`welcome`, `offer.created`, …); `frame`: every one of them;
 *                               `connection`: a Connection, at each change
 * .connection                   the present Connection
 * .session                      {session_id, seq}: where the agent socket is; null on the others, and before the first welcome
 * RequestError                  .problem: the problem object of HTTP, .problem.code is the contract
 *
 * Holds: numbered frames reach listeners once and in order; what was missed comes by resume or, where the server no longer has it,
 * as a welcome with `resumed: false` that is the whole state. A loss is known at once when the socket closes, within 16 s when it
 * is silent. Close 4401 asks a token function once more; 4400, 4401 and 4403 are final otherwise.
 */

const PROTOCOL = "callboard.v1";
const PATHS = { agent: "/v1/agent-session", customer: "/v1/customer-session", supervisor: "/v1/supervisor-session" };

export const PING_AFTER_MS = 8_000;
export const PONG_WITHIN_MS = 8_000;
const NUDGE_WITHIN_MS = 3_000;
const WELCOME_WITHIN_MS = 8_000;
const REPLY_WITHIN_MS = 20_000;
/** A connection that lasts this long has worked: the next loss begins with the shortest wait again. */
const STABLE_AFTER_MS = 5_000;
/** After the time that `going_away` names, how long the server's close may take. */
const LEAVE_GRACE_MS = 2_000;
const MAX_LEAVE_MS = 60_000;
/** Requests without an answer; more than that are a program's mistake. */
export const MAX_WAITING = 1_000;
/** A client frame's most bytes (CONTRACT §5). */
export const MAX_FRAME_BYTES = 64 * 1024;

export const FIRST_DELAY_MS = 400;
export const MAX_DELAY_MS = 15_000;
const FACTOR = 1.7;

const BAD_TOKEN = 4401;
/** Close codes after which the same hello cannot help: not the protocol, bad token, wrong role or somebody else's session. */
const FINAL_CODES = new Set([4400, BAD_TOKEN, 4403]);

/** Events that are no frame. */
const OWN_EVENTS = new Set(["connection", "frame"]);

/** @typedef {"connecting"|"open"|"lost"|"stopped"} Phase */

/**
 * `code` is the close code (null for a silent loss, or none); `retry_in_ms` is set while `lost`.
 * @typedef {{phase: Phase, code: number|null, retry_in_ms: number|null}} Connection
 */

/**
 * What went wrong (RFC 9457), as over HTTP.
 * @typedef {object} Problem
 * @property {string} code stable
 * @property {number} [status]
 * @property {string} [title]
 * @property {string} [detail]
 * @property {{field: string, message: string}[]} [errors]
 * @property {string} [current_state]
 * @property {string} [agent_id]
 * @property {string} [opens_at]
 * @property {boolean} [retryable]
 * @property {number} [retry_after_seconds] when it may be tried again
 */

/** A server frame; /asyncapi.json has the fields of each type. @typedef {{type: string, seq?: number} & Record<string, any>} Frame */
/** Where an agent socket was. @typedef {{session_id: string, seq: number}} Resume */

/**
 * What the client needs of its surroundings; a test gives its own.
 * @typedef {object} Env
 * @property {(url: string, protocol: string) => WebSocket} connect
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} random at least 0, less than 1
 */

/**
 * @typedef {object} Options
 * @property {"agent"|"customer"|"supervisor"} socket
 * @property {string | ((again: boolean) => string|Promise<string>)} token or how to get one, asked before each connection; `again`: the
 *   one before was refused
 * @property {string} [server] address of the server, with any path before `/v1`; in a page: the page's own server
 * @property {Resume|null} [resume] the `session` of an earlier client of this agent, from before a reload
 * @property {Partial<Env>} [env]
 */

/** @typedef {{ok?: boolean, result?: any, problem?: Problem}} Reply */
/** @typedef {{type: string, fields: object, within_ms: number, again: boolean, timer: any, resolve: (result: any) => void, reject: (error: RequestError) => void}} Asked */

/** What a request fails with. */
export class RequestError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = "RequestError";
    this.problem = problem;
  }
}

/** @type {Env} */
const SURROUNDINGS = {
  connect: (url, protocol) => new WebSocket(url, protocol),
  setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
  random: Math.random,
};

/**
 * The wait before attempt number `attempt` (0, 1, …): grows exponentially to a ceiling, with the upper half at random,
 * so that a thousand clients do not all come back in the same instant.
 * @param {number} attempt
 * @param {() => number} random
 */
export function backoffMs(attempt, random) {
  const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * FACTOR ** attempt);
  return Math.round(ceiling * (0.5 + random() / 2));
}

/** The address of a path of the server. @param {string} path from `/v1` on @param {string} [server] */
export function serverUrl(path, server = globalThis.location?.origin) {
  if (!server) throw new TypeError("`server` must be given outside of a page");
  const base = new URL(server);
  return new URL(base.pathname.replace(/\/+$/, "") + path, base.origin).href;
}

/** One lasting connection. */
export class Client {
  #url;
  #numbered;
  #token;
  #env;
  /** @type {Connection} */
  #connection = { phase: "stopped", code: null, retry_in_ms: null };
  /** @type {Resume|null} */
  #session;
  /** @type {WebSocket|null} */
  #ws = null;
  #welcomed = false;
  /** Counts connections, so that what was begun for an earlier one is known to be late. */
  #turn = 0;
  #attempt = 0;
  /** The token was refused, and no welcome came since. */
  #refused = false;
  /** A frame was missing; another time without a stable connection between, the session is given up. */
  #gapped = false;
  /** Own messages whose numbers may be missing: the server sends them to the agent's other sessions only. */
  #own = 0;
  #next_id = 1;
  /** @type {Map<string, Asked>} */
  #asked = new Map();
  /** @type {Map<string, any>} one timer a purpose */
  #timers = new Map();
  /** @type {Map<string, Set<(value: any) => void>>} */
  #listeners = new Map();
  /** @type {{promise: Promise<Frame>, resolve: (welcome: Frame) => void, reject: (error: RequestError) => void}|null} */
  #started = null;

  /** @param {Options} options */
  constructor({ socket, token, server, resume = null, env = {} }) {
    const path = PATHS[socket];
    if (!path) throw new TypeError("`socket` is agent, customer or supervisor");
    this.#url = serverUrl(path, server).replace(/^http/, "ws");
    this.#numbered = socket === "agent";
    this.#token = token;
    this.#session = this.#numbered ? resume : null;
    this.#env = { ...SURROUNDINGS, ...env };
  }

  get connection() {
    return this.#connection;
  }

  get session() {
    return this.#session && { ...this.#session };
  }

  /**
   * Hears an event. An error that the listener throws is thrown again, later: it ends nothing here.
   * @param {string} event
   * @param {(value: any) => void} listener
   * @returns {() => void} ends it
   */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Connects and stays connected until `stop`. Called again while it runs, it gives the same promise. @returns {Promise<Frame>} */
  start() {
    if (this.#started) return this.#started.promise;
    /** @type {(welcome: Frame) => void} */
    let resolve = () => {};
    /** @type {(error: RequestError) => void} */
    let reject = () => {};
    /** @type {Promise<Frame>} */
    const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]));
    // Who listens to `connection` need not look at the promise.
    promise.catch(() => {});
    this.#started = { promise, resolve, reject };
    this.#attempt = 0;
    this.#refused = false;
    this.#open();
    return promise;
  }

  /** Ends the connection for good. */
  stop() {
    if (this.#started) this.#end(null, { code: "stopped" });
  }

  /** Tries at once, or asks for a sign of life. */
  nudge() {
    if (this.#welcomed) this.#probe(NUDGE_WITHIN_MS);
    else if (this.#timers.has("retry")) this.#open();
  }

  /**
   * @param {string} type
   * @param {object} [fields]
   * @param {{within_ms?: number, again?: boolean}} [options]
   * @returns {Promise<any>}
   */
  request(type, fields = {}, { within_ms = REPLY_WITHIN_MS, again = false } = {}) {
    if (!this.#started) return failed("stopped");
    if (!this.#welcomed && !again) return failed("not_connected", true);
    if (this.#asked.size >= MAX_WAITING) return failed("too_many", true);
    const id = `c${this.#next_id++}`;
    const bytes = new TextEncoder().encode(JSON.stringify({ ...fields, type, id })).length;
    if (bytes > MAX_FRAME_BYTES) return failed("too_large");
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { type, fields, within_ms, again, timer: null, resolve, reject });
      if (this.#welcomed) this.#say(id);
    });
  }

  /** @param {string} id */
  #say(id) {
    const asked = this.#asked.get(id);
    if (!asked) return;
    if (asked.type === "message.send") this.#own += 1;
    asked.timer = this.#env.setTimeout(() => this.#settle(id, { ok: false, problem: { code: "no_answer", retryable: true } }), asked.within_ms);
    this.#send({ ...asked.fields, type: asked.type, id });
  }

  /** @param {object} frame */
  #send(frame) {
    this.#ws?.send(JSON.stringify(frame));
  }

  #open() {
    this.#clear("retry");
    const turn = ++this.#turn;
    this.#report("connecting", null, null);
    this.#after("welcome", WELCOME_WITHIN_MS, () => this.#lost(null));
    if (typeof this.#token === "string") return this.#dial(this.#token);
    const token = this.#token;
    Promise.resolve()
      .then(() => token(this.#refused))
      .then(
        (fresh) => turn === this.#turn && this.#dial(fresh),
        () => turn === this.#turn && this.#lost(null),
      );
  }

  /** @param {string} token */
  #dial(token) {
    /** @type {WebSocket} */
    let ws;
    try {
      ws = this.#env.connect(this.#url, PROTOCOL);
    } catch {
      return this.#lost(null);
    }
    this.#ws = ws;
    ws.onopen = () => this.#send({ type: "hello", token, ...(this.#session ? { resume: this.#session } : {}) });
    ws.onmessage = (event) => this.#take(event.data);
    ws.onclose = (event) => this.#closed(event.code);
    ws.onerror = () => {};
  }

  /** @param {unknown} data */
  #take(data) {
    const frame = read(data);
    if (!frame) return this.#lost(null);
    this.#clear("pong");
    if (this.#welcomed) this.#after("ping", PING_AFTER_MS, () => this.#probe(PONG_WITHIN_MS));
    if (frame.type === "reply") this.#settle(String(frame.id), /** @type {Reply} */ (frame));
    else if (frame.type === "welcome") this.#welcome(frame);
    else if (frame.type !== "pong" && frame.type !== "ping") this.#deliver(frame);
  }

  /** @param {Frame} frame */
  #welcome(frame) {
    const before = this.#session;
    // A second welcome, or one that goes on from elsewhere than we were: not a server of this protocol.
    if (this.#welcomed) return this.#lost(null);
    if (this.#numbered) {
      const seq = frame.seq ?? 0;
      if (frame.resumed && seq !== before?.seq) {
        this.#session = null;
        return this.#lost(null);
      }
      if (!frame.resumed) this.#own = 0;
      this.#session = { session_id: frame.session_id, seq };
    }
    this.#welcomed = true;
    this.#refused = false;
    this.#clear("welcome");
    this.#after("stable", STABLE_AFTER_MS, () => {
      this.#attempt = 0;
      this.#gapped = false;
    });
    this.#after("ping", PING_AFTER_MS, () => this.#probe(PONG_WITHIN_MS));
    for (const [id, asked] of this.#asked) if (asked.timer === null) this.#say(id);
    this.#started?.resolve(frame);
    this.#emitFrame(frame);
    if (this.#welcomed) this.#report("open", null, null);
  }

  /** @param {Frame} frame */
  #deliver(frame) {
    if (!this.#welcomed) return;
    if (this.#numbered && frame.seq !== undefined && !this.#inOrder(frame.seq)) return;
    if (frame.type === "going_away") {
      const in_ms = Math.min(MAX_LEAVE_MS, Number(frame.in_ms) || 0);
      this.#after("leave", in_ms + LEAVE_GRACE_MS, () => this.#lost(null));
    }
    this.#emitFrame(frame);
  }

  /** Whether a numbered frame is the next. After a gap the connection is made anew, from the last that came. @param {number} seq */
  #inOrder(seq) {
    const session = /** @type {Resume} */ (this.#session);
    const missing = seq - session.seq - 1;
    if (missing < 0) return false;
    if (missing > this.#own) {
      if (this.#gapped) this.#session = null;
      this.#gapped = true;
      this.#lost(null);
      return false;
    }
    this.#own -= missing;
    this.#session = { ...session, seq };
    return true;
  }

  /** Asks for a sign of life, and takes silence for a loss. @param {number} within_ms */
  #probe(within_ms) {
    if (!this.#ws || this.#timers.has("pong")) return;
    this.#send({ type: "ping", id: `p${this.#next_id++}` });
    this.#after("pong", within_ms, () => this.#lost(null));
  }

  /** @param {number} code */
  #closed(code) {
    const resumed = this.#session !== null && !this.#welcomed;
    if (!FINAL_CODES.has(code)) return this.#lost(code);
    if (code === BAD_TOKEN && typeof this.#token === "function" && !this.#refused) {
      this.#refused = true;
      return this.#lost(code);
    }
    // It may have been the resume that was refused: once more, as a new session.
    if (code !== BAD_TOKEN && resumed) {
      this.#session = null;
      return this.#lost(code);
    }
    this.#end(code, { code: "refused", detail: `the server closed with ${code}` });
  }

  /** @param {number|null} code the close code, null for a silent loss */
  #lost(code) {
    this.#drop();
    const delay_ms = backoffMs(this.#attempt++, this.#env.random);
    this.#after("retry", delay_ms, () => this.#open());
    this.#report("lost", code, delay_ms);
  }

  /** @param {number|null} code @param {Problem} problem what everything that is asked fails with */
  #end(code, problem) {
    const started = this.#started;
    this.#started = null;
    this.#drop();
    for (const id of [...this.#asked.keys()]) this.#settle(id, { ok: false, problem });
    started?.reject(new RequestError(problem));
    this.#report("stopped", code, null);
  }

  /** Lets go of the present socket without waiting for its closing handshake. */
  #drop() {
    for (const name of [...this.#timers.keys()]) this.#clear(name);
    this.#turn += 1;
    const ws = this.#ws;
    this.#ws = null;
    this.#welcomed = false;
    if (ws) {
      ws.onopen = ws.onmessage = ws.onclose = null;
      ws.close();
    }
    for (const [id, asked] of [...this.#asked]) {
      this.#env.clearTimeout(asked.timer);
      asked.timer = null;
      if (!asked.again) this.#settle(id, { ok: false, problem: { code: "connection_lost", retryable: true } });
    }
  }

  /** @param {string} id @param {Reply} reply */
  #settle(id, reply) {
    const asked = this.#asked.get(id);
    if (!asked) return;
    this.#asked.delete(id);
    this.#env.clearTimeout(asked.timer);
    if (asked.type === "message.send" && reply.ok === false && reply.problem?.status) this.#own = Math.max(0, this.#own - 1);
    if (reply.ok) asked.resolve(reply.result ?? {});
    else asked.reject(new RequestError({ ...reply.problem, code: reply.problem?.code ?? "unknown" }));
  }

  /** @param {Phase} phase @param {number|null} code @param {number|null} retry_in_ms */
  #report(phase, code, retry_in_ms) {
    this.#connection = { phase, code, retry_in_ms };
    this.#emit("connection", this.#connection);
  }

  /** @param {Frame} frame */
  #emitFrame(frame) {
    this.#emit(frame.type, frame);
    this.#emit("frame", frame);
  }

  /** @param {string} event @param {unknown} value */
  #emit(event, value) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        listener(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** @param {string} name @param {number} ms @param {() => void} run */
  #after(name, ms, run) {
    this.#clear(name);
    const timer = this.#env.setTimeout(() => {
      this.#timers.delete(name);
      run();
    }, ms);
    this.#timers.set(name, timer);
  }

  /** @param {string} name */
  #clear(name) {
    if (this.#timers.has(name)) this.#env.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

/** A frame, or null for what is none. @param {unknown} data @returns {Frame|null} */
function read(data) {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data);
    return typeof frame?.type === "string" && !OWN_EVENTS.has(frame.type) ? frame : null;
  } catch {
    return null;
  }
}

/** @param {string} code @param {boolean} [retryable] @returns {Promise<never>} */
function failed(code, retryable = false) {
  return Promise.reject(new RequestError({ code, retryable }));
}

/*
 * Owns loading the directory (`GET /v1/desk`): what the desk's ids are called, who is there, the quick replies. After each welcome,
 * again every few minutes (the server says by its ETag whether anything changed), when a frame names an id that nobody knows, and
 * when somebody is about to be chosen from it.
 */

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Frame} Frame */

const PATH = "/v1/desk";
const EVERY_MS = 180_000;
/** Unknown ids make it load again at most this often: an id may be of something that is gone. */
const NOT_BEFORE_MS = 10_000;

export class Directory {
  /** @type {string|null} */
  #etag = null;
  #loaded_at_ms = -Infinity;
  /** @type {Promise<void>|null} */
  #loading = null;
  /** @type {number|undefined} */
  #timer;

  /**
   * @param {string} token
   * @param {import("../lib/client.js").Client} client
   * @param {{state: AgentState, dispatch: (frame: {type: string} & Record<string, unknown>) => void}} store
   */
  constructor(token, client, store) {
    this.token = token;
    this.store = store;
    client.on("frame", (/** @type {Frame} */ frame) => this.#hear(frame));
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** Loads what is new; one at a time. */
  refresh() {
    this.#loading ??= this.#load().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** @param {Frame} frame */
  #hear(frame) {
    if (frame.type === "welcome") {
      this.#timer ??= setInterval(() => void this.refresh(), EVERY_MS);
      void this.refresh();
    } else if (performance.now() - this.#loaded_at_ms > NOT_BEFORE_MS && unknownIn(frame, this.store.state)) {
      void this.refresh();
    }
  }

  async #load() {
    this.#loaded_at_ms = performance.now();
    /** @type {Record<string, string>} */
    const headers = { accept: "application/json", authorization: `Bearer ${this.token}` };
    if (this.#etag) headers["if-none-match"] = this.#etag;
    try {
      const response = await fetch(PATH, { headers, cache: "no-store" });
      if (!response.ok) return;
      const desk = await response.json();
      this.#etag = response.headers.get("etag");
      this.store.dispatch({ type: "local.directory_loaded", desk });
    } catch {
      // Ids stand for names until the next time.
    }
  }
}

/** Whether a frame names something that the directory lacks; pure. @param {Frame} frame @param {AgentState} state */
export function unknownIn(frame, { directory, agent }) {
  const { conversation = frame.offer?.conversation, message } = frame;
  const agents = [message?.agent_id, conversation?.agent_id, ...(frame.participants ?? conversation?.participants ?? []).map((/** @type {{agent_id: string}} */ one) => one.agent_id)];
  if (agents.some((id) => id && id !== agent?.id && !directory.agents[id])) return true;
  if (!conversation) return false;
  const { queue_id, work_stream_id, channel_id } = conversation;
  return !directory.queues[queue_id] || !directory.work_streams[work_stream_id] || !directory.channels[channel_id];
}

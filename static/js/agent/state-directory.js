/* Owns the directory in the agent page's state: what queues, agents, work streams and channels are called, and the quick replies. Pure. */

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Directory} Directory */
/** @typedef {import("../types.js").Frame} Frame */

/** @returns {Directory} */
export function emptyDirectory() {
  return { version: 0, loaded: false, queues: {}, agents: {}, channels: {}, work_streams: {}, presences: {}, quick_replies: [] };
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
export function reduceDirectory(state, frame) {
  if (frame.type === "local.directory_loaded") return { ...state, directory: directoryOf(frame.desk, state.directory) };
  if (frame.type === "presence.changed") return withOwnPresence(state, frame);
  return state;
}

/** The names that a welcome brings by itself, for until the directory is there. @param {AgentState} state @param {Frame} frame @returns {AgentState} */
export function directoryAtWelcome(state, { queues, channels }) {
  const { directory } = state;
  if (directory.loaded || (!queues && !channels)) return state;
  const named = { queues: fromNames(queues), channels: fromNames(channels) };
  return { ...state, directory: { ...directory, ...named, version: directory.version + 1 } };
}

/** @param {any} desk the answer of `GET /v1/desk` @param {Directory} before @returns {Directory} */
function directoryOf(desk, before) {
  const { queues = [], agents = [], channels = [], work_streams = [], presences = [], quick_replies = [] } = desk;
  const named = { queues: byId(queues), agents: byId(agents), channels: byId(channels), work_streams: byId(work_streams), presences: byId(presences) };
  return { version: before.version + 1, loaded: true, ...named, quick_replies };
}

/** @param {{id: string}[]} items @returns {Record<string, any>} */
function byId(items) {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}

/** @param {Record<string, string>|undefined} names @returns {Record<string, any>} */
function fromNames(names) {
  return Object.fromEntries(Object.entries(names ?? {}).map(([id, name]) => [id, { id, name }]));
}

/** One's own presence is known before the directory is loaded again. @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function withOwnPresence(state, { presence, base_presence }) {
  const own = state.agent && state.directory.agents[state.agent.id];
  if (!own) return state;
  const agents = { ...state.directory.agents, [own.id]: { ...own, presence, base_presence } };
  return { ...state, directory: { ...state.directory, agents } };
}

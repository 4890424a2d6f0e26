/*
 * Owns how an id of the configuration is called on the desk: by its name, or by the id where the directory does not know it.
 * Pure; directory.js loads what is known.
 */

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Directory} Directory */

/** @param {Pick<AgentState, "directory"|"agent">} state @param {string} id */
export function agentName({ directory, agent }, id) {
  return directory.agents[id]?.name ?? (agent?.id === id ? agent.name : id);
}

/** @param {Pick<AgentState, "directory">} state @param {string|null|undefined} id */
export function queueName({ directory }, id) {
  return id ? (directory.queues[id]?.name ?? id) : "";
}

/** @param {Pick<AgentState, "directory">} state @param {string|null|undefined} id */
export function channelName({ directory }, id) {
  return id ? (directory.channels[id]?.name ?? id) : "";
}

/** @param {Pick<AgentState, "directory">} state @param {string|null|undefined} id */
export function workStreamName({ directory }, id) {
  return id ? (directory.work_streams[id]?.name ?? id) : "";
}

/** A context variable as its work stream calls it. @param {Pick<AgentState, "directory">} state @param {string} work_stream_id @param {string} name */
export function variableName({ directory }, work_stream_id, name) {
  const variables = directory.work_streams[work_stream_id]?.context_variables ?? [];
  return variables.find((variable) => variable.name === name)?.display_name || name;
}

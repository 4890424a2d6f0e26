/* Owns whom and what a conversation can go to: agents and queues by name, who is there first, and why one cannot be chosen. Pure. */

import { t } from "../strings.en.js";
import { participantsOf } from "./state-consults.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Colleague} Colleague */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("./listbox.js").Option} Option */

/** Agents and queues to which a conversation may be transferred; values are `agent/ID` and `queue/ID`. @param {AgentState} state @param {Conversation} conversation @returns {Option[]} */
export function transferTargets(state, conversation) {
  const agents = agentOptions(state, (agent) => (agent.id === conversation.agent_id ? t.panel.has_it : unfit(agent)));
  return [...agents, ...queueOptions(state, conversation)];
}

/** Agents who may be consulted. @param {AgentState} state @param {Conversation} conversation @returns {Option[]} */
export function consultTargets(state, conversation) {
  const part = new Set(participantsOf(conversation).map(({ agent_id }) => agent_id));
  return agentOptions(state, (agent) => {
    if (agent.id === conversation.agent_id) return t.panel.has_it;
    return part.has(agent.id) ? t.panel.takes_part : isThere(agent) ? null : t.panel.not_connected;
  });
}

/** @param {Colleague} agent */
function isThere({ connected }) {
  return connected !== false;
}

/** Why an agent can be offered nothing; whether there is capacity only the server knows. @param {Colleague} agent */
function unfit(agent) {
  if (!isThere(agent)) return t.panel.not_connected;
  return agent.base_presence === "inactive" ? t.panel.is_inactive : null;
}

/** @param {AgentState} state @param {(agent: Colleague) => string|null} whyNot @returns {Option[]} */
function agentOptions({ directory, agent: self, presences }, whyNot) {
  const rank = { available: 0, busy: 1, busy_dnd: 2, away: 3, inactive: 4, offline: 5 };
  const options = Object.values(directory.agents)
    .filter(({ id }) => id !== self?.id)
    .map((agent) => {
      const base = agent.base_presence ?? "offline";
      const own = presences.find(({ id }) => id === agent.presence)?.text ?? directory.presences[agent.presence ?? ""]?.text;
      const presence = t.presences[/** @type {keyof typeof t.presences} */ (agent.presence)] ?? own ?? t.presences[base] ?? "";
      const why = whyNot(agent);
      const hint = isThere(agent) ? presence : "";
      return { option: { value: `agent/${agent.id}`, label: agent.name, hint, base: isThere(agent) ? base : "offline", why, group: t.panel.group_agents }, rank: (why ? 10 : 0) + (rank[base] ?? 5) };
    });
  return options.sort((a, b) => a.rank - b.rank || a.option.label.localeCompare(b.option.label)).map(({ option }) => option);
}

/** Queues for this kind of work, the present one last. @param {AgentState} state @param {Conversation} conversation @returns {Option[]} */
function queueOptions({ directory }, { queue_id, channel_type }) {
  const records = channel_type === "entity";
  return Object.values(directory.queues)
    .filter(({ type }) => type === undefined || (type === "record") === records)
    .map(({ id, name }) => ({ value: `queue/${id}`, label: name, why: id === queue_id ? t.panel.there_now : null, group: t.panel.group_queues }))
    .sort((a, b) => Number(Boolean(a.why)) - Number(Boolean(b.why)) || a.label.localeCompare(b.label));
}

/* Owns who has to do with a conversation, and who could have: whom it can go to by name, why not, and who takes part now. Pure. */

import { t } from "../strings.en.js";
import { agentName } from "./names.js";
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
      return { option: { value: `agent/${agent.id}`, label: agent.name, hint, base: isThere(agent) ? base : "offline", why, group: t.panel.group_agents }, rank: (why ? 10 : 0) + (isThere(agent) ? (rank[base] ?? 5) : 6) };
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

/** Those whose name or hint holds every word. @param {Option[]} options @param {string} text */
export function matching(options, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return options.filter(({ label, value, hint }) => words.every((word) => `${label} ${value} ${hint ?? ""}`.toLowerCase().includes(word)));
}

/** @typedef {{key: string, agent_id: string, text: string, state: string, canEnd: boolean}} Chip */

/** Who takes part, as chips: for who has the conversation the others, for those also the one who has it. @param {Conversation} conversation @param {AgentState} state @returns {Chip[]} */
export function chipsOf(conversation, state) {
  if (conversation.state !== "active") return [];
  const own = conversation.agent_id === state.agent?.id;
  /** @type {Chip[]} */
  const chips = [];
  if (!own && conversation.agent_id) chips.push({ key: `owner ${conversation.agent_id}`, agent_id: conversation.agent_id, text: t.panel.owner(agentName(state, conversation.agent_id)), state: "owner", canEnd: false });
  const others = participantsOf(conversation).filter(({ agent_id }) => agent_id !== state.agent?.id);
  for (const one of others) {
    const how = one.kind === "supervisor" ? "supervisor" : one.state;
    const text = `${agentName(state, one.agent_id)}, ${t.panel.part_states[how]}`;
    chips.push({ key: `${one.agent_id} ${conversation.id} ${own}`, agent_id: one.agent_id, text, state: how, canEnd: own && one.kind === "consult" });
  }
  return chips;
}

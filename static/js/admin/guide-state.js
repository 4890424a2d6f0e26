/* Owns how far a new installation has come: from nothing to a customer's conversation that an agent accepted. Pure. */

/** @typedef {{id: string, name?: string, [member: string]: any}} Resource */
/** @typedef {"agent"|"queue"|"stream"|"channel"|"desk"|"chat"} StepId */
/**
 * @typedef {object} Progress
 * @property {{id: StepId, done: boolean}[]} steps
 * @property {StepId|null} current the first that is to do
 * @property {Resource[]} agents that could take a conversation
 * @property {Resource|null} ready the one whose desk is open
 * @property {Resource[]} streams of chat
 * @property {Resource[]} channels of chat, whose work stream is there
 * @property {Resource|null} conversation the latest that came in
 * @property {boolean} accepted
 */

export const STEPS = /** @type {const} */ (["agent", "queue", "stream", "channel", "desk", "chat"]);
/** Queues that hold every agent. */
const OF_ALL = "default-messaging";
/** Base presences in which a work stream offers by default. */
const TAKES = ["available", "busy"];
const ACCEPTED = ["active", "waiting", "wrap_up", "closed"];

/** @param {{agents: readonly Resource[], queues: readonly Resource[], streams: readonly Resource[], channels: readonly Resource[], conversations: readonly Resource[]}} known @returns {Progress} */
export function progressOf({ agents, queues, streams, channels, conversations }) {
  const ofChat = streams.filter(({ channel_type }) => channel_type === "live_chat");
  const chats = new Set(ofChat.map(({ id }) => id));
  const open = channels.filter(({ type, work_stream_id }) => type === "live_chat" && chats.has(work_stream_id));
  const served = agents.length > 0 && queues.some(({ id }) => id === OF_ALL || agents.some(({ queue_ids }) => queue_ids?.includes(id)));
  const ready = agents.find(({ runtime }) => runtime?.connected && TAKES.includes(runtime.base_presence)) ?? null;
  const conversation = [...conversations].sort((a, b) => String(a.created_at).localeCompare(String(b.created_at))).at(-1) ?? null;
  const accepted = conversations.some(({ state, agent_id }) => agent_id && ACCEPTED.includes(state));
  const done = { agent: agents.length > 0, queue: served, stream: chats.size > 0, channel: open.length > 0, desk: ready !== null || accepted, chat: accepted };
  const steps = STEPS.map((id) => ({ id, done: done[id] }));
  return { steps, current: steps.find((step) => !step.done)?.id ?? null, agents: [...agents], ready, streams: ofChat, channels: open, conversation, accepted };
}

/** What an example needs that is not there yet, in the order in which it can be made. @param {Progress} progress @param {readonly Resource[]} streams @param {{agent: string, chat: string}} names */
export function exampleOf({ steps }, streams, names) {
  const missing = (/** @type {StepId} */ id) => steps.some((step) => step.id === id && !step.done);
  const stream = streams.find(({ channel_type }) => channel_type === "live_chat")?.id ?? "first-chat";
  /** @type {{path: string, value: Record<string, unknown>}[]} */
  const made = [];
  if (missing("agent")) made.push({ path: "/v1/agents/first-agent", value: { name: names.agent } });
  if (missing("stream")) made.push({ path: `/v1/work-streams/${stream}`, value: { name: names.chat, channel_type: "live_chat" } });
  if (missing("channel")) made.push({ path: "/v1/channels/first-chat", value: { name: names.chat, type: "live_chat", work_stream_id: stream } });
  return made;
}

/** The instant at which a token was made, by the server's clock. @param {string} expires_at @param {number} seconds */
export function madeAt(expires_at, seconds) {
  return new Date(Date.parse(expires_at) - seconds * 1000).toISOString();
}

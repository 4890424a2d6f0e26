/* Owns that the windows of one agent in one browser agree on what is read: each tells the others what stands in front of its reader. */

const CHANNEL = "callboard.agent.read";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {{agent_id: string, conversation_id: string, seq: number}} Read */

/** What the reader of this window has before them; null: nothing, or nobody looks. Pure. @param {AgentState} state @returns {Read|null} */
export function readNow({ agent, visible, selected, threads }) {
  const last = selected ? threads[selected]?.messages.at(-1) : undefined;
  return agent && visible && selected && last ? { agent_id: agent.id, conversation_id: selected, seq: last.seq } : null;
}

/** @param {{state: AgentState, dispatch: (frame: {type: string} & Record<string, unknown>) => void, subscribe: (listener: (state: AgentState) => void) => void}} store */
export function shareRead(store) {
  const channel = new BroadcastChannel(CHANNEL);
  let told = "";
  channel.onmessage = ({ data }) => {
    const { agent_id, conversation_id, seq } = /** @type {Read} */ (data);
    if (agent_id === store.state.agent?.id) store.dispatch({ type: "local.read", conversation_id, seq });
  };
  store.subscribe((state) => {
    const read = readNow(state);
    const key = read ? `${read.conversation_id} ${read.seq}` : "";
    if (read && key !== told) channel.postMessage(read);
    told = key;
  });
}

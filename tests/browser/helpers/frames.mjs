/* Owns sample frames for the unit tests of the reducers; each takes what a test wants different. */

export const NOW = "2026-11-21T10:00:00.000Z";

/** @param {object} [values] */
export function conversation(values = {}) {
  return {
    id: "c1", state: "active", channel_id: "web-chat", channel_type: "live_chat", work_stream_id: "web-push", queue_id: "support",
    agent_id: "ana", offer: null, customer: { name: "Maria" }, context: {}, undeclared: [], priority: 0, created_at: NOW, queued_at: NOW,
    assigned_at: NOW, version: 3, ...values,
  };
}

/** @param {object} [values] */
export function message(values = {}) {
  return { id: "m1", conversation_id: "c1", seq: 1, sender: "customer", text: "hello", visibility: "public", created_at: NOW, ...values };
}

/** @param {object} [values] */
export function offer(values = {}) {
  const waiting = conversation({ state: "open", agent_id: null, version: 2 });
  return {
    id: "o1", conversation_id: "c1", kind: "screen_pop_decline", can_decline: true, created_at: NOW, expires_at: "2026-11-21T10:01:00.000Z",
    remaining_ms: 60_000, title: "New chat", fields: [], conversation: waiting, ...values,
  };
}

/** @param {object} [values] */
export function welcome(values = {}) {
  return {
    type: "welcome", seq: 10, session_id: "s1", agent: { id: "ana", name: "Ana" }, presence: "available", capacity: { capacity: 3, used: 1, free: 2 },
    conversations: [], offers: [], resumed: false, server_time: NOW, heartbeat_seconds: 15, at_ms: 1000, ...values,
  };
}

/** @param {object} [values] */
export function outgoing(values = {}) {
  return { client_message_id: "k1", conversation_id: "c1", text: "good morning", visibility: "public", state: "pending", problem: null, created_at: NOW, ...values };
}

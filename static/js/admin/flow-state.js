/*
 * Owns what the flows make: a work stream and a channel as they are being written, ids out of names, and what waits for the person in
 * this tab's storage, so that neither a reload nor another page loses it. Pure but for the storage.
 */

/** @typedef {{id: string, ownId: boolean, value: Record<string, any>}} Draft `ownId`: the id was written, not made out of the name */

export const CHANNEL_TYPES = /** @type {const} */ (["live_chat", "sms", "facebook", "wechat", "teams", "line", "whatsapp", "twitter", "custom", "entity"]);
/** Types whose work streams keep the agent by default (CONTRACT §3). */
const KEEPS_AGENT = ["sms", "facebook", "wechat", "teams", "line", "whatsapp", "twitter"];
const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** An id that the server takes, out of a name. @param {string} name */
export function idOf(name) {
  const plain = name.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().replaceAll("ß", "ss");
  return plain.replace(/[^a-z0-9._-]+/g, "-").replace(/^[-._]+|[-._]+$/g, "").slice(0, 64).replace(/[-._]+$/, "");
}

/** @param {string} id */
export function isId(id) {
  return ID.test(id);
}

/** A variable's name out of what people call it: letters, digits, underscore. @param {string} display */
export function variableName(display) {
  const plain = display.normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("ß", "ss");
  return plain.trim().replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "").toLowerCase().slice(0, 100);
}

/** The server's defaults that go by the channel type. @param {string} type */
export function defaultsOf(type) {
  const close = type === "entity" ? null : type === "live_chat" ? 1800 : 86_400;
  return { close, queue: type === "entity" ? "default-record" : "default-messaging", affinity: KEEPS_AGENT.includes(type) };
}

/** A new work stream as the form begins. @param {string} [type] @returns {Draft} */
export function newStream(type = "live_chat") {
  const { close, queue, affinity } = defaultsOf(type);
  return {
    id: "", ownId: false,
    value: {
      name: "", channel_type: type, capacity: 1, auto_close_after_inactivity_seconds: close,
      distribution: {
        mode: "push", notification: { kind: "screen_pop_decline", timeout_seconds: 120 }, allowed_presences: ["available", "busy"], select_from_push: false, agent_affinity: affinity,
      },
      context_variables: [], routing_rules: [], fallback_queue_id: queue, entity_configurations: [],
    },
  };
}

/** Another channel type: what was a default of the old one becomes the new one's. @param {Record<string, any>} value @param {string} type */
export function withType(value, type) {
  const [before, after] = [defaultsOf(value.channel_type), defaultsOf(type)];
  const { distribution } = value;
  return {
    ...value, channel_type: type,
    auto_close_after_inactivity_seconds: value.auto_close_after_inactivity_seconds === before.close ? after.close : value.auto_close_after_inactivity_seconds,
    fallback_queue_id: value.fallback_queue_id === before.queue ? after.queue : value.fallback_queue_id,
    distribution: { ...distribution, agent_affinity: distribution.agent_affinity === before.affinity ? after.affinity : distribution.agent_affinity },
  };
}

/** What is sent: settings that the mode or type does not take are left out. @param {Record<string, any>} value */
export function streamToSend(value) {
  const { distribution, entity_configurations, ...rest } = value;
  const { agent_affinity, select_from_push, ...common } = distribution;
  const push = common.mode === "push";
  const record = value.channel_type === "entity";
  const pushed = push ? { select_from_push, ...(record ? {} : { agent_affinity }) } : {};
  return { ...rest, distribution: { ...common, ...pushed }, ...(record ? { entity_configurations } : {}) };
}

/** @param {string} key @returns {any} */
export function keptDraft(key) {
  try {
    return JSON.parse(sessionStorage.getItem(`callboard.flow.${key}`) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} key @param {unknown} draft null takes it away */
export function keepDraft(key, draft) {
  try {
    if (draft === null) sessionStorage.removeItem(`callboard.flow.${key}`);
    else sessionStorage.setItem(`callboard.flow.${key}`, JSON.stringify(draft));
  } catch {
    // Without storage a reload loses it, and nothing else does.
  }
}

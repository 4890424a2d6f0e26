/*
 * Owns taking part in the agent page's state: conversations that another agent has and this one is consulted in (or supervises),
 * invitations to that, and who takes part in the agent's own. Pure. An invitation stands among the pops, under an id of its own.
 */

import { t } from "../strings.en.js";
import { agentName } from "./names.js";
import { customerName, isOnDesk } from "./state-common.js";
import { endPop, openPop } from "./state-pops.js";
import { asNew, closeTab, select, withTab } from "./state-tabs.js";
import { giveUpSending, withThread } from "./state-threads.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("../types.js").Frame} Frame */
/** @typedef {import("../types.js").Offer} Offer */
/** @typedef {import("../types.js").Part} Part */

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
export function reduceConsults(state, frame) {
  switch (frame.type) {
    case "consult.invited":
      return openPop(state, invitation(state, frame), frame.at_ms);
    case "consult.started":
      return started(state, frame);
    case "consult.changed":
      return changed(state, frame.conversation_id, (conversation) => ({ ...conversation, participants: frame.participants }));
    case "conversation.updated":
      return state.parts[frame.conversation.id] ? changed(state, frame.conversation.id, (known) => newer(known, frame.conversation)) : state;
    case "conversation.assigned":
      return withoutPart(state, frame.conversation.id);
    case "consult.ended":
      return ended(state, frame);
    default:
      return state;
  }
}

/** What a welcome that is the whole state says of it: parts, and the open invitations as pops. @param {AgentState} state @param {Frame} frame */
export function consultsAtWelcome(state, frame) {
  const consults = /** @type {any[]} */ (frame.consults ?? []);
  const joined = consults.filter((one) => one.state === "joined");
  /** @type {Record<string, Part>} */
  const parts = Object.fromEntries(joined.map(({ kind, conversation }) => [conversation.id, { kind, conversation }]));
  const invitations = consults.filter((one) => one.state === "invited").map((one) => invitation(state, one));
  return { parts, invitations };
}

/**
 * An invitation as an offer: what a pop shows is the same.
 * @param {AgentState} state
 * @param {any} invited `consult.invited`, or an open one of `welcome.consults`
 * @returns {Offer}
 */
function invitation({ agent }, { conversation, by, expires_at, remaining_ms, title, fields, theme, desktop, show_timer }) {
  const own = participantsOf(conversation).find((one) => one.agent_id === agent?.id);
  return {
    id: `consult ${conversation.id} ${expires_at}`, conversation_id: conversation.id, kind: "consult", can_decline: true,
    created_at: own?.since ?? "", expires_at, remaining_ms, title, fields, theme, desktop, show_timer, conversation, by: by ?? conversation.agent_id,
  };
}

/** @param {Conversation} conversation */
export function participantsOf(conversation) {
  return conversation.participants ?? [];
}

/** The open invitation into a conversation. @param {AgentState} state @param {string} conversation_id */
function invitationTo(state, conversation_id) {
  return state.pops.find(({ offer }) => offer.kind === "consult" && offer.conversation_id === conversation_id);
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function started(state, { conversation, messages, at_ms }) {
  const { id } = conversation;
  const pop = invitationTo(state, id);
  if (pop) state = endPop(state, pop.offer.id, pop.answering === "accept" ? null : t.why.accepted_elsewhere, at_ms, false);
  const own = participantsOf(conversation).find((one) => one.agent_id === state.agent?.id);
  state = { ...state, parts: { ...state.parts, [id]: { kind: own?.kind ?? "consult", conversation } } };
  const complete = messages.length === 0 || messages[0].seq === 1;
  state = withTab(withThread(state, id, messages, complete), id);
  const followed = state.follow === id;
  if (followed || state.selected === null) return select(followed ? { ...state, follow: null } : state, id);
  return asNew(state, id);
}

/** @param {AgentState} state @param {string} id @param {(known: Conversation) => Conversation} change @returns {AgentState} */
function changed(state, id, change) {
  const own = state.conversations[id];
  if (own) return { ...state, conversations: { ...state.conversations, [id]: change(own) } };
  const part = state.parts[id];
  return part ? { ...state, parts: { ...state.parts, [id]: { ...part, conversation: change(part.conversation) } } } : state;
}

/** @param {Conversation} known @param {Conversation} next */
function newer(known, next) {
  return next.version > known.version ? next : known;
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function ended(state, { conversation_id: id, reason, at_ms }) {
  const pop = invitationTo(state, id);
  if (pop) {
    const own = reason === "declined" && pop.answering === "decline";
    state = endPop(state, pop.offer.id, own ? null : whyNot(state, reason, pop.offer.by), at_ms, reason === "timed_out");
  }
  const part = state.parts[id];
  if (!part) return state;
  state = withoutPart(state, id);
  if (isOnDesk(state, id)) return state;
  const { [id]: _thread, ...threads } = state.threads;
  const { [id]: _unread, ...unread } = state.unread;
  state = giveUpSending({ ...state, threads, unread }, (item) => item.conversation_id === id, customerName(part.conversation));
  return closeTab(state, id);
}

/** @param {AgentState} state @param {string} id @returns {AgentState} */
function withoutPart(state, id) {
  if (!state.parts[id]) return state;
  const { [id]: _part, ...parts } = state.parts;
  return { ...state, parts };
}

/** Why an invitation is over, in words. @param {AgentState} state @param {string} reason @param {string|null|undefined} by */
function whyNot(state, reason, by) {
  const { invitation_over } = t.panel;
  const name = by ? agentName(state, by) : t.an_agent;
  switch (reason) {
    case "declined":
      return t.why.declined_elsewhere;
    case "timed_out":
      return t.why.timed_out;
    case "ended":
      return invitation_over.taken_back(name);
    case "primary_left":
      return invitation_over.primary_left(name);
    default:
      return t.why.withdrawn;
  }
}

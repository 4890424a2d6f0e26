/*
 * Owns screen pops in the agent page's state: an offer comes, is answered here or elsewhere, and ends with a reason.
 * Pure. Deadlines are on the page's monotonic clock: `remaining_ms` counted from the moment the frame came in.
 */

import { t } from "../strings.en.js";
import { agentName } from "./names.js";
import { customerName, serverMs } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Frame} Frame */
/** @typedef {import("../types.js").Offer} Offer */
/** @typedef {import("../types.js").Pop} Pop */

const MAX_ENDED_IDS = 100;
const MAX_ENDED = 30;
/** A change to inactive that comes this soon after a timeout is its consequence. */
const WITH_TIMEOUT_MS = 2_000;

/**
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
export function reducePops(state, frame) {
  switch (frame.type) {
    case "offer.created":
      return openPop(state, frame.offer, frame.at_ms);
    case "offer.ended":
      return ended(state, frame);
    case "presence.changed":
      return frame.base_presence === "inactive" ? nowInactive(state, frame.at_ms) : state;
    case "local.offer_answering":
      return change(state, frame.offer_id, { answering: frame.answering });
    case "local.offer_lost":
      return endPop(state, frame.offer_id, whyLost(state, frame.problem), frame.at_ms, true);
    case "local.pop_collapsed":
      return change(state, frame.offer_id, { collapsed: frame.collapsed });
    case "local.ended_shown":
      return { ...state, ended: state.ended.map((pop) => (pop.offer_id === frame.offer_id ? { ...pop, shown: true } : pop)) };
    case "local.missed_cleared":
      return { ...state, ended: state.ended.filter((pop) => !pop.missed) };
    default:
      return state;
  }
}

/**
 * The offers of a welcome with the time they have left; a pop that is not among them is over.
 * @param {AgentState} state
 * @param {Frame} frame
 * @returns {AgentState}
 */
export function popsAtWelcome(state, frame) {
  const open = new Set(frame.offers.map((/** @type {Offer} */ offer) => offer.id));
  for (const pop of state.pops) {
    if (!open.has(pop.offer.id)) state = endPop(state, pop.offer.id, t.why.over, frame.at_ms, true);
  }
  for (const offer of frame.offers) {
    const known = state.pops.find((pop) => pop.offer.id === offer.id);
    state = known
      ? change(state, offer.id, { deadline_ms: frame.at_ms + offer.remaining_ms, answering: null })
      : openPop(state, offer, frame.at_ms);
  }
  return state;
}

/** @param {AgentState} state @param {Offer} offer @param {number} at_ms @returns {AgentState} */
export function openPop(state, offer, at_ms) {
  if (state.ended_ids.includes(offer.id) || state.pops.some((pop) => pop.offer.id === offer.id)) return state;
  const given_ms = Date.parse(offer.expires_at) - Date.parse(offer.created_at);
  const total_ms = Math.max(Number.isNaN(given_ms) ? 0 : given_ms, offer.remaining_ms, 1);
  const pop = { offer, deadline_ms: at_ms + offer.remaining_ms, total_ms, collapsed: false, answering: null };
  return { ...state, pops: [...state.pops, pop] };
}

/** @param {AgentState} state @param {Frame} frame @returns {AgentState} */
function ended(state, frame) {
  const pop = state.pops.find((known) => known.offer.id === frame.offer_id);
  if (!pop) return { ...state, ended_ids: remember(state.ended_ids, frame.offer_id) };
  const own = (frame.reason === "accepted" && pop.answering === "accept") || (frame.reason === "declined" && pop.answering === "decline");
  if (own) return drop(state, frame.offer_id);
  return endPop(state, frame.offer_id, whyEnded(state, frame), frame.at_ms, frame.reason === "timed_out" || frame.reason === "withdrawn");
}

/**
 * Takes a pop away; with `why` it goes to those that are over, and is said.
 * @param {AgentState} state
 * @param {string} id
 * @param {string|null} why null where the agent's own answer ended it
 * @param {number} at_ms
 * @param {boolean} missed
 * @returns {AgentState}
 */
export function endPop(state, id, why, at_ms, missed) {
  const pop = state.pops.find((known) => known.offer.id === id);
  if (!pop || why === null) return pop ? drop(state, id) : state;
  const entry = {
    offer_id: id, conversation_id: pop.offer.conversation_id, name: customerName(pop.offer.conversation),
    why, missed, server_ms: serverMs(state, at_ms), shown: false,
  };
  return { ...drop(state, id), ended: [...state.ended, entry].slice(-MAX_ENDED) };
}

/** What timed out a moment ago made the agent inactive, and says so. @param {AgentState} state @param {number} at_ms @returns {AgentState} */
function nowInactive(state, at_ms) {
  const last = state.ended.at(-1);
  if (last?.why !== t.why.timed_out || serverMs(state, at_ms) - last.server_ms > WITH_TIMEOUT_MS) return state;
  return { ...state, ended: [...state.ended.slice(0, -1), { ...last, why: t.panel.why.timed_out_inactive, shown: false }] };
}

/** @param {AgentState} state @param {string} id @returns {AgentState} */
function drop(state, id) {
  return { ...state, pops: state.pops.filter((pop) => pop.offer.id !== id), ended_ids: remember(state.ended_ids, id) };
}

/** @param {string[]} ids @param {string} id */
function remember(ids, id) {
  return [...ids.filter((known) => known !== id), id].slice(-MAX_ENDED_IDS);
}

/** @param {AgentState} state @param {string} id @param {Partial<Pop>} values @returns {AgentState} */
function change(state, id, values) {
  if (!state.pops.some((pop) => pop.offer.id === id)) return state;
  return { ...state, pops: state.pops.map((pop) => (pop.offer.id === id ? { ...pop, ...values } : pop)) };
}

/** Why an offer ended, in words. A withdrawn one may carry its cause. @param {AgentState} state @param {Frame} frame */
function whyEnded(state, frame) {
  switch (frame.reason) {
    case "accepted":
      return t.why.accepted_elsewhere;
    case "declined":
      return t.why.declined_elsewhere;
    case "timed_out":
      return t.why.timed_out;
    default:
      return whyWithdrawn(state, frame.cause, frame.agent_id);
  }
}

/** @param {AgentState} state @param {string|undefined} cause @param {string|undefined} agent_id */
function whyWithdrawn(state, cause, agent_id) {
  switch (cause) {
    case "taken":
      return agent_id ? t.why.taken_by(agentName(state, agent_id)) : t.why.taken;
    case "customer_left":
    case "agent_disconnected":
    case "undelivered":
      return t.why[cause];
    default:
      return /** @type {Record<string, string>} */ (t.panel.why)[cause ?? ""] ?? t.why.withdrawn;
  }
}

/** Why an answer came too late. @param {AgentState} state @param {import("../types.js").Problem} problem */
function whyLost(state, problem) {
  if (problem.current_state === "timed_out") return t.why.timed_out;
  if (problem.current_state === "closed") return t.why.customer_left;
  if (problem.agent_id) return t.why.taken_by(agentName(state, problem.agent_id));
  return t.why.withdrawn;
}

/** The one that is shown in full: the first that the agent has not made smaller. @param {Pop[]} pops */
export function expandedPop(pops) {
  return pops.find((pop) => !pop.collapsed) ?? null;
}

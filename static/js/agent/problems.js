/* Owns how a server's problem reads for an agent. Pure. */

import { t } from "../strings.en.js";

/** @typedef {import("../types.js").Problem} Problem */

/** A problem in words: by its code, else by the conversation's state, else as the server puts it. @param {Problem} problem */
export function problemText(problem) {
  // One code for two things: the server's is about the agent that was named.
  if (problem.code === "not_connected" && problem.status === 409) return t.panel.problem.agent_not_connected;
  const known = wordsOf(t.panel.problem, problem.code) ?? wordsOf(t.problem, problem.code);
  if (known && problem.code !== "unknown") return known;
  const state = wordsOf(t.states, problem.current_state ?? "");
  if (problem.status === 409 && state) return t.problem_state(state.toLowerCase());
  return problem.detail ?? problem.title ?? t.problem.unknown;
}

/** @param {object} words @param {string} code @returns {string|undefined} */
function wordsOf(words, code) {
  return Object.hasOwn(words, code) ? /** @type {Record<string, string>} */ (words)[code] : undefined;
}

/** Why an open work item could not be taken. @param {Problem} problem @param {string} name @param {(agent_id: string) => string} nameOf */
export function pickProblem(problem, name, nameOf) {
  const { status, code, agent_id, current_state } = problem;
  // Of the one who takes, where the same code elsewhere is of the agent that was named.
  const own = status === 409 ? wordsOf(t.panel.pick_problem, code) : undefined;
  if (own) return own;
  if (status === 409 && agent_id) return t.taken_by(name, nameOf(agent_id));
  if (status === 409 && (current_state === "closed" || code === "conversation_ended")) return t.panel.pick_over(name);
  return code === "taken" || code === "illegal_transition" ? t.taken_by_other(name) : problemText(problem);
}

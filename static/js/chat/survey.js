/* Owns the rules of the survey before a chat: what an answer may be, as the server has them (docs/channels/live-chat.md). Pure. */

/** @typedef {import("../types.js").Question} Question */
/** @typedef {string|boolean} Answer */
/** @typedef {"missing"|"consent"|"line"|"long"|"option"} Wrong */

export const MAX_LINE = 500;
export const MAX_LINES = 4_000;

/**
 * What is wrong with an answer; null if nothing is.
 * @param {Question} question
 * @param {Answer|undefined} answer
 * @returns {Wrong|null}
 */
export function wrong(question, answer) {
  if (question.kind === "consent") return question.mandatory && answer !== true ? "consent" : null;
  const text = typeof answer === "string" ? answer.trim() : "";
  if (!text) return question.mandatory ? "missing" : null;
  if (question.kind === "options") return question.options.some(({ value }) => value === text) ? null : "option";
  if (question.kind === "single_line" && /[\r\n]/.test(text)) return "line";
  return [...text].length > (question.kind === "single_line" ? MAX_LINE : MAX_LINES) ? "long" : null;
}

/**
 * What is sent: a question left empty is not; nor is a consent that was not asked to be given.
 * @param {Question[]} survey
 * @param {Record<string, Answer>} answers
 * @returns {Record<string, Answer>}
 */
export function given(survey, answers) {
  /** @type {Record<string, Answer>} */
  const sent = {};
  for (const { variable, kind } of survey) {
    const answer = answers[variable];
    if (kind === "consent") sent[variable] = answer === true;
    else if (typeof answer === "string" && answer.trim()) sent[variable] = answer.trim();
  }
  return sent;
}

/**
 * The fields of a 422 as errors by variable; what is no answer's is left out.
 * @param {{field: string, message: string}[]|undefined} errors
 * @returns {Record<string, string>}
 */
export function errorsByVariable(errors) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const { field, message } of errors ?? []) {
    const variable = field.match(/^\/survey\/(.+)$/)?.[1];
    if (variable) found[variable.replace(/~1/g, "/").replace(/~0/g, "~")] = message;
  }
  return found;
}

/* Owns what a flow says when what it makes is refused: by field of its draft, or as a whole. */

import { RequestError } from "../lib/client.js";
import { rules } from "../strings.en.js";
import { errorsOf } from "./warnings.js";

/**
 * @param {unknown} problem
 * @param {string} id the pointer of the id: it is taken, also by somebody who was quicker
 * @param {(field: string) => string} [placed] where the draft has a field of what is sent
 * @returns {{map: Record<string, string>, message: string}}
 */
export function refusalOf(problem, id, placed = (field) => field) {
  if (!(problem instanceof RequestError)) throw problem;
  const { status, errors = [] } = problem.problem;
  const map = status === 412 ? { [id]: rules.id_taken } : errorsOf(errors.map(({ field, message }) => ({ field: placed(field), message })));
  return { map, message: problem.message };
}

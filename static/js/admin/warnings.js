/*
 * Owns asking the server what is wrong with, or odd about, a work stream that is not saved: the plan of a document with it, which
 * changes nothing. Live while somebody edits.
 */

import { RequestError } from "../lib/client.js";
import { createTurns } from "./turns.js";

/** @typedef {{field: string, code: string, message: string}} Warning */
/** @typedef {{errors: Record<string, string>, warnings: Warning[]}} Findings by JSON Pointer in the work stream */
/** @typedef {ReturnType<typeof import("../ui/api.js").createApi>} Api */

/** A plan, never more: without it the document would be put in force. */
const PLAN = "/v1/configuration?plan=true";
const MOST = 5000;

/**
 * What the server says of a draft.
 * @param {Api} api @param {string} id @param {object} draft
 * @returns {Promise<Findings>}
 */
export async function checkWorkStream(api, id, draft) {
  // A section of a document is complete: what it does not name would go, and its channels would be in the way.
  const streams = /** @type {{id: string, warnings?: Warning[]}[]} */ ((await api.list("/v1/work-streams", MOST)).value);
  const work_streams = Object.fromEntries(streams.map(({ id, warnings: _, ...stream }) => [id, stream]));
  try {
    const { value } = await api.put(PLAN, { work_streams: { ...work_streams, [id]: draft } }, null);
    return { errors: {}, warnings: ofWorkStream(id, value.warnings) };
  } catch (problem) {
    if (!(problem instanceof RequestError) || problem.problem.status !== 422) throw problem;
    return { errors: errorsOf(ofWorkStream(id, problem.problem.errors ?? [])), warnings: [] };
  }
}

/** Those of one work stream, with fields from there; ids need no escapes. Pure. @template {{field: string}} T @param {string} id @param {readonly T[]} list @returns {T[]} */
export function ofWorkStream(id, list) {
  const at = `/work_streams/${id}`;
  return list.filter(({ field }) => field === at || field.startsWith(`${at}/`)).map((one) => ({ ...one, field: one.field.slice(at.length) }));
}

/** Messages by field. Pure. @param {readonly {field: string, message: string}[]} list @returns {Record<string, string>} */
export function errorsOf(list) {
  return Object.fromEntries(list.map(({ field, message }) => [field, message]));
}

/** Those of one part, with fields from there. Pure. @template {{field: string}} T @param {string} part a pointer @param {readonly T[]} list @returns {T[]} */
export function within(part, list) {
  return list.filter(({ field }) => field === part || field.startsWith(`${part}/`)).map((one) => ({ ...one, field: one.field.slice(part.length) }));
}

/** The same of messages by pointer. Pure. @param {string} part @param {Record<string, string>} map */
export function errorsWithin(part, map) {
  return errorsOf(within(part, Object.entries(map).map(([field, message]) => ({ field, message }))));
}

/**
 * Watches a draft: `soon` after each change. What fails (no connection) leaves what was known.
 * @param {{api: Api, draft: () => {id: string, value: object}|null, onFound: (found: Findings) => void}} options `draft` gives null where there is nothing to ask yet
 */
export function watchDraft({ api, draft, onFound }) {
  let stopped = false;
  const turns = createTurns(async () => {
    const asked = draft();
    if (!asked) return;
    try {
      const found = await checkWorkStream(api, asked.id, asked.value);
      if (!stopped) onFound(found);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
    }
  });
  return {
    soon: turns.soon,
    stop() {
      stopped = true;
      turns.stop();
    },
  };
}

/*
 * Owns the server's refusals in the page's language. The server says in English what is wrong with a field, in a fixed set of sentences;
 * a problem as a whole has a code. What is not known here stays as the server says it. Pure but for the language.
 */

import { ui } from "../strings.en.js";

/** The server's sentences, `{}` where a number or a word of its own stands. The words are `ui.refusals`'. @type {Record<string, string>} */
export const SENTENCES = {
  given: "must be given", given_anew: "must be given: there is no earlier one", given_again: "must be given again: a URL leads to another host", given_not_chat: "must be given, but for live chat",
  unknown_field: "is not a field here", twice: "is there more than once", no_form: "fits none of the forms that are taken here",
  at_least: "must be at least {}", at_most: "must be at most {}", range: "must be from {} to {}", whole_range: "must be a whole number from {} to {}", whole: "must be a whole number",
  min_length: "must have at least {} characters", max_length: "must have at most {} characters", min_items: "must have at least {} items", max_items: "must have at most {} items",
  too_long: "has at most {} characters", length: "must have 1 to {} characters", too_many: "has at most {} elements", pattern: "must match {}", one_of: "must be one of {}",
  text: "must be a text", plain: "must have no line breaks nor other control characters", lines: "must have no control characters but line breaks and tabs", boolean: "must be true or false",
  blank: "must not be blank", empty_list: "needs at least one element", duplicate: "stands in the list already", duplicate_name: "a variable of this name is declared already",
  bad_id: "an id is 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit", short_id: "an id is [a-z0-9][a-z0-9._-]{0,63}", other_id: "is not the id under which this is put", built_in: "this is built in and locked",
  built_in_presence: "this presence is built in", bad_name: "has letters, digits and underscores only", event_type: "no event is of this type", origin: "must be an origin such as https://shop.example, or *",
  age_limits: "this channel type has no age limits",
  queue: "no such queue", agent: "no such agent", work_stream: "no such work stream", channel: "no such channel", skill: "no such skill", capacity_profile: "no such capacity profile",
  template: "no such notification template", presence: "no such presence", hours: "no such operating hours", path: "no such path", date: "no such date",
  time_zone: "must be the IANA name of a time zone, such as Europe/Berlin", slug: "has a slug in braces that is not known or not closed; {{ and }} stand for braces",
  level: "the skill's levels run from 1 to {}", inactive: "inactive is set by the system alone", role: "this role is not possible here",
  type_mismatch: "a channel and its work stream must be of one type", entity_channel: "channels of type entity are made with their work stream, as entity-{work_stream_id}", not_entity: "must be a work stream of type entity",
  affinity_pick: "agent affinity takes mode push", affinity_entity: "records have no agent affinity", select_pick: "select_from_push takes mode push",
  undeclared: "the work stream declares no such context variable", asked: "a live-chat channel's survey or page gives a variable that is not declared here", ascending: "each step comes later than the one before it",
  operand_text: "this operator takes a text, and the variable is a number", operand_number: "this operator takes a number, and the variable is a text", operand_type: "the value is of the wrong type",
  no_operand: "this operator takes no value", one_operand: "this operator takes one value", operands: "takes a list of {} values", low_above_high: "the lower bound is above the upper one", too_deep: "conditions nest at most {} deep",
  queue_type: "messages and records do not share a queue", overflow_itself: "a queue does not overflow to itself", overlap: "overlaps a span that stands before it", split_sum: "the percentages sum to {}, not to 100",
  language: "must be a language tag such as en or pt-BR", unknown_language: "is not among the channel's languages", missing_language: "needs a text in the channel's first language", color: "must be a colour such as #1f6feb",
  https: "must be an address that begins with https://", https_only: "must begin with https://: only https is called", key_url: "must be an address that begins with https:// (http:// for localhost and numeric addresses alone)",
  absolute_url: "must be an absolute URL", no_query: "must have no query and no fragment", no_user: "must have no user, password or fragment",
  private_address: "leads to a private or reserved address, which is refused unless private addresses are allowed",
  key: "needs public_key or key_url", one_key: "either public_key or key_url", pem: "must be an RSA public key in PEM", not_options: "only a question of kind options has options", trigger: "this trigger does not take it",
  secret: "must be whsec_ and base64", only_chat: "only live chat has it", no_setting: "{} has no such setting", both_times: "from and to are given together", time: "must be a time such as 09:00", day: "must be a date such as 2026-12-25",
  instant: "must be an RFC 3339 instant", later: "must be later than from", key_by_document: "must be given for a new key; or make the key with PUT /v1/api-keys, which shows its token",
};

const HOLE = "{}";

/** The sentence as a pattern; a hole takes what stands there. @param {string} sentence */
function patternOf(sentence) {
  const parts = sentence.split(HOLE).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.+)")}$`);
}

const PATTERNS = Object.entries(SENTENCES).map(([name, sentence]) => ({ name, pattern: patternOf(sentence) }));

/** What is wrong with a field. @param {string} message as the server says it */
export function refusalText(message) {
  for (const { name, pattern } of PATTERNS) {
    const found = pattern.exec(message);
    if (found) return filled(/** @type {Record<string, string>} */ (ui.refusals)[name], found.slice(1));
  }
  return message;
}

/** @param {string} words @param {string[]} values */
function filled(words, values) {
  return values.reduce((text, value) => text.replace(HOLE, () => value), words);
}

/**
 * A problem with its words in the page's language.
 * @template {import("../lib/client.js").Problem} P
 * @param {P} problem
 * @returns {P}
 */
export function inWords(problem) {
  const known = Object.hasOwn(ui.refused, problem.code) ? /** @type {Record<string, string>} */ (ui.refused)[problem.code] : undefined;
  const errors = problem.errors?.map((one) => ({ ...one, message: refusalText(one.message) }));
  return { ...problem, ...(known === undefined ? {} : { detail: known }), ...(errors ? { errors } : {}) };
}

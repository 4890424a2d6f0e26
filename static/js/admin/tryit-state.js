/*
 * Owns what is asked of `POST /v1/routing/simulate` and what is made of its answer: which rule said what, and what is wrong where. Pure.
 */

/** @typedef {import("./rules-card.js").Verdict} Verdict */
/** @typedef {{channel_id: string, context: Record<string, string>, customer: Record<string, string>, at: string}} Given what is written in the pane, as it is written */
/** @typedef {{set?: string, name: string, verdict: string}} RuleVerdict */
/** @typedef {{id: string|null, saved: boolean, value: {context_variables?: import("./conditions-catalogue.js").Variable[]}}} Draft */

/**
 * The question. What is not written is not given; a number that is none goes as it is, so that the server names it.
 * @param {Draft} draft @param {Given} given
 */
export function question({ id, saved, value }, { channel_id, context, customer, at }) {
  const place = channel_id ? { channel_id } : saved && id ? { work_stream_id: id } : {};
  const types = new Map((value.context_variables ?? []).map(({ name, type }) => [name, type ?? "text"]));
  const values = Object.entries(context).filter(([name, text]) => text !== "" && types.has(name));
  const typed = values.map(([name, text]) => [name, types.get(name) === "number" && Number.isFinite(Number(text)) ? Number(text) : text]);
  const who = Object.fromEntries(Object.entries(customer).filter(([, text]) => text.trim() !== ""));
  return { ...place, work_stream: value, context: Object.fromEntries(typed), ...(Object.keys(who).length > 0 ? { customer: who } : {}), ...(at ? { at: `${at.length === 16 ? `${at}:00` : at}Z` } : {}) };
}

/** What each routing rule said; after the one that matched, none was reached. @param {readonly RuleVerdict[]} said @param {number} count @returns {Verdict[]} */
export function routingVerdicts(said, count) {
  const own = said.filter(({ set }) => set === undefined);
  return Array.from({ length: count }, (_, i) => verdictOf(own[i]));
}

/**
 * What each classification rule said, set after set.
 * @param {readonly RuleVerdict[]} said @param {readonly {name: string, rules?: readonly {name: string}[]}[]} sets
 * @returns {Verdict[]}
 */
export function classificationVerdicts(said, sets) {
  const own = said.filter(({ set }) => set !== undefined);
  let next = 0;
  return sets.flatMap(({ name, rules = [] }) => {
    let over = false;
    return rules.map((rule) => {
      const one = own[next];
      if (over || !one || one.set !== name || one.name !== rule.name) return /** @type {Verdict} */ ("not_reached");
      next += 1;
      over = one.verdict === "matched";
      return verdictOf(one);
    });
  });
}

/** Whether rules read a record: a conversation that is only tried has none. @param {{value: Record<string, any>}} draft */
export function readsRecord({ value }) {
  return /"variable":"record\./.test(JSON.stringify([value.classification, value.routing_rules, value.skill_rules]));
}

/** @param {RuleVerdict|undefined} one @returns {Verdict} */
function verdictOf(one) {
  if (!one) return "not_reached";
  return one.verdict === "matched" ? "matched" : "not_matched";
}

/** The routing rule that matched, with its number; null where none did. @param {readonly RuleVerdict[]} said */
export function matchedRule(said) {
  const own = said.filter(({ set }) => set === undefined);
  const at = own.findIndex(({ verdict }) => verdict === "matched");
  return at < 0 ? null : { number: at + 1, name: own[at].name };
}

/**
 * Sorts what the server refuses: by field of the pane (`context/tier`, `customer/id`, `at`), and how much is wrong with the draft.
 * @param {readonly {field: string, message: string}[]} errors
 */
export function refusals(errors) {
  const draft = errors.filter(({ field }) => field === "/work_stream" || field.startsWith("/work_stream/"));
  const rest = errors.filter((one) => !draft.includes(one));
  return { draft: draft.length, fields: Object.fromEntries(rest.map(({ field, message }) => [field.slice(1), message])) };
}

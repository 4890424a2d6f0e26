/*
 * Owns what a condition may read and how: the paths that the server knows (src/domain/rules/scope.rs), the operators that each type
 * takes, and the shape of the value that each operator takes. Pure.
 */

/** `either`: the value may be a text or a number, as it comes. @typedef {"text"|"number"|"either"} Type */
/** How a value is chosen, where that is more than writing it. @typedef {"plain"|"yes_no"|"channel"|"channel_type"|"hour"|"minute"|"weekday"|"date"} Choice */
/** A declared context variable. @typedef {{name: string, display_name?: string|null, type?: "text"|"number"}} Variable */
/** What a condition may read. @typedef {{name: string, type: Type, choice: Choice, group: "variables"|"channel"|"customer"|"record"|"time"}} Readable */
/** How many values an operator takes. @typedef {"none"|"one"|"many"|"range"} Shape */

/** The paths, but `channel.…` of providers and `record.…`, whose keys are not known beforehand. @type {readonly Readable[]} */
export const PATHS = [
  ...of("channel", [["id", "channel"], ["type", "channel_type"], ["name"]]),
  ...of("customer", [["known", "yes_no"], ["id"], ["name"], ["email"], ["phone"]]),
  ...of("time", [["hour", "hour"], ["minute", "minute"], ["weekday", "weekday"]], "number"),
  ...of("time", [["date", "date"]]),
];

const PREFIXES = /** @type {const} */ (["channel", "customer", "record", "time"]);

const ANY = ["equals", "not_equals", "in", "not_in"];
const TEXT = ["contains", "not_contains", "begins_with", "not_begins_with", "ends_with", "not_ends_with"];
const ORDER = ["gt", "gte", "lt", "lte", "between"];
const PRESENCE = ["has_data", "no_data"];

/** Operators by the type of what is read, in the order in which they are offered. @type {Record<Type, readonly string[]>} */
export const OPERATORS = {
  text: [...ANY, ...TEXT, ...PRESENCE],
  number: ["equals", "not_equals", ...ORDER, "in", "not_in", ...PRESENCE],
  either: [...ANY, ...TEXT, ...ORDER, ...PRESENCE],
};

/** @param {string} operator @returns {Shape} */
export function shapeOf(operator) {
  if (PRESENCE.includes(operator)) return "none";
  if (operator === "between") return "range";
  return operator === "in" || operator === "not_in" ? "many" : "one";
}

/** Whether the value must be a number: by the operator, or by what is read. @param {string} operator @param {Type} type */
export function takesNumber(operator, type) {
  return type === "number" || ORDER.includes(operator);
}

/**
 * What a name stands for. What is not declared and no path is null.
 * @param {string} name @param {readonly Variable[]} variables
 * @returns {Readable|null}
 */
export function readable(name, variables) {
  const declared = variables.find((one) => one.name === name);
  if (declared) return { name, type: declared.type ?? "text", choice: "plain", group: "variables" };
  const path = PATHS.find((one) => one.name === name);
  if (path) return path;
  const prefix = PREFIXES.find((one) => name.startsWith(`${one}.`) && name.length > one.length + 1);
  return prefix === "channel" || prefix === "record" ? { name, type: "either", choice: "plain", group: prefix } : null;
}

/** The lowest and the highest number of a choice that has such. @param {Choice} choice @returns {[number, number]|null} */
export function boundsOf(choice) {
  if (choice === "hour") return [0, 23];
  return choice === "minute" ? [0, 59] : null;
}

/** @param {Readable["group"]} group @param {[string, Choice?][]} keys @param {Type} [type] @returns {Readable[]} */
function of(group, keys, type = "text") {
  return keys.map(([key, choice = "plain"]) => ({ name: `${group}.${key}`, type, choice, group }));
}

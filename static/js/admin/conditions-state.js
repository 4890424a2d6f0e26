/*
 * Owns a condition as the editor has it: groups (all, any, none, not all) of comparisons and groups. Reads and writes the wire form
 * (CONTRACT §3), where `not` stands apart. A place in it is a list of indices from the top. Pure: every change gives a new tree.
 */

import { OPERATORS, readable, shapeOf, takesNumber } from "./conditions-catalogue.js";

/** @typedef {import("./conditions-catalogue.js").Variable} Variable */
/** @typedef {string|number|boolean} Operand */
/** @typedef {Operand|null|(Operand|null)[]} Value null where nothing is given yet */
/** @typedef {{variable: string, operator: string, value: Value}} Comparison */
/** @typedef {"all"|"any"|"none"|"not_all"} How */
/** @typedef {{how: How, parts: Node[]}} Group */
/** @typedef {Group|Comparison} Node */
/** @typedef {readonly number[]} Place */
/** @typedef {{place: Place, pointer: string, node: Node}} Located a node with its pointer in the wire form */

/** Deepest nesting that the editor makes; the server takes 16. */
export const DEEPEST = 8;

/** @param {Node} node @returns {node is Group} */
export function isGroup(node) {
  return "how" in node;
}

/** The tree of a wire form; its top is always a group. @param {any} when @returns {Group} */
export function fromWire(when) {
  const node = nodeOf(when ?? { all: [] });
  return isGroup(node) ? node : { how: "all", parts: [node] };
}

/** @param {any} when @returns {Node} */
function nodeOf(when) {
  if (Array.isArray(when.all)) return { how: "all", parts: when.all.map(nodeOf) };
  if (Array.isArray(when.any)) return { how: "any", parts: when.any.map(nodeOf) };
  if (when.not === undefined) return { variable: when.variable ?? "", operator: when.operator ?? "equals", value: when.value ?? null };
  const inner = nodeOf(when.not);
  if (isGroup(inner) && (inner.how === "all" || inner.how === "any")) return { how: inner.how === "all" ? "not_all" : "none", parts: inner.parts };
  return { how: "none", parts: [inner] };
}

/** The wire form. What is not filled in is left out, so that the server names it. @param {Node} node @returns {any} */
export function toWire(node) {
  if (!isGroup(node)) {
    const { variable, operator, value } = node;
    const open = value === null || (Array.isArray(value) && value.includes(null));
    return open || shapeOf(operator) === "none" ? { variable, operator } : { variable, operator, value };
  }
  const parts = node.parts.map(toWire);
  if (node.how === "none") return { not: { any: parts } };
  if (node.how === "not_all") return { not: { all: parts } };
  return { [node.how]: parts };
}

/** Every node of a wire form with its pointer in it and its place in the tree. @param {any} when @returns {Located[]} */
export function located(when) {
  const top = nodeOf(when ?? { all: [] });
  const found = isGroup(top) ? locate(when ?? { all: [] }, "", []) : locate(when, "", [0]);
  return isGroup(top) ? found : [{ place: [], pointer: "", node: fromWire(when) }, ...found];
}

/** @param {any} when @param {string} pointer @param {Place} place @returns {Located[]} */
function locate(when, pointer, place) {
  const node = nodeOf(when);
  if (!isGroup(node)) return [{ place, pointer, node }];
  /** @type {[any[], string]} */
  let [list, at] = [[], ""];
  for (const name of ["all", "any"]) {
    if (Array.isArray(when[name])) [list, at] = [when[name], `${pointer}/${name}`];
    else if (Array.isArray(when.not?.[name])) [list, at] = [when.not[name], `${pointer}/not/${name}`];
  }
  const inner = when.not !== undefined && at === "" ? locate(when.not, `${pointer}/not`, [...place, 0]) : [];
  return [{ place, pointer, node }, ...inner, ...list.flatMap((part, i) => locate(part, `${at}/${i}`, [...place, i]))];
}

/** @param {Group} tree @param {Place} place @returns {Node|undefined} */
export function nodeAt(tree, place) {
  /** @type {Node|undefined} */
  let node = tree;
  for (const index of place) node = node && isGroup(node) ? node.parts[index] : undefined;
  return node;
}

/** Puts a node there, or with null takes it away. @param {Group} tree @param {Place} place @param {Node|null} next @returns {Group} */
export function replaceAt(tree, place, next) {
  if (place.length === 0) return next && isGroup(next) ? next : tree;
  const [index, ...rest] = place;
  const part = tree.parts[index];
  if (!part) return tree;
  const into = rest.length === 0 ? next : isGroup(part) ? replaceAt(part, rest, next) : part;
  return { ...tree, parts: tree.parts.flatMap((one, i) => (i !== index ? [one] : into ? [into] : [])) };
}

/** Puts a node at the end of a group. @param {Group} tree @param {Place} place of the group @param {Node} node @returns {Group} */
export function addTo(tree, place, node) {
  const group = nodeAt(tree, place);
  return group && isGroup(group) ? replaceAt(tree, place, { ...group, parts: [...group.parts, node] }) : tree;
}

/** Nests a node in a group of its own. @param {Group} tree @param {Place} place @param {How} how @returns {Group} */
export function nest(tree, place, how) {
  const node = nodeAt(tree, place);
  return node && place.length > 0 && place.length < DEEPEST ? replaceAt(tree, place, { how, parts: [node] }) : tree;
}

/** Takes a group away and leaves its parts in its place. @param {Group} tree @param {Place} place @returns {Group} */
export function unnest(tree, place) {
  const node = nodeAt(tree, place);
  const above = nodeAt(tree, place.slice(0, -1));
  if (!node || !isGroup(node) || place.length === 0 || !above || !isGroup(above)) return tree;
  const index = place[place.length - 1];
  return replaceAt(tree, place.slice(0, -1), { ...above, parts: above.parts.flatMap((one, i) => (i === index ? node.parts : [one])) });
}

/** Changes what a group asks of its parts. @param {Group} tree @param {Place} place @param {How} how @returns {Group} */
export function regroup(tree, place, how) {
  const group = nodeAt(tree, place);
  return group && isGroup(group) ? replaceAt(tree, place, { ...group, how }) : tree;
}

/** A comparison with another operator: the value stays as far as that one takes it. @param {Comparison} before @param {string} operator @param {readonly Variable[]} variables @returns {Comparison} */
export function withOperator(before, operator, variables) {
  const type = readable(before.variable, variables)?.type ?? "either";
  return { ...before, operator, value: fit(before.value, operator, type) };
}

/** A comparison of another variable: operator and value stay as far as its type takes them. @param {Comparison} before @param {string} variable @param {readonly Variable[]} variables @returns {Comparison} */
export function withVariable(before, variable, variables) {
  const found = readable(variable, variables);
  const type = found?.type ?? "either";
  const operator = OPERATORS[type].includes(before.operator) ? before.operator : "equals";
  const other = found?.choice !== readable(before.variable, variables)?.choice;
  return { variable, operator, value: other ? fit(null, operator, type) : fit(before.value, operator, type) };
}

/** @param {Value} value @param {string} operator @param {import("./conditions-catalogue.js").Type} type @returns {Value} */
function fit(value, operator, type) {
  const values = (Array.isArray(value) ? value : [value]).map((one) => operand(one, takesNumber(operator, type), type));
  const given = values.filter((one) => one !== null);
  switch (shapeOf(operator)) {
    case "none":
      return null;
    case "one":
      return given[0] ?? null;
    case "many":
      return given;
    default:
      return [given[0] ?? null, given[1] ?? null];
  }
}

/** @param {Operand|null} value @param {boolean} number @param {import("./conditions-catalogue.js").Type} type @returns {Operand|null} */
function operand(value, number, type) {
  if (value === null || value === "") return null;
  if (number) return Number.isFinite(Number(value)) && typeof value !== "boolean" ? Number(value) : null;
  return type === "text" && typeof value === "number" ? String(value) : value;
}

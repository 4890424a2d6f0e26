/* Owns the walk through the schemas of /openapi.json: every member that a caller may write, with its bounds. */

const MOST_DEEP = 12;

/**
 * Members by their path without the places of lists: those that hold a value, and the lists.
 * @param {any} document
 * @param {string} name of the schema
 * @returns {Map<string, any>}
 */
export function members(document, name) {
  /** @type {Map<string, any>} */
  const found = new Map();
  walk(document.components.schemas, document.components.schemas[name], "", found, 0);
  return found;
}

/** @param {any} all @param {any} given @param {string} at @param {Map<string, any>} found @param {number} depth */
function walk(all, given, at, found, depth) {
  if (depth > MOST_DEEP) return;
  const schema = given.$ref ? { ...all[given.$ref.split("/").at(-1)], ...given, $ref: undefined } : given;
  if (schema.readOnly) return;
  const shapes = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])].filter((shape) => shape.type !== "null");
  const types = [schema.type ?? []].flat();
  for (const shape of shapes) walk(all, shape, at, found, depth + 1);
  for (const [name, member] of Object.entries(schema.properties ?? {})) walk(all, member, `${at}/${name}`, found, depth + 1);
  if (types.includes("array")) {
    found.set(at, schema);
    walk(all, schema.items, at, found, depth + 1);
  } else if (!shapes.length && !schema.properties && !found.has(at)) found.set(at, schema);
}

/* Owns JSON Pointers (RFC 6901): reading, writing and comparing what stands at them. Pure, knows nothing of pages. */

/** The names of a pointer: `/a/0/b~1c` is `a`, `0`, `b/c`. @param {string} pointer */
export function names(pointer) {
  return pointer.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** @param {string} name */
export function escape(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** What stands there; undefined where nothing does. @param {unknown} value @param {string} pointer */
export function read(value, pointer) {
  let here = value;
  for (const name of names(pointer)) {
    if (!isObject(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}

/**
 * Puts something there, making the objects on the way; undefined takes away. The whole (`""`) is merged into the target, object by object.
 * @param {Record<string, any>} target
 * @param {string} pointer
 * @param {unknown} value
 */
export function write(target, pointer, value) {
  const way = names(pointer);
  const last = way.pop();
  if (last === undefined) {
    mergeInto(target, value);
    return;
  }
  let here = target;
  for (const name of way) {
    if (!isObject(here[name])) {
      if (value === undefined) return;
      here[name] = {};
    }
    here = here[name];
  }
  if (value === undefined) delete here[last];
  else here[last] = value;
}

/** @param {Record<string, any>} target @param {unknown} value */
function mergeInto(target, value) {
  for (const [name, part] of Object.entries(value ?? {})) {
    const both = isObject(part) && !Array.isArray(part) && isObject(target[name]) && !Array.isArray(target[name]);
    if (both) mergeInto(target[name], part);
    else target[name] = part;
  }
}

/** Whether `pointer` is `part` or stands in it. @param {string} pointer @param {string} part */
export function isIn(pointer, part) {
  return pointer === part || pointer.startsWith(`${part}/`);
}

/** Objects and lists alike. @param {unknown} value @returns {value is Record<string, any>} */
export function isObject(value) {
  return typeof value === "object" && value !== null;
}

/** The same JSON, whatever the order of its members. @param {unknown} a @param {unknown} b @returns {boolean} */
export function same(a, b) {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  const others = Object.keys(b).filter((key) => b[key] !== undefined);
  return keys.length === others.length && keys.every((key) => same(a[key], b[key]));
}

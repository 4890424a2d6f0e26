/* Owns addresses within a page: `#/queues/vip` is `["queues", "vip"]`. A part may hold anything; it is escaped in the address. */

/** The parts of an address's hash; `[]` where it is none of ours. Pure. @param {string} hash @returns {string[]} */
export function partsOf(hash) {
  if (!hash.startsWith("#/")) return [];
  return hash.slice(2).split("/").filter(Boolean).map(unescaped);
}

/** The hash of parts, for links. Pure. @param {readonly string[]} parts */
export function hrefOf(parts) {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** Hears the place now and each time it changes; gives a function that ends it. @param {(parts: string[]) => void} listener */
export function onRoute(listener) {
  const tell = () => listener(partsOf(location.hash));
  addEventListener("hashchange", tell);
  tell();
  return () => removeEventListener("hashchange", tell);
}

/** Goes to a place within the page. @param {readonly string[]} parts */
export function go(parts) {
  location.hash = hrefOf(parts);
}

/** @param {string} part */
function unescaped(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

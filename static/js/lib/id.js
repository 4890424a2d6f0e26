/* Owns ids that the page makes up itself. `crypto.randomUUID` is missing on plain http, where a small team may well run. */

/** A random id of 128 bits, in hex. */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

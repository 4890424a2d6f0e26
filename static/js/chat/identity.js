/*
 * Owns whose a chat is: the person whom a visitor's token names. Only the server verifies a token; here it is read to tell one person
 * from another, so that on a shared computer nobody is shown what somebody else has said.
 */

/**
 * @param {string|null} token a JWT, or none
 * @returns {string|null} null: nobody; empty: somebody, whose token cannot be read
 */
export function personOf(token) {
  if (!token) return null;
  try {
    const body = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
    const { sub } = JSON.parse(new TextDecoder().decode(Uint8Array.from(body, (c) => c.charCodeAt(0))));
    return typeof sub === "string" ? sub : "";
  } catch {
    return "";
  }
}

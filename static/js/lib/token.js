/*
 * Owns a page's token: taken out of the address (`#token=…`, which no browser sends to a server), kept in this tab's session storage,
 * one for each page.
 */

/** @typedef {"agent"|"supervisor"|"admin"} PageName */

const KEY = "callboard.token.";
const WHY = "callboard.sign-in-why.";

/** Moves a token from the address bar into the tab's storage. @param {PageName} page @returns {boolean} whether there was one */
export function takeToken(page) {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return false;
  history.replaceState(null, "", location.pathname + location.search);
  keepToken(page, token);
  return true;
}

/** @param {PageName} page */
export function readToken(page) {
  return sessionStorage.getItem(KEY + page);
}

/** @param {PageName} page @param {string} token */
export function keepToken(page, token) {
  sessionStorage.setItem(KEY + page, token);
}

/**
 * Back to the form. Who leaves by choice (null) leaves nothing behind; who was refused is told why, and finds what was not sent again.
 * @param {PageName} page
 * @param {string|null} why
 */
export function dropToken(page, why) {
  if (why === null) sessionStorage.clear();
  else sessionStorage.setItem(WHY + page, why);
  sessionStorage.removeItem(KEY + page);
}

/** Why the form stands there, said once. @param {PageName} page */
export function takeWhy(page) {
  const why = sessionStorage.getItem(WHY + page) ?? "";
  sessionStorage.removeItem(WHY + page);
  return why;
}

/*
 * Owns the start of the agent page: where the token comes from and goes to. A token in the fragment (`/agent#token=…`, which no
 * browser sends to a server) moves to this tab's session storage at once and leaves the address bar.
 */

import { installAnnouncer } from "../lib/announcer.js";
import { t } from "../strings.en.js";
import { Desk } from "./desk.js";
import { Session } from "./session.js";
import { createSignIn } from "./sign-in.js";
import { installSound } from "./sound.js";
import { createToasts } from "./toasts.js";

const TOKEN_KEY = "callboard.agent.token";
const WHY_KEY = "callboard.agent.sign-in-why";
const CODES = /** @type {Record<number, string>} */ ({ 4400: t.protocol_refused, 4401: t.token_refused, 4403: t.role_refused });

/** Takes the token out of the address bar. @returns {boolean} whether there was one */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return false;
  history.replaceState(null, "", location.pathname + location.search);
  sessionStorage.setItem(TOKEN_KEY, token);
  return true;
}

/** Back to the form. Who leaves by choice leaves nothing behind; who was refused finds drafts again. @param {string|null} why */
function signOut(why) {
  if (why === null) sessionStorage.clear();
  else sessionStorage.setItem(WHY_KEY, why);
  sessionStorage.removeItem(TOKEN_KEY);
  location.reload();
}

function showSignIn() {
  const why = sessionStorage.getItem(WHY_KEY) ?? "";
  sessionStorage.removeItem(WHY_KEY);
  document.title = `${t.sign_in} – ${t.agent_title}`;
  const form = createSignIn({
    why,
    onToken: (token) => {
      sessionStorage.setItem(TOKEN_KEY, token);
      location.reload();
    },
  });
  document.body.replaceChildren(form.el);
  form.focus();
}

/** @param {string} token */
function showDesk(token) {
  document.title = t.agent_title;
  /** @type {ReturnType<typeof createToasts>|null} */
  let toasts = null;
  const session = new Session(token, {
    onRefused: (code) => signOut(CODES[code] ?? ""),
    onProblem: (text) => toasts?.tell(text, "assertive"),
    onNews: (text) => toasts?.tell(text, "polite"),
  });
  toasts = createToasts(session);
  const desk = new Desk(session, toasts, () => {
    desk.stop();
    signOut(null);
  });
  document.body.replaceChildren(desk.el);
  installAnnouncer();
  installSound();
  session.start();
}

takeToken();
addEventListener("hashchange", () => {
  if (takeToken()) location.reload();
});
const token = sessionStorage.getItem(TOKEN_KEY);
if (token) showDesk(token);
else showSignIn();

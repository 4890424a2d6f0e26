/*
 * Owns the start of a page that needs a token: its language, where the token comes from, whether its role may be here, and signing out.
 * Words may be read only after `openPage` has answered.
 */

import { h } from "../lib/dom.js";
import { speak } from "../lib/language.js";
import { dropToken, keepToken, readToken, takeToken, takeWhy } from "../lib/token.js";
import { ui } from "../strings.en.js";
import { roleOf } from "./role.js";
import { createSignIn } from "./sign-in.js";
import { createStatus } from "./status.js";

/** @typedef {import("../lib/token.js").PageName} PageName */
/** @typedef {import("./role.js").Role} Role */
/**
 * `signOut` with a reason shows it over the form; `signIn` puts another token of the same role in the place of one that has ended, and
 * answers with what is wrong, or nothing.
 * @typedef {{readonly token: string, role: Role, signOut: (why?: string|null) => void, signIn: (token: string) => Promise<string>}} Opened
 */

/** Pages that may use each other's token in one tab, since the same people use them. @type {PageName[]} */
const SHARING = ["supervisor", "admin"];

/**
 * Gives the token of somebody who may use the page, once there is one.
 * @param {object} options
 * @param {PageName} options.page
 * @param {string|(() => string)} options.title a function where it is one of the strings: the language is known only after the start
 * @returns {Promise<Opened>}
 */
export async function openPage({ page, title }) {
  await speak(callboardDisplay.language());
  const name = typeof title === "string" ? title : title();
  takeToken(page);
  addEventListener("hashchange", () => {
    if (takeToken(page)) location.reload();
  });
  const known = await tryKnown(page);
  const opened = known ?? (await askForToken(page, name));
  document.title = name;
  return opened;
}

/** Tries what this tab has. @param {PageName} page @returns {Promise<Opened|null>} */
async function tryKnown(page) {
  const pages = SHARING.includes(page) ? [page, ...SHARING.filter((other) => other !== page)] : [page];
  for (const one of pages) {
    const token = readToken(one);
    if (!token) continue;
    const role = await roleOnceReached(page, token);
    if (role && mayUse(page, role)) return opened(page, token, role);
    if (one === page) dropToken(page, role ? ui.role_refused[page] : ui.token_refused);
  }
  return null;
}

/** The role of a token; where the server is out of reach the page says so until it answers. @param {PageName} page @param {string} token @returns {Promise<Role|null>} */
async function roleOnceReached(page, token) {
  // The desk's socket refuses by itself, and the desk says by itself that it is not connected.
  if (page === "agent") return "agent";
  for (;;) {
    try {
      return await roleOf(token);
    } catch {
      const status = createStatus();
      document.body.replaceChildren(h("main", { class: "centered" }, status.el));
      await new Promise((/** @type {(value: void) => void} */ resolve) => status.failed(ui.unreachable, resolve));
    }
  }
}

/** @param {PageName} page @param {string} title @returns {Promise<Opened>} */
function askForToken(page, title) {
  document.title = `${ui.sign_in} – ${title}`;
  return new Promise((resolve) => {
    const form = createSignIn({ title, why: takeWhy(page), onToken: (token) => accept(token) });

    /** @param {string} token @returns {Promise<string>} what is wrong */
    async function accept(token) {
      const { role, wrong } = await judge(page, token);
      if (role) resolve(opened(page, token, role));
      return wrong;
    }

    document.body.replaceChildren(form.el);
    form.focus();
  });
}

/** Whether a token may be used on a page, and what is wrong with it. @param {PageName} page @param {string} token @returns {Promise<{role: Role|null, wrong: string}>} */
async function judge(page, token) {
  try {
    const role = page === "agent" ? "agent" : await roleOf(token);
    if (!role) return { role, wrong: ui.token_refused };
    return mayUse(page, role) ? { role, wrong: "" } : { role: null, wrong: ui.role_refused[page] };
  } catch {
    return { role: null, wrong: ui.unreachable };
  }
}

/** A supervisor may look at the configuration, and change none. @param {PageName} page @param {Role} role */
function mayUse(page, role) {
  return page === "agent" || role === "supervisor" || role === "admin";
}

/** @param {PageName} page @param {string} first its token @param {Role} role @returns {Opened} */
function opened(page, first, role) {
  let token = first;
  keepToken(page, token);
  return {
    get token() {
      return token;
    },
    role,
    async signIn(next) {
      const found = await judge(page, next);
      if (!found.role) return found.wrong;
      if (found.role !== role) return ui.other_role;
      token = next;
      keepToken(page, token);
      return "";
    },
    signOut(why = null) {
      dropToken(page, why);
      location.reload();
    },
  };
}

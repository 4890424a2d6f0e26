/*
 * Owns the start of the agent page: the desk of who has signed in. Where the token comes from is ui/page.js's.
 */

import { installAnnouncer } from "../lib/announcer.js";
import { t, ui } from "../strings.en.js";
import { openPage } from "../ui/page.js";
import { Desk } from "./desk.js";
import { forgetKept } from "./kept.js";
import { maySignOut } from "./leaving.js";
import { Session } from "./session.js";
import { installSound } from "./sound.js";
import { createToasts } from "./toasts.js";

/** Why the server closed for good, by its code. @param {number} code */
function refusal(code) {
  return /** @type {Record<number, string>} */ ({ 4400: t.protocol_refused, 4401: ui.token_refused, 4403: ui.role_refused.agent })[code] ?? "";
}

/** @param {import("../ui/page.js").Opened} opened */
function showDesk({ token, signOut }) {
  /** @type {ReturnType<typeof createToasts>|null} */
  let toasts = null;
  const session = new Session(token, {
    onRefused: (code) => signOut(refusal(code)),
    onProblem: (text) => toasts?.tell(text, "assertive"),
    onNews: (text) => toasts?.tell(text, "polite"),
  });
  toasts = createToasts(session);
  const desk = new Desk(session, toasts, async () => {
    if (!(await maySignOut(session.store.state))) return;
    desk.stop();
    forgetKept();
    signOut();
  });
  document.body.replaceChildren(desk.el);
  installAnnouncer();
  installSound();
  session.start();
}

showDesk(await openPage({ page: "agent", title: () => t.agent_title }));

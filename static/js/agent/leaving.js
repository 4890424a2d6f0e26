/* Owns the question before an agent signs out: what would be lost by it, and who would be left waiting. */

import { t } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { allDrafts } from "./drafts.js";

/** What a signing out would cost, in words; empty: nothing. @param {import("../types.js").AgentState} state @param {number} drafts */
export function costOf({ outbox, conversations }, drafts) {
  const active = Object.values(conversations).filter(({ state }) => state === "active").length;
  const texts = drafts + outbox.length;
  return [texts > 0 ? t.leaving.texts(texts) : "", active > 0 ? t.leaving.active(active) : ""].filter(Boolean).join(" ");
}

/** @param {import("../types.js").AgentState} state @returns {Promise<boolean>} */
export async function maySignOut(state) {
  const text = costOf(state, allDrafts().length);
  return !text || confirm({ title: t.leaving.title, text, action: t.leaving.action, danger: true });
}

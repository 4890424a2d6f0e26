/*
 * Owns that no typed text vanishes with its conversation: a draft whose conversation left this desk stands as a notice, also after a
 * reload, until the agent dismisses it or the conversation comes back.
 */

import { t } from "../strings.en.js";
import { allDrafts, keepDraft } from "./drafts.js";
import { isOnDesk } from "./state-common.js";
import { MAX_NOTICES } from "./state-threads.js";

/** @typedef {import("../types.js").AgentState} AgentState */

/** @param {string} key */
const noticeKey = (key) => `draft ${key}`;

/** @param {{state: AgentState, dispatch: (frame: {type: string} & Record<string, unknown>) => void, subscribe: (listener: (state: AgentState) => void) => void}} store */
export function watchDrafts(store) {
  /** Drafts that are told of now. @type {Set<string>} */
  const told = new Set();
  /** @type {unknown[]} */
  let seen = [];
  store.subscribe((state) => {
    const look = [state.session_id, state.conversations, state.parts, state.notices];
    if (state.session_id === null || look.every((value, i) => value === seen[i])) return;
    seen = look;
    for (const { key, conversation_id, kind, text, name } of allDrafts()) {
      if (isOnDesk(state, conversation_id)) {
        if (told.delete(key)) store.dispatch({ type: "local.notice_dismissed", key: noticeKey(key) });
      } else if (!told.has(key)) {
        told.add(key);
        store.dispatch({ type: "local.draft_left", key: noticeKey(key), name: name || t.visitor, text });
      } else if (state.notices.length < MAX_NOTICES && !state.notices.some((notice) => notice.key === noticeKey(key))) {
        // Dismissed. (Among as many notices as may be, it may only have been pushed out.)
        told.delete(key);
        keepDraft(conversation_id, /** @type {import("./drafts.js").DraftKind} */ (kind), "");
      }
    }
  });
}

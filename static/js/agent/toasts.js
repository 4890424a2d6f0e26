/* Owns short words in the corner: what did not work (goes by itself) and the server's notices (stay until dismissed). */

import { announce } from "../lib/announcer.js";
import { h, reconcile } from "../lib/dom.js";
import { t } from "../strings.en.js";

const SHOWN_MS = 8_000;

/** @param {import("./session.js").Session} session */
export function createToasts(session) {
  const notices = h("ul", { class: "toast-list" });
  const passing = h("ul", { class: "toast-list" });
  const el = h("section", { class: "toasts", "aria-label": t.notices }, notices, passing);
  return {
    el,
    /** @param {string} text @param {"polite"|"assertive"} how */
    tell(text, how) {
      const item = h("li", { class: "toast", text });
      passing.append(item);
      announce(text, how);
      setTimeout(() => item.remove(), SHOWN_MS);
    },
    /** @param {import("../types.js").AgentState} state */
    update(state) {
      reconcile(notices, state.notices, (notice) => notice.key, (notice) => {
        announce(notice.text);
        const dismiss = () => session.store.dispatch({ type: "local.notice_dismissed", key: notice.key });
        return h(
          "li",
          { class: "toast", "data-level": notice.level },
          h("span", { text: notice.text }),
          h("button", { type: "button", class: "button small", text: t.dismiss, onclick: dismiss }),
        );
      });
    },
  };
}

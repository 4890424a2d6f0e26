/* Owns Closed: what this agent closed in the last 24 hours, fetched when the list is shown and added to as work ends. */

import { h, reconcile, setAttr, setShown } from "../lib/dom.js";
import { fullText } from "../lib/format.js";
import { t } from "../strings.en.js";
import { queueName } from "./names.js";
import { emptyText, keepReachable } from "./parts.js";
import { customerName } from "./state-common.js";

/** @param {import("./session.js").Session} session @param {(id: string) => void} onOpen */
export function createClosedList(session, onOpen) {
  const loading = emptyText(t.loading);
  const none = emptyText(t.nothing_closed);
  const failed = h("div", { class: "empty", hidden: true }, h("p", { text: t.closed_failed }), h("button", { type: "button", class: "button", text: t.load_again, onclick: () => void session.history.loadClosed() }));
  const more = h("p", { class: "total", text: t.closed_more, hidden: true });
  const list = h("ul", { class: "rows", "aria-label": t.closed });
  const el = keepReachable(h("div", { class: "list-body" }, loading, failed, none, more, list));
  return {
    el,
    /** @param {import("../types.js").AgentState} state */
    update(state) {
      const { closed, selected } = state;
      setShown(loading, closed.status === "loading" && closed.items.length === 0);
      setShown(failed, closed.status === "failed");
      setShown(none, closed.status === "ready" && closed.items.length === 0);
      setShown(more, closed.truncated);
      reconcile(
        list,
        closed.items,
        (item) => `${item.id} ${state.directory.version}`,
        (item) =>
          h(
            "li",
            {},
            h(
              "button",
              { type: "button", class: "row", onclick: () => onOpen(item.id) },
              h("span", { class: "row-name", text: customerName(item) }),
              h("span", { class: "row-line", text: [item.closed_at ? fullText(item.closed_at) : "", queueName(state, item.queue_id)].filter(Boolean).join(" · ") }),
            ),
          ),
        (row, item) => setAttr(row.children[0], "aria-current", selected === item.id ? "true" : null),
      );
    },
  };
}

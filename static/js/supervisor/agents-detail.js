/* Owns the page of one agent: presence, load, today's figures, and what the agent has, each conversation with its story. */

import { elapsed, toMs } from "../lib/elapsed.js";
import { h, setShown, setText } from "../lib/dom.js";
import { own } from "../lib/own.js";
import { supervisor as words } from "../strings.en.js";
import { createMenu } from "../ui/menu.js";
import { hrefOf } from "../ui/route.js";
import { createStatus } from "../ui/status.js";
import { loadCell, presenceCell } from "./agents.js";
import { createConversationList } from "./board-conversations.js";
import { NOTHING, countText, secondsText, shareText } from "./board-format.js";
import { tile } from "./board-parts.js";

const HELD = ["active", "wrap_up", "waiting"];

/** @param {import("./main.js").Context & {rows: ReturnType<typeof import("./board-rows.js").createRows>, acts: ReturnType<typeof import("./agents-acts.js").createAgentActs>}} context */
export function createAgentView(context) {
  const { names, rows, acts } = context;
  const title = h("h2", { class: "view-title", tabindex: -1 });
  const tiles = { presence: tile(words.column.presence), load: tile(words.column.load), handled: tile(words.column.handled), handle: tile(words.handle_today), occupancy: tile(words.columns.occupancy) };
  const list = createConversationList(context, { label: words.conversations, parts: ["state", "queue"], empty: { title: words.nothing_at_agent, help: words.nothing_at_agent_help } });
  const menu = createMenu({ label: words.set_presence, items: [] });
  const intervals = h("a", { class: "button small", text: words.intervals_of });
  const gone = createStatus();
  const body = h(
    "div", { class: "view-body" },
    h("section", { class: "totals", "aria-label": words.totals }, ...Object.values(tiles).map(({ el }) => el)),
    h("section", { class: "board-section", "aria-label": words.conversations }, h("div", { class: "section-head" }, h("h3", { class: "section-title", text: words.conversations })), list.el),
  );
  const back = h("a", { class: "back-link", href: hrefOf([]), text: words.back_to_board });
  const el = h("div", { class: "view" }, h("div", { class: "view-head" }, back, h("span", { class: "back-slash", "aria-hidden": "true", text: "/" }), title, menu.el, intervals), gone.el, body);
  let id = "";
  /** @type {import("./board-rows.js").AgentRow|null} */
  let before = null;

  /** @param {import("./board-rows.js").AgentRow} row */
  function showFigures(row) {
    const { now, today } = row;
    const since_ms = toMs(now.status_since);
    tiles.presence.show(presenceCell(row), since_ms > 0 ? elapsed(since_ms, "coarse") : NOTHING);
    tiles.load.show(loadCell(row), words.queues_of(row.queue_ids.map((queue) => names.of("queues", queue)).join(", ")));
    tiles.handled.show(countText(today?.handled), words.service_level_sub(countText(today?.answered ?? 0)));
    tiles.handle.show(secondsText(today?.handle_seconds.mean), "");
    tiles.occupancy.show(shareText(today?.occupancy), words.by_units(shareText(today?.occupancy_by_units)));
    menu.update(acts.items(row).filter((item) => item.id !== "open" && item.id !== "intervals"));
  }

  return {
    el,
    /** @param {string[]} parts */
    show([, next]) {
      if (next === id) return;
      [id, before] = [next, null];
      intervals.setAttribute("href", hrefOf(["intervals", "agents", id]));
      // What is on offer stands in the queue, and names the agent in its offer.
      const held = HELD.map((state) => `/v1/conversations?agent_id=${encodeURIComponent(id)}&state=${state}`);
      list.ask([...held, "/v1/conversations?state=open"], (one) => one.state !== "open" || one.offer?.agent_id === id);
    },
    /** @param {import("./state.js").BoardState} state */
    update(state) {
      setText(title, names.of("agents", id));
      const now = own(state.agents, id);
      setShown(body, Boolean(now) || !state.ready);
      setShown(menu.el, Boolean(now));
      if (!now) return state.ready ? gone.empty(words.gone_agent, words.gone_help) : gone.loading();
      gone.none();
      const row = rows.agents(state).find((one) => one.id === id);
      if (!row || row === before) return;
      if (before && before.now !== now) list.wake();
      before = row;
      showFigures(row);
    },
    stop() {
      list.stop();
    },
  };
}

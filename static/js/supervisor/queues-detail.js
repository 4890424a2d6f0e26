/* Owns the page of one queue: its figures, the last hour in a larger chart, who waits, what is in work, who serves it. */

import { serverNow } from "../lib/elapsed.js";
import { h, setShown, setText } from "../lib/dom.js";
import { own } from "../lib/own.js";
import { supervisor as words } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { createStatus } from "../ui/status.js";
import { createAgentTable, membersOf } from "./agents.js";
import { createConversationList } from "./board-conversations.js";
import { chartKey, hourScale, tile } from "./board-parts.js";
import { countText, secondsText, shareText } from "./board-format.js";
import { trend, trendTop } from "./charts.js";
import { abandonedText, trendLabel, waitCell } from "./queues.js";

/** @param {import("./main.js").Context & {rows: ReturnType<typeof import("./board-rows.js").createRows>, acts: ReturnType<typeof import("./agents-acts.js").createAgentActs>}} context */
export function createQueueView(context) {
  const { names, rows, acts } = context;
  const title = h("h2", { class: "view-title", tabindex: -1 });
  const tiles = { waiting: tile(words.waiting), longest: tile(words.longest), in_work: tile(words.in_work), ready: tile(words.column.ready), service_level: tile(words.service_level), abandoned: tile(words.abandoned) };
  const chart = h("div", { class: "large-trend" });
  const waiting = createConversationList(context, { label: words.waiting_list, parts: ["state", "agent", "priority"], empty: { title: words.nobody_waiting, help: words.nobody_waiting_help } });
  const working = createConversationList(context, { label: words.working_list, parts: ["state", "agent"], empty: { title: words.nothing_working, help: words.nothing_working_help } });
  const members = createAgentTable(acts, { title: words.members_none, help: words.members_none_help });
  const intervals = h("a", { class: "button small", text: words.intervals_of });
  const gone = createStatus();
  const body = h(
    "div", { class: "view-body" },
    h("section", { class: "totals", "aria-label": words.totals }, ...Object.values(tiles).map(({ el }) => el)),
    h("section", { class: "board-section", "aria-label": words.last_hour }, h("div", { class: "section-head" }, h("h3", { class: "section-title", text: words.last_hour }), chartKey()), chart),
    list(words.waiting_list, waiting.el), list(words.working_list, working.el),
    list(words.members, h("div", { class: "section-scroll" }, members.el)),
  );
  const back = h("a", { class: "back-link", href: hrefOf([]), text: words.back_to_board });
  const el = h("div", { class: "view" }, h("div", { class: "view-head" }, back, h("span", { class: "back-slash", "aria-hidden": "true", text: "/" }), title, intervals), gone.el, body);
  let id = "";
  /** @type {import("./state.js").Served|null} */
  let before = null;

  return {
    el,
    /** @param {string[]} parts */
    show([, next]) {
      if (next === id) return;
      [id, before] = [next, null];
      intervals.setAttribute("href", hrefOf(["intervals", "queues", id]));
      const of = `queue_id=${encodeURIComponent(id)}`;
      waiting.ask([`/v1/conversations?${of}&state=open`]);
      working.ask(["active", "wrap_up", "waiting"].map((state) => `/v1/conversations?${of}&state=${state}`));
    },
    /** @param {import("./state.js").BoardState} state */
    update(state) {
      setText(title, names.of("queues", id));
      const now = own(state.queues, id);
      setShown(body, Boolean(now) || !state.ready);
      if (!now) return state.ready ? gone.empty(words.gone_queue, words.gone_help) : gone.loading();
      gone.none();
      if (before && before !== now) [waiting, working].forEach((one) => one.wake());
      before = now;
      const row = rows.queues(state, serverNow()).find((one) => one.id === id);
      if (row) showFigures(row);
      const serving = membersOf(names, id);
      members.update(rows.agents(state).filter((one) => serving.has(one.id) || one.queue_ids.includes(id)));
    },
    stop() {
      waiting.stop();
      working.stop();
    },
  };

  /** @param {import("./board-rows.js").QueueRow} row */
  function showFigures(row) {
    const { now, today } = row;
    tiles.waiting.show(countText(now.waiting), words.on_offer_sub(countText(now.on_offer)));
    tiles.longest.show(waitCell(now.waiting_since, row.target_s), row.target_s === null ? "" : words.target(secondsText(row.target_s)));
    tiles.in_work.show(countText(now.active), words.in_work_sub(countText(now.wrap_up), countText(now.waiting_for_customer)));
    tiles.ready.show(h("span", { class: "ready", text: `${countText(now.agents_eligible)} / ${countText(now.agents_connected)}` }), words.units_used(countText(now.used_units), countText(now.capacity_units)));
    tiles.service_level.show(shareText(today?.service_level), words.service_level_sub(countText(today?.answered ?? 0)));
    tiles.abandoned.show(abandonedText(today), words.abandoned_none);
    const quarters = /** @type {any} */ (row.hour);
    const image = trend({ quarters, line: row.line, now_ms: row.now_ms, label: trendLabel(row.name, quarters, row.line), width: 1200, height: 120 });
    chart.replaceChildren(image, hourScale(row.now_ms, trendTop(quarters, row.line)));
  }
}

/** @param {string} title @param {Node} content */
function list(title, content) {
  return h("section", { class: "board-section", "aria-label": title }, h("div", { class: "section-head" }, h("h3", { class: "section-title", text: title })), content);
}

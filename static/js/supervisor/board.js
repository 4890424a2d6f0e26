/* Owns the board: the totals in a strip, and the lists of queues, agents and work streams, each new state put into them. */

import { serverNow } from "../lib/elapsed.js";
import { h } from "../lib/dom.js";
import { supervisor as words } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { createAgents } from "./agents.js";
import { NOTHING, countText, shareText } from "./board-format.js";
import { chartKey, tile } from "./board-parts.js";
import { allQuarters, totalsOf } from "./board-rows.js";
import { trend } from "./charts.js";
import { createQueues, createStreams, trendLabel, waitCell } from "./queues.js";
import { minutes } from "./state-trail.js";

/** @param {import("./main.js").Context & {rows: ReturnType<typeof import("./board-rows.js").createRows>, acts: ReturnType<typeof import("./agents-acts.js").createAgentActs>}} context */
export function createBoard({ names, rows, acts }) {
  const strip = createStrip();
  const queues = createQueues();
  const agents = createAgents(acts, names);
  const streams = createStreams();
  const failed = createStatus();
  const el = h("div", { class: "view board" }, strip.el, failed.el, queues.el, agents.el, streams.el);
  return {
    el,
    show() {},
    /** @param {import("./state.js").BoardState} state */
    update(state) {
      const now_ms = serverNow();
      strip.update(state, now_ms);
      if (state.figures.status === "failed" && state.connection.phase === "open") failed.failed(words.figures_failed);
      else failed.none();
      queues.update(rows.queues(state, now_ms), state.ready);
      agents.update(rows.agents(state), state.ready);
      streams.update(rows.streams(state), state.ready);
    },
    stop() {},
  };
}

/** The whole house in one line. */
function createStrip() {
  const tiles = {
    waiting: tile(words.waiting), longest: tile(words.longest), in_work: tile(words.in_work), agents: tile(words.agents_here),
    service_level: tile(words.service_level), abandoned: tile(words.abandoned),
  };
  const chart = h("div", { class: "tile-chart" });
  const last = h("div", { class: "tile wide" }, h("div", { class: "tile-head" }, h("span", { class: "tile-label", text: words.last_hour }), chartKey()), chart);
  const el = h("section", { class: "totals", "aria-label": words.totals }, ...Object.values(tiles).map((one) => one.el), last);
  let drawn = "";
  return {
    el,
    /** @param {import("./state.js").BoardState} state @param {number} now_ms */
    update(state, now_ms) {
      // What is not known is no nought.
      if (!state.ready) return Object.values(tiles).forEach((one) => one.show(NOTHING, ""));
      const sum = totalsOf(state);
      tiles.waiting.show(countText(sum.waiting), words.on_offer_sub(countText(sum.on_offer)));
      tiles.longest.show(waitCell(sum.since), sum.since ? "" : words.nobody_waits);
      tiles.in_work.show(countText(sum.active), words.in_work_sub(countText(sum.wrap_up), countText(sum.waiting_for_customer)));
      tiles.agents.show(countText(sum.connected), words.agents_here_sub(countText(sum.agents), countText(sum.free_units)));
      tiles.service_level.show(shareText(sum.service_level), sum.service_level === null ? words.no_service_level : words.service_level_sub(countText(sum.answered)));
      tiles.abandoned.show(countText(sum.abandoned), sum.abandon_rate === null ? words.abandoned_none : words.abandoned_sub(shareText(sum.abandon_rate)));
      const quarters = allQuarters(state.figures.hour);
      const line = minutes(state.trails[""] ?? [], now_ms);
      const key = JSON.stringify([quarters, line, Math.floor(now_ms / 60_000)]);
      if (key === drawn) return;
      drawn = key;
      chart.replaceChildren(trend({ quarters, line, now_ms, label: trendLabel(words.all_queues, quarters, line), width: 240, height: 44 }));
    },
  };
}

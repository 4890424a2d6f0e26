/*
 * Owns the start of the supervisor's page: the token, the frame, the connection to the board, and which view stands at which address.
 * `#/` board, `#/queues/ID`, `#/agents/ID`, `#/intervals/SUBJECT/ID`, `#/conversations/ID`, `#/tools`.
 */

import { h, isInTextField, setAttr, setText } from "../lib/dom.js";
import { serverNow, toMs } from "../lib/elapsed.js";
import { supervisor as words, ui } from "../strings.en.js";
import { createApi } from "../ui/api.js";
import { openPage } from "../ui/page.js";
import { hrefOf, onRoute, partsOf } from "../ui/route.js";
import { createShell } from "../ui/shell.js";
import { createToaster } from "../ui/toaster.js";
import { createAgentActs } from "./agents-acts.js";
import { createAgentView } from "./agents-detail.js";
import { createAlarmTeller } from "./board-alarm-words.js";
import { createAlarms } from "./board-alarms.js";
import { createLiveness } from "./board-live.js";
import { createRows } from "./board-rows.js";
import { createBoardSession } from "./board-session.js";
import { createBoard } from "./board.js";
import { createIntervals } from "./intervals.js";
import { createMemory } from "./main-memory.js";
import { createQueueView } from "./queues-detail.js";
import { createStoryView } from "./story.js";
import { createTools } from "./tools.js";

/**
 * What every view is given.
 * @typedef {object} Context
 * @property {ReturnType<typeof createApi>} api
 * @property {string} token
 * @property {import("../ui/role.js").Role} role
 * @property {import("./state-names.js").Names} names
 * @property {ReturnType<typeof createBoardSession>["store"]} board
 * @property {ReturnType<typeof createToaster>} toaster
 * @property {null} agentSession
 * @property {() => void} renamed the view is called otherwise now, as its `title` says
 */

/** `update` hears each new state of the board; `title` is for the window, empty for the place's own. @typedef {{el: HTMLElement, show: (parts: string[]) => void, title?: () => string, update?: (state: import("./state.js").BoardState) => void, stop: () => void}} View */
/** @typedef {"board"|"queues"|"agents"|"intervals"|"conversations"|"tools"} Place */

const MINUTE_MS = 60_000;
/** Places that are as one left them: what is searched, chosen and typed there stays. @type {Set<string>} */
const KEPT = new Set(["board", "conversations", "tools"]);
const ICONS = /** @type {const} */ ({ board: "people", intervals: "chart", conversations: "history", tools: "flow" });

const { token, role, signOut } = await openPage({ page: "supervisor", title: () => words.title });
start();

function start() {
  const toaster = createToaster();
  const voice = h("div", { class: "sr-only", role: "alert" });
  const api = createApi(token, () => signOut(ui.token_refused));
  const session = createBoardSession(api, token, {
    onRefused: (code) => signOut(code === 4403 ? ui.role_refused.supervisor : ui.token_refused),
    // Nothing lies over what somebody writes.
    onAlarm: createAlarmTeller((text) => (isInTextField() ? setText(voice, text) : toaster.tell(text, "assertive"))),
    onLeaving: () => toaster.tell(words.server_leaves),
  });
  const { store, names } = session;
  /** @type {Context} */
  const context = { api, token, role, names, board: store, toaster, agentSession: null, renamed: () => entitle() };
  const alarms = createAlarms(store);
  const live = createLiveness(session.nudge, (text) => toaster.tell(text));
  const nav = /** @type {const} */ (["board", "intervals", "conversations", "tools"]).map((id) => ({ id, label: words.nav[id], href: hrefOf(id === "board" ? [] : [id]), icon: ICONS[id] }));
  const shell = createShell({ title: ui.page_supervisor, nav, current: "board", onSignOut: () => signOut(), extra: [live.el, alarms.el] });
  const views = createViews(context);
  shell.el.append(live.banner);
  document.body.replaceChildren(shell.el, toaster.el, voice);

  const memory = createMemory(shell.main);
  /** @type {Map<Place, View>} */
  const kept = new Map();
  /** @type {View|null} */
  let view = null;
  /** @type {Place|null} */
  let place = null;
  let started = false;

  /** The window says which queue or agent it shows. */
  function entitle() {
    const [, id] = partsOf(location.hash);
    const name = view?.title?.() || (place === "queues" || place === "agents" ? names.of(place, id) : words.nav[place ?? "board"]);
    document.title = `${name} – ${words.title}`;
  }

  onRoute((parts) => {
    const next = placeOf(parts);
    const moved = next !== place;
    const elsewhere = moved || next === "conversations";
    if (elsewhere) memory.leave();
    if (moved) {
      view?.stop();
      view = kept.get(next) ?? views[next]();
      if (KEPT.has(next)) kept.set(next, view);
      place = next;
      shell.main.replaceChildren(view.el);
    }
    shell.update({ current: next === "queues" || next === "agents" ? "board" : next });
    view?.show(parts);
    view?.update?.(store.state);
    entitle();
    const returned = elsewhere && memory.arrive(parts.join("/"), KEPT.has(next) && !(next === "conversations" && parts[1]));
    // A field of the view that changes the address keeps the focus.
    if (started && !returned && (moved || document.activeElement === document.body)) focusPlace(shell.main);
    started = true;
  });

  const show = () => view?.update?.(store.state);
  store.subscribe((state) => {
    alarms.update(state);
    live.update(state);
    show();
  });
  names.onChange(() => {
    show();
    entitle();
  });
  setInterval(show, MINUTE_MS);
  setInterval(() => markLate(shell.main), 1000);
  alarms.update(store.state);
  live.update(store.state);
  session.start();
}

/** What makes each view; one stands at a time. @param {Context} context @returns {Record<Place, () => View>} */
function createViews(context) {
  const more = { ...context, rows: createRows(context.names), acts: createAgentActs(context) };
  return {
    board: () => createBoard(more),
    queues: () => createQueueView(more),
    agents: () => createAgentView(more),
    intervals: () => createIntervals(context),
    conversations: () => createStoryView(context.api, context),
    tools: () => createTools(context.api, context),
  };
}

/** @param {string[]} parts @returns {Place} */
function placeOf([first, second]) {
  if (first === "intervals" || first === "conversations" || first === "tools") return first;
  return (first === "queues" || first === "agents") && second ? first : "board";
}

/** Who goes to another place by keyboard stands at its heading; where it has none, at the beginning. @param {HTMLElement} main */
function focusPlace(main) {
  const heading = main.querySelector("h2");
  if (heading && !heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  (heading ?? main).focus({ preventScroll: true });
}

/** Waits that have become longer than their queue's target say so, second by second. @param {HTMLElement} main */
function markLate(main) {
  const now_ms = serverNow();
  for (const el of main.querySelectorAll("[data-late-ms]")) setAttr(el, "data-late", now_ms > toMs(Number(el.getAttribute("data-late-ms"))) ? "true" : null);
}


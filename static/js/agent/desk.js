/* Owns the desk of a signed-in agent: puts the views together, hands them each new state, and ties keys to what they do. */

import { createBanner } from "../lib/banner.js";
import { h, isInTextField, setAttr } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { createAlerts } from "./alerts.js";
import { createContextPanel } from "./context-panel.js";
import { installKeys } from "./keys.js";
import { createLists } from "./lists.js";
import { createPanel } from "./panel.js";
import { createPopDock } from "./pop-dock.js";
import { createAlertSheet, createShortcutSheet } from "./sheets.js";
import { createTabs } from "./tabs.js";
import { createToasts } from "./toasts.js";
import { createTopBar } from "./top-bar.js";

/**
 * Which of the three columns a narrow window shows; a wide one shows all.
 * @typedef {"lists"|"talk"|"context"} Pane
 */

/** @param {import("./session.js").Session} session @param {ReturnType<typeof createToasts>} toasts @param {() => void} onSignOut */
export function createDesk(session, toasts, onSignOut) {
  const { store } = session;
  const alerts = createAlerts(session);
  const alertSheet = createAlertSheet();
  const shortcutSheet = createShortcutSheet();
  const bar = createTopBar(session, { onAlerts: alertSheet.toggle, onShortcuts: shortcutSheet.toggle, onSignOut });
  const banner = createBanner(() => session.nudge(), `${t.connection_lost} ${t.connection_lost_help}`);
  const lists = createLists(session, (id) => open(id));
  const tabs = createTabs(session);
  const panel = createPanel(session, { onBack: () => setPane("lists"), onDetails: () => setPane(main.dataset.pane === "context" ? "talk" : "context") });
  const context = createContextPanel();
  const dock = createPopDock(session);
  const main = h("main", { class: "desk", "data-pane": "lists" }, lists.el, h("div", { class: "talk" }, tabs.el, panel.el), context.el);
  const el = h("div", { class: "app" }, bar.el, banner.el, main, dock.el, toasts.el, alertSheet.el, shortcutSheet.el);
  /** @type {string|null} */
  let followed = null;

  /** @param {Pane} pane */
  function setPane(pane) {
    setAttr(main, "data-pane", pane);
  }

  /** @param {string} id */
  function open(id) {
    store.dispatch({ type: "local.select", conversation_id: id });
    setPane("talk");
  }

  function tellVisible() {
    store.dispatch({ type: "local.visible", visible: !document.hidden });
  }

  /** A conversation that the agent took comes to the front, ready to be written in. @param {import("../types.js").AgentState} state */
  function follow(state) {
    const arrived = followed !== null && state.follow === null && state.selected === followed;
    followed = state.follow;
    if (!arrived) return;
    setPane("talk");
    if (!isInTextField()) panel.focusWriting();
  }

  store.subscribe((state) => {
    bar.update(state);
    banner.update(state.connection);
    lists.update(state);
    tabs.update(state);
    panel.update(state);
    context.update(state);
    dock.update(state);
    toasts.update(state);
    alerts.update(state);
    follow(state);
    if (!state.selected && main.dataset.pane !== "lists") setPane("lists");
  });

  document.addEventListener("visibilitychange", () => {
    tellVisible();
    if (!document.hidden) session.nudge();
  });
  addEventListener("online", () => session.nudge());
  tellVisible();

  installKeys({
    accept: () => dock.answer("accept"),
    decline: () => dock.answer("decline"),
    collapse: () => alertSheet.close() || shortcutSheet.close() || panel.cancelTransfer() || dock.collapse(),
    next: () => move(1),
    previous: () => move(-1),
    write: () => panel.focusWriting(),
    note: () => panel.toggleNote(),
    finish: () => panel.finish(),
    mine: () => showList("mine"),
    open: () => showList("open"),
    closed: () => showList("closed"),
    presence: () => bar.focusPresence(),
    help: () => shortcutSheet.toggle(),
  });

  /** @param {number} step */
  function move(step) {
    const writing = panel.isWriting();
    tabs.move(step);
    setPane("talk");
    if (writing) queueMicrotask(panel.focusWriting);
  }

  /** @param {import("../types.js").ListName} list */
  function showList(list) {
    setPane("lists");
    lists.show(list);
    if (list === "open") queueMicrotask(lists.focusSearch);
  }

  return {
    el,
    stop() {
      alerts.stop();
      session.stop();
    },
  };
}

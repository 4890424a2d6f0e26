/* Owns the desk of a signed-in agent: puts the views together, hands them each new state, and ties keys to what they do. */

import { createBanner } from "../lib/banner.js";
import { h, isInTextField, setAttr } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { Alerts } from "./alerts.js";
import { createCommandBar } from "./command-bar.js";
import { createContextPanel } from "./context-panel.js";
import { installKeys } from "./keys.js";
import { createLists } from "./lists.js";
import { createPanel } from "./panel.js";
import { PopDock } from "./pop-dock.js";
import { createAlertSheet, createShortcutSheet } from "./sheets.js";
import { createTabs } from "./tabs.js";
import { createToasts } from "./toasts.js";
import { createTopBar } from "./top-bar.js";

/**
 * Which of the three columns a narrow window shows; a wide one shows all.
 * @typedef {"lists"|"talk"|"context"} Pane
 */

export class Desk {
  #alertSheet = createAlertSheet();
  #shortcutSheet = createShortcutSheet();
  #context;
  /** @type {string|null} */
  #followed = null;
  /** What was in front at the last look. @type {string|null} */
  #front = null;

  /** @param {import("./session.js").Session} session @param {ReturnType<typeof createToasts>} toasts @param {() => void} onSignOut */
  constructor(session, toasts, onSignOut) {
    this.session = session;
    this.toasts = toasts;
    this.alerts = new Alerts(session);
    this.#context = createContextPanel(session);
    this.bar = createTopBar(session, { onCommands: () => this.commandBar.toggle(), onAlerts: this.#alertSheet.toggle, onShortcuts: this.#shortcutSheet.toggle, onSignOut });
    this.banner = createBanner(() => session.nudge(), `${t.connection_lost} ${t.connection_lost_help}`, () => backText(session.store.state));
    this.lists = createLists(session, (id) => this.#open(id));
    this.tabs = createTabs(session);
    this.panel = createPanel(session, { onBack: () => this.#setPane("lists"), onDetails: () => this.#toggleContext() });
    this.dock = new PopDock(session);
    const talk = h("div", { class: "talk" }, this.tabs.el, this.panel.el);
    this.main = h("main", { class: "desk", "data-pane": "lists" }, this.lists.el, talk, this.#context.el);
    this.commandBar = createCommandBar(session.store, this.#commandActs());
    const sheets = [this.#alertSheet.el, this.#shortcutSheet.el, this.commandBar.el];
    this.el = h("div", { class: "app" }, this.bar.el, this.main, this.banner.el, this.dock.el, toasts.el, ...sheets);
    session.store.subscribe((state) => this.#show(state));
    this.#watchWindow();
    installKeys(this.#commands());
  }

  stop() {
    this.alerts.stop();
    this.session.stop();
  }

  /** @param {import("../types.js").AgentState} state */
  #show(state) {
    const had = document.activeElement;
    const place = [this.lists.el, this.main].find((el) => el.contains(had));
    this.banner.update(state.connection);
    for (const view of [this.bar, this.lists, this.tabs, this.panel, this.#context, this.dock, this.toasts, this.alerts]) view.update(state);
    this.#follow(state);
    if (!state.selected && this.main.dataset.pane !== "lists") this.#setPane("lists");
    if (place && isLost(had)) this.#focusAfter(place === this.lists.el, state.selected);
    this.#front = state.selected;
  }

  /**
   * What had the focus is gone with what it belonged to: the focus goes to what took its place. Never into a text to another customer,
   * in which somebody who types would go on.
   * @param {boolean} in_lists @param {string|null} selected
   */
  #focusAfter(in_lists, selected) {
    if (in_lists || !selected || this.main.dataset.pane === "lists") this.lists.focus();
    else if (selected === this.#front) this.panel.focusWriting();
    else this.panel.focusHead();
  }

  #watchWindow() {
    const tell = () => this.session.store.dispatch({ type: "local.visible", visible: !document.hidden });
    document.addEventListener("visibilitychange", () => {
      tell();
      if (!document.hidden) this.session.client.nudge();
    });
    addEventListener("online", () => this.session.nudge());
    addEventListener("offline", () => this.session.online(false));
    tell();
  }

  /** What the keys do. @returns {Parameters<typeof installKeys>[0]} */
  #commands() {
    const { dock, panel } = this;
    return {
      accept: () => dock.answer("accept"),
      decline: () => dock.answer("decline"),
      collapse: () => this.commandBar.close() || this.#alertSheet.close() || this.#shortcutSheet.close() || panel.cancelTransfer() || dock.collapse(),
      next: () => this.#move(1),
      previous: () => this.#move(-1),
      write: () => this.#talk(panel.focusWriting),
      note: () => this.#talk(panel.toggleNote),
      transfer: () => this.#talk(panel.openTransfer),
      consult: () => this.#talk(panel.openConsult),
      finish: () => this.#talk(panel.finish),
      mine: () => this.#showList("mine"),
      open: () => this.#showList("open"),
      closed: () => this.#showList("closed"),
      presence: () => this.bar.focusPresence(),
      commands: () => this.commandBar.toggle(),
      help: () => this.#shortcutSheet.toggle(),
    };
  }

  /** What the command bar's choices do. @returns {Parameters<typeof createCommandBar>[1]} */
  #commandActs() {
    const { session, panel } = this;
    const selected = () => session.store.state.selected ?? "";
    const acts = {
      write: () => panel.focusWriting(),
      note: () => panel.toggleNote(),
      transfer: () => panel.openTransfer(),
      consult: () => panel.openConsult(),
      wait: () => session.act("wait", selected()),
      release: () => session.act("release", selected()),
      finish: () => panel.finish(),
      leave: () => session.leave(selected()),
      view: () => session.store.dispatch({ type: "local.tab_closed", conversation_id: selected() }),
    };
    return {
      open: (id) => {
        this.#open(id);
        queueMicrotask(() => panel.focusWriting());
      },
      pick: (conversation) => void session.pickList.take(conversation),
      act: (name) => {
        this.#setPane("talk");
        void acts[name]();
      },
      presence: (id) => void session.setPresence(id),
      list: (list) => this.#showList(list),
      details: () => this.#showContext(),
      display: (name, value) => this.#display(name, value),
      shortcuts: () => this.#shortcutSheet.toggle(),
      alerts: () => this.#alertSheet.toggle(),
    };
  }

  /** @param {string} name @param {string} value */
  #display(name, value) {
    const before = callboardDisplay.language();
    callboardDisplay.change({ [name]: value });
    // Words that stand on the page were read when it was built.
    if (callboardDisplay.language() !== before) location.reload();
    this.bar.refreshDisplay();
  }

  /** @param {Pane} pane */
  #setPane(pane) {
    const had = document.activeElement;
    const inside = this.main.contains(had);
    setAttr(this.main, "data-pane", pane);
    if (!inside || !isLost(had)) return;
    if (pane === "lists") this.lists.focus();
    else this.panel.focusHead();
  }

  /** Does something with the conversation in front, where it can be seen. @param {() => boolean|void} run */
  #talk(run) {
    if (this.session.store.state.selected && !this.panel.isInView()) this.#setPane("talk");
    return run();
  }

  #toggleContext() {
    this.#setPane(this.main.dataset.pane === "context" ? "talk" : "context");
  }

  #showContext() {
    if (this.session.store.state.selected) this.#setPane("context");
    this.#context.focus();
  }

  /** @param {string} id */
  #open(id) {
    this.session.store.dispatch({ type: "local.select", conversation_id: id });
    this.#setPane("talk");
  }

  /** @param {number} step */
  #move(step) {
    const writing = this.panel.isWriting();
    this.tabs.move(step);
    this.#setPane("talk");
    if (writing) queueMicrotask(() => this.panel.focusWriting());
  }

  /** @param {import("../types.js").ListName} list */
  #showList(list) {
    this.#setPane("lists");
    this.lists.show(list);
    queueMicrotask(this.lists.focus);
  }

  /** A conversation that the agent took comes to the front, ready to be written in. @param {import("../types.js").AgentState} state */
  #follow(state) {
    const arrived = this.#followed !== null && state.follow === null && state.selected === this.#followed;
    this.#followed = state.follow;
    if (!arrived) return;
    this.#setPane("talk");
    if (!isInTextField()) this.panel.focusWriting();
  }
}

/** Whether an element cannot have the focus any more. @param {Element|null} had */
function isLost(had) {
  return document.activeElement === document.body || !had?.isConnected || !had.checkVisibility();
}

/** What is said when a lost connection is back. @param {import("../types.js").AgentState} state */
function backText({ resumed, outbox }) {
  const sending = outbox.filter((item) => item.state === "pending").length;
  return [resumed ? t.sides.back : t.sides.back_anew, sending > 0 ? t.sides.back_sends(sending) : ""].filter(Boolean).join(" ");
}

/*
 * Owns the screen pops on the page. Each is a <dialog role="alertdialog"> that is open without being modal: the agent may be
 * in the middle of another conversation, and nothing on the page goes dead because a customer knocks. (It also spares us
 * Chromium's close watcher, which closes a modal dialog at the third Escape whatever the page says.)
 *
 * Focus goes to the heading, never to a button, and stays where it is while the agent is in a text field. Escape makes a pop
 * smaller and never declines. One pop is shown in full, the others as a line each; every line can be answered.
 */

import { announce } from "../lib/announcer.js";
import { h, icon, isInTextField, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { elapsed } from "../lib/elapsed.js";
import { clockText } from "../lib/format.js";
import { t } from "../strings.en.js";
import { LAST_CALL_MS, remainingMs, remainingSeconds } from "./countdown.js";
import { KEYS, keyText } from "./keys.js";
import { agentName } from "./names.js";
import { keepReachable } from "./parts.js";
import { LABELS, labelText } from "./pop-words.js";
import { customerName } from "./state-common.js";
import { expandedPop } from "./state-pops.js";

/** @typedef {import("../types.js").Pop} Pop */
/** @typedef {import("../types.js").EndedPop} EndedPop */

const TICK_MS = 200;
const ENDED_SHOWN_MS = 7_000;
/** A key pressed in the instant in which one pop takes another's place was meant for the other. */
const KEY_GUARD_MS = 400;

export class PopDock {
  #list = h("div", { class: "pop-list" });
  #over = h("ul", { class: "pop-over", "aria-label": t.missed });
  /** @type {Map<string, ReturnType<typeof createPop>>} */
  #views = new Map();
  /** Lines that say how a pop ended. @type {Map<string, HTMLLIElement>} */
  #ended = new Map();
  /** Where the focus was before a pop got it. @type {Element|null} */
  #before = null;
  /** @type {string|null} */
  #expanded = null;
  #inactive;
  #replaced_at_ms = -Infinity;
  /** Runs while there is a pop. @type {number|undefined} */
  #timer;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.#inactive = createInactive(session);
    this.el = h("section", { class: "pop-dock", "aria-label": t.incoming_region }, this.#list, this.#inactive.el, this.#over);
  }

  /** @param {import("../types.js").AgentState} state */
  update(state) {
    const had = this.el.contains(document.activeElement);
    const shown = expandedPop(state.pops);
    reconcile(
      this.#list,
      state.pops,
      (pop) => pop.offer.id,
      (pop) => {
        const view = createPop(this.session, pop);
        this.#views.set(pop.offer.id, view);
        return view.el;
      },
      (_, pop) => this.#views.get(pop.offer.id)?.update(pop, pop === shown),
    );
    for (const id of this.#views.keys()) if (!state.pops.some((pop) => pop.offer.id === id)) this.#views.delete(id);
    this.#keepTime();
    this.#noteExpanded(shown);
    this.#inactive.update(state);
    this.#giveBack(had);
    for (const pop of state.ended) if (!pop.shown) this.#showEnded(pop);
  }

  /** Answers the pop in full view, or else the first; for the keyboard. @param {"accept"|"decline"} answer */
  answer(answer) {
    const { pops } = this.session.store.state;
    const pop = expandedPop(pops) ?? pops[0];
    if (!pop || performance.now() - this.#replaced_at_ms < KEY_GUARD_MS) return;
    if (answer === "accept" || pop.offer.can_decline) void this.session.answer(pop.offer.id, answer);
  }

  /** Makes the pop in full view smaller. @returns {boolean} whether there was one */
  collapse() {
    const pop = expandedPop(this.session.store.state.pops);
    if (!pop) return false;
    const had = this.el.contains(document.activeElement);
    this.session.store.dispatch({ type: "local.pop_collapsed", offer_id: pop.offer.id, collapsed: true });
    if (had && this.#before instanceof HTMLElement && this.#before.isConnected && this.#before !== document.body) this.#before.focus();
    return true;
  }

  #keepTime() {
    if (this.#views.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else {
      this.#timer ??= setInterval(() => {
        for (const view of this.#views.values()) view.tick();
      }, TICK_MS);
    }
  }

  /** @param {Pop|null} pop */
  #noteExpanded(pop) {
    const id = pop?.offer.id ?? null;
    if (id === this.#expanded) return;
    this.#replaced_at_ms = this.#expanded && id ? performance.now() : -Infinity;
    this.#expanded = id;
    const view = id ? this.#views.get(id) : null;
    if (!view || isInTextField()) return;
    if (!this.el.contains(document.activeElement)) this.#before = document.activeElement;
    view.heading.focus();
  }

  /** Gives focus back when the pop that had it is gone. @param {boolean} had */
  #giveBack(had) {
    if (!had || (document.activeElement !== document.body && document.activeElement?.checkVisibility())) return;
    if (this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus();
    this.#before = null;
  }

  /** @param {EndedPop} pop */
  #showEnded(pop) {
    this.session.store.dispatch({ type: "local.ended_shown", offer_id: pop.offer_id });
    const text = t.pop_over(pop.name, pop.why);
    announce(text);
    const known = this.#ended.get(pop.offer_id);
    if (known) return setText(known, text);
    const item = h("li", { text });
    this.#ended.set(pop.offer_id, item);
    this.#over.append(item);
    setTimeout(() => {
      item.remove();
      this.#ended.delete(pop.offer_id);
    }, ENDED_SHOWN_MS);
  }
}

/** Stands as long as the agent is inactive after a pop that was not answered, with the way back. @param {import("./session.js").Session} session */
function createInactive(session) {
  const back = h("button", { type: "button", class: "button primary", text: t.panel.back_again, onclick: () => void session.setPresence("available") });
  const el = h("div", { class: "inactive-card", role: "status", hidden: true }, h("p", { class: "inactive-head", text: t.panel.inactive }), h("p", { text: t.panel.inactive_help }), back);
  return {
    el,
    /** @param {import("../types.js").AgentState} state */
    update: ({ presence }) => setShown(el, presence.base === "inactive"),
  };
}

/** @param {import("./session.js").Session} session @param {Pop} first */
function createPop(session, first) {
  const { offer } = first;
  // An invitation is named by more than one word.
  const id = `pop-${offer.id.replace(/\W+/g, "-")}`;
  const name = customerName(offer.conversation);
  let pop = first;

  const consult = offer.kind === "consult";
  const by = offer.by ? agentName(session.store.state, offer.by) : t.an_agent;
  const eyebrow = consult ? t.panel.invitation(by) : t.incoming;
  const heading = h("h2", { id, class: "pop-name", tabindex: -1 }, h("span", { class: "eyebrow" }, consult ? icon("advice") : null, h("span", { text: eyebrow })), " ", h("span", { text: name }));
  const time = h("span", { class: "pop-time", role: "timer", "aria-label": t.time_left, "aria-live": "off" });
  const bar = h("span", { class: "pop-bar-fill" });
  const timer = h("div", { class: "pop-bar", "aria-hidden": "true" }, bar);
  setShown(time, offer.show_timer !== false);
  setShown(timer, offer.show_timer !== false);
  const toggle = h("button", {
    type: "button", class: "icon-button",
    onclick: () => session.store.dispatch({ type: "local.pop_collapsed", offer_id: offer.id, collapsed: toggle.getAttribute("aria-expanded") === "true" }),
  });
  const accept = answerButton("accept", consult ? t.panel.join : t.accept, KEYS.accept, () => void session.answer(offer.id, "accept"));
  const decline = offer.can_decline ? answerButton("decline", t.decline, KEYS.decline, () => void session.answer(offer.id, "decline")) : null;
  const body = keepReachable(h("div", { class: "pop-body" }, titleLine(offer.title, name), fieldList(offer)));
  const keys = offer.can_decline ? t.pop_keys(keyText(KEYS.accept), keyText(KEYS.decline)) : t.pop_keys_no_decline(keyText(KEYS.accept));
  const hint = h("p", { id: `${id}-keys`, class: "sr-only", text: keys });
  const el = h(
    "dialog",
    { class: "pop", "data-theme": offer.theme ?? "standard", "data-kind": offer.kind, role: "alertdialog", "aria-labelledby": id, "aria-describedby": hint.id, open: true },
    h("div", { class: "pop-head" }, heading, time, toggle),
    timer,
    body,
    h("div", { class: "pop-actions" }, accept, decline),
    hint,
  );

  function tick() {
    const left_ms = remainingMs(pop, performance.now());
    setText(time, clockText(remainingSeconds(left_ms) * 1000));
    bar.style.setProperty("--left", String(left_ms / pop.total_ms));
    setAttr(el, "data-hurry", String(left_ms <= LAST_CALL_MS));
  }

  return {
    el,
    heading,
    tick,
    /** @param {Pop} next @param {boolean} full */
    update(next, full) {
      pop = next;
      setAttr(el, "data-full", String(full));
      setShown(body, full);
      setAttr(toggle, "aria-expanded", String(full));
      if (toggle.dataset.full !== String(full)) {
        toggle.dataset.full = String(full);
        setAttr(toggle, "aria-label", full ? t.pop_collapse : t.pop_expand);
        toggle.replaceChildren(icon(full ? "collapse" : "expand"));
      }
      setBusy(accept, next.answering !== null, next.answering === "accept" ? (consult ? t.panel.joining : t.accepting) : consult ? t.panel.join : t.accept);
      if (decline) setBusy(decline, next.answering !== null, next.answering === "decline" ? t.declining : t.decline);
      tick();
    },
  };
}

/** @param {"accept"|"decline"} kind @param {string} text @param {import("./keys.js").Key} key @param {() => void} run */
function answerButton(kind, text, key, run) {
  return h(
    "button",
    { type: "button", class: `button ${kind === "accept" ? "primary" : ""}`, "aria-keyshortcuts": keyText(key), onclick: run },
    icon(kind),
    h("span", { class: "label", text }),
    h("kbd", { "aria-hidden": "true", text: keyText(key) }),
  );
}

/** @param {HTMLButtonElement} button @param {boolean} busy @param {string} text */
function setBusy(button, busy, text) {
  setAttr(button, "aria-disabled", busy ? "true" : null);
  const label = button.querySelector(".label");
  if (label) setText(label, text);
}

/** The template's title, where it says more than the heading. @param {string} title @param {string} name */
function titleLine(title, name) {
  return title && title !== name && title !== t.incoming ? h("p", { class: "pop-title", text: title }) : null;
}

/** The offer's fields as they came; the waiting time goes on counting. @param {import("../types.js").Offer} offer */
function fieldList(offer) {
  const list = h("dl", { class: "fields" });
  for (const { label, value } of offer.fields) {
    const counts = label === LABELS.waiting && offer.conversation.queued_at;
    const shown = counts ? elapsed(offer.conversation.queued_at, "clock") : h("bdi", { text: String(value ?? "") });
    list.append(h("div", {}, h("dt", { text: labelText(label) }), h("dd", {}, shown)));
  }
  return list;
}

/*
 * Owns how a pop reaches an agent who looks elsewhere: sound, desktop notification, the window's title and what a screen
 * reader says. Runs on every change of state, in a hidden window too.
 */

import { announce } from "../lib/announcer.js";
import { t } from "../strings.en.js";
import { isAnnounced, remainingMs, remainingSeconds } from "./countdown.js";
import { LABELS } from "./pop-words.js";
import { agentName } from "./names.js";
import { onSettings, readSettings } from "./settings.js";
import { blip, ringOnce, startRinging, stopRinging } from "./sound.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Pop} Pop */

const LOOK_EVERY_MS = 250;

export class Alerts {
  /** What was left of each pop at the last look. @type {Map<string, number>} */
  #looked = new Map();
  /** @type {Map<string, Notification>} */
  #notifications = new Map();
  /** Runs while there is a pop. @type {number|undefined} */
  #timer;
  #ringing = false;
  /** By conversation, at the last look. @type {Record<string, number>} */
  #unread = {};
  /** Ends hearing of other settings. */
  #deaf;

  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    this.#deaf = onSettings(() => this.#ring(session.store.state.pops));
  }

  /** @param {AgentState} state */
  update(state) {
    this.#greet(state.pops);
    this.#ring(state.pops);
    this.#tellMessages(state);
    document.title = titleOf(state);
  }

  stop() {
    this.#deaf();
    stopRinging();
    clearInterval(this.#timer);
    for (const id of this.#looked.keys()) this.#forget(id);
  }

  /** @param {Pop[]} pops */
  #greet(pops) {
    const ids = new Set(pops.map((pop) => pop.offer.id));
    for (const id of this.#looked.keys()) if (!ids.has(id)) this.#forget(id);
    for (const pop of pops) {
      if (this.#looked.has(pop.offer.id)) continue;
      const left_ms = remainingMs(pop, performance.now());
      this.#looked.set(pop.offer.id, left_ms);
      announce(this.#startedText(pop, remainingSeconds(left_ms)), "assertive");
      this.#notify(pop);
      if (readSettings().sound === "once") ringOnce();
    }
    if (pops.length > 0) {
      this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** @param {Pop} pop @param {number} seconds */
  #startedText({ offer, ...pop }, seconds) {
    const name = customerName(offer.conversation);
    if (offer.kind === "consult") return t.panel.invitation_started(offer.by ? agentName(this.session.store.state, offer.by) : t.an_agent, name, seconds);
    return t.pop_started(name, whereText({ offer, ...pop }), seconds);
  }

  #look() {
    const now_ms = performance.now();
    for (const pop of this.session.store.state.pops) {
      const left_ms = remainingMs(pop, now_ms);
      const before_ms = this.#looked.get(pop.offer.id) ?? pop.total_ms;
      this.#looked.set(pop.offer.id, left_ms);
      if (isAnnounced(pop.total_ms, before_ms, left_ms)) {
        announce(t.pop_left(customerName(pop.offer.conversation), remainingSeconds(left_ms)), "assertive");
      }
    }
  }

  /** @param {string} id */
  #forget(id) {
    this.#looked.delete(id);
    this.#notifications.get(id)?.close();
    this.#notifications.delete(id);
  }

  /** @param {Pop} pop */
  #notify(pop) {
    const wanted = pop.offer.desktop ?? "background";
    if (wanted === "never" || (wanted === "background" && !document.hidden)) return;
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
    const options = { body: t.desktop_body(whereText(pop)), tag: pop.offer.id, requireInteraction: true };
    const notification = notificationOf(customerName(pop.offer.conversation), options);
    if (!notification) return;
    notification.onclick = () => {
      focus();
      notification.close();
    };
    this.#notifications.set(pop.offer.id, notification);
  }

  /** @param {Pop[]} pops */
  #ring(pops) {
    const wanted = readSettings().sound === "repeat" && pops.some((pop) => !pop.answering);
    if (wanted === this.#ringing) return;
    this.#ringing = wanted;
    if (wanted) startRinging();
    else stopRinging();
  }

  /** @param {AgentState} state */
  #tellMessages({ unread, conversations, parts }) {
    const id = Object.keys(unread).find((id) => unread[id] > (this.#unread[id] ?? 0));
    if (id) {
      if (readSettings().sound !== "off" && !this.#ringing) blip();
      const conversation = conversations[id] ?? parts[id]?.conversation;
      if (conversation) announce(t.tab(customerName(conversation), unread[id]));
    }
    this.#unread = unread;
  }
}

/** Phones grant notifications, and then make none for a page. @param {string} title @param {NotificationOptions} options */
function notificationOf(title, options) {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

/** @param {AgentState} state */
function titleOf(state) {
  const unread = Object.values(state.unread).reduce((sum, n) => sum + n, 0);
  if (state.pops.length > 0) return t.title_incoming(state.pops.length, customerName(state.pops[0].offer.conversation));
  return unread > 0 ? t.title_unread(unread, t.agent_title) : t.agent_title;
}

/** Channel and queue, as the offer's fields name them. @param {Pop} pop */
function whereText(pop) {
  const { conversation, fields } = pop.offer;
  const named = [LABELS.channel, LABELS.queue].map((label) => fields.find((field) => field.label === label)?.value);
  const where = named.filter((value) => value !== undefined && value !== null && value !== "").join(", ");
  return where || (t.channel_types[conversation.channel_type] ?? conversation.channel_type);
}

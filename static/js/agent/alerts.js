/*
 * Owns how a pop reaches an agent who looks elsewhere: sound, desktop notification, the window's title and what a screen
 * reader says. Runs on every change of state, in a hidden window too.
 */

import { announce } from "../lib/announcer.js";
import { t } from "../strings.en.js";
import { isAnnounced, remainingMs, remainingSeconds } from "./countdown.js";
import { readSettings } from "./settings.js";
import { blip, startRinging, stopRinging } from "./sound.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Pop} Pop */

const LOOK_EVERY_MS = 250;

/** @param {import("./session.js").Session} session */
export function createAlerts(session) {
  /** What was left of each pop at the last look. @type {Map<string, number>} */
  const looked = new Map();
  /** @type {Map<string, Notification>} */
  const notifications = new Map();
  let ringing = false;
  let unread = 0;
  let connected = true;

  /** Runs while there is a pop. @type {number|undefined} */
  let timer;

  /** @param {Pop[]} pops */
  function look(pops) {
    const now_ms = performance.now();
    for (const pop of pops) {
      const left_ms = remainingMs(pop, now_ms);
      const before_ms = looked.get(pop.offer.id) ?? pop.total_ms;
      looked.set(pop.offer.id, left_ms);
      if (isAnnounced(pop.total_ms, before_ms, left_ms)) {
        announce(t.pop_left(customerName(pop.offer.conversation), remainingSeconds(left_ms)), "assertive");
      }
    }
  }

  /** @param {Pop[]} pops */
  function greet(pops) {
    const ids = new Set(pops.map((pop) => pop.offer.id));
    for (const id of looked.keys()) if (!ids.has(id)) forget(id);
    for (const pop of pops) {
      if (looked.has(pop.offer.id)) continue;
      const left_ms = remainingMs(pop, performance.now());
      looked.set(pop.offer.id, left_ms);
      announce(t.pop_started(customerName(pop.offer.conversation), whereText(pop), remainingSeconds(left_ms)), "assertive");
      notify(pop);
    }
    if (pops.length > 0) {
      timer ??= setInterval(() => look(session.store.state.pops), LOOK_EVERY_MS);
    } else {
      clearInterval(timer);
      timer = undefined;
    }
  }

  /** @param {string} id */
  function forget(id) {
    looked.delete(id);
    notifications.get(id)?.close();
    notifications.delete(id);
  }

  /** @param {Pop} pop */
  function notify(pop) {
    if (!document.hidden || !("Notification" in globalThis) || Notification.permission !== "granted") return;
    const options = { body: t.desktop_body(whereText(pop)), tag: pop.offer.id, requireInteraction: true };
    const notification = new Notification(customerName(pop.offer.conversation), options);
    notification.onclick = () => {
      focus();
      notification.close();
    };
    notifications.set(pop.offer.id, notification);
  }

  /** @param {Pop[]} pops */
  function ring(pops) {
    const wanted = pops.some((pop) => !pop.answering);
    if (wanted === ringing) return;
    ringing = wanted;
    const { sound } = readSettings();
    if (!wanted || sound === "off") stopRinging();
    else startRinging(sound === "repeat");
  }

  /** @param {AgentState} state */
  function tellMessages(state) {
    const now = Object.values(state.unread).reduce((sum, n) => sum + n, 0);
    if (now > unread) {
      if (readSettings().sound !== "off" && !ringing) blip();
      const id = Object.keys(state.unread).at(-1);
      const name = id && state.conversations[id] ? customerName(state.conversations[id]) : "";
      if (!state.visible || id !== state.selected) announce(t.tab(name, state.unread[id ?? ""] ?? 1));
    }
    unread = now;
  }

  return {
    /** @param {AgentState} state */
    update(state) {
      greet(state.pops);
      ring(state.pops);
      tellMessages(state);
      document.title = titleOf(state, unread);
      const up = state.connection.phase === "open";
      if (up && !connected) announce(t.connection_back);
      if (state.session_id) connected = up;
    },
    stop() {
      stopRinging();
      for (const id of looked.keys()) forget(id);
    },
  };
}

/** @param {AgentState} state @param {number} unread */
function titleOf(state, unread) {
  if (state.pops.length > 0) return t.title_incoming(state.pops.length, customerName(state.pops[0].offer.conversation));
  return unread > 0 ? t.title_unread(unread, t.agent_title) : t.agent_title;
}

/** Channel and queue, as the offer's fields name them. @param {Pop} pop */
export function whereText(pop) {
  const { conversation, fields } = pop.offer;
  const named = [t.field.channel, t.field.queue].map((label) => fields.find((field) => field.label === label)?.value);
  const where = named.filter((value) => value !== undefined && value !== null && value !== "").join(", ");
  return where || (t.channel_types[conversation.channel_type] ?? conversation.channel_type);
}

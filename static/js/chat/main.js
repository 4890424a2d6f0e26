/*
 * Owns the start of the customer's page, by itself (`/chat`) or in the frame of a widget (`/widget`): which channel and language, and
 * whether the hours, the form or the chat is shown.
 */

import { createBanner } from "../lib/banner.js";
import { h, icon, setShown, setText } from "../lib/dom.js";
import { RequestError } from "../lib/client.js";
import { call } from "../lib/http.js";
import { t } from "../strings.en.js";
import { events, summary } from "./events.js";
import { connectHost } from "./host.js";
import { createMemory } from "./memory.js";
import { createOffline } from "./offline.js";
import { Chat } from "./session.js";
import { createStartForm } from "./start-form.js";
import { unread } from "./state.js";
import { createSurveyForm } from "./survey-form.js";
import { createTalk } from "./talk.js";
import { paint } from "./theme.js";
import { pickLanguage, speak, textOf } from "./words.js";

const DEFAULT_CHANNEL = "web-chat";
const RETRY_MS = 2_000;
const MAX_TIMER_MS = 2_000_000_000;

/** @typedef {import("../types.js").CustomerState} CustomerState */
/** @typedef {import("../types.js").Widget} Widget */

const asked = new URLSearchParams(location.search);
const channel_id = asked.get("channel") || DEFAULT_CHANNEL;
const path = `/v1/widgets/${encodeURIComponent(channel_id)}`;
const framed = window.parent !== window;
/** What the page around said before the chat stood. @type {import("./host.js").Message[]} */
const early = [];
/** @type {(message: import("./host.js").Message) => void} */
let hear = (message) => void early.push(message);
const host = connectHost((message) => hear(message));
if (framed) document.documentElement.classList.add("framed");

const told = h("p", { class: "empty", role: "status" });
document.body.replaceChildren(h("main", { class: "chat" }, h("div", { class: "chat-head" }, h("h1", { text: t.chat_title }), closeButton()), told));
addEventListener("keydown", (event) => {
  if (event.key === "Escape") host?.tell({ type: "close" });
});
void start();

/** The button that puts the panel away, where there is one. */
function closeButton() {
  return host && h("button", { type: "button", class: "icon-button", "aria-label": t.chat_close, onclick: () => host.tell({ type: "close" }) }, icon("collapse"));
}

/** Asks until the server says what to show; it may be starting. */
async function start() {
  const slow = setTimeout(() => setText(told, t.chat_loading), 500);
  try {
    const widget = await call(path);
    clearTimeout(slow);
    const language = pickLanguage(widget.languages, [asked.get("language"), ...navigator.languages]);
    await speak(language);
    open(widget, language);
  } catch (error) {
    clearTimeout(slow);
    if (!(error instanceof RequestError)) throw error;
    const gone = error.problem.status === 404;
    setText(told, gone ? t.channel_unknown : t.chat_unreachable);
    if (!gone) setTimeout(start, RETRY_MS);
  }
}

/** @param {Widget} widget @param {string} language */
function open(widget, language) {
  const title = textOf(widget.title, language, widget.languages) || t.chat_title;
  const memory = createMemory(channel_id, host);
  const chat = new Chat({ memory, visible: !host && !document.hidden, widget, language });
  const form = widget.survey.length || framed ? createSurveyForm(chat, widget, language) : createStartForm(chat);
  const offline = createOffline(widget, language);
  const sign_in = h("p", { class: "empty", role: "status", text: t.sign_in_first });
  const talk = createTalk(chat);
  const banner = createBanner(() => chat.nudge(), t.chat_lost, t.chat_back);
  document.title = title;
  paint(widget.theme.color);
  const head = h("div", { class: "chat-head" }, h("h1", { text: title }), closeButton());
  document.body.replaceChildren(h("main", { class: "chat" }, head, offline.el, sign_in, form.el, talk.el, banner.el));

  for (const part of [sign_in, form.el, talk.el]) setShown(part, false);
  let before = chat.store.state;
  /** The page around has said what it knows; of a page by itself there is none. */
  let met = false;

  /** @param {CustomerState} state */
  function show(state) {
    if (!met) return;
    const talking = ["waiting", "talking", "ended"].includes(state.stage);
    const closed = !talking && state.closed;
    const signed_out = !talking && !closed && chat.needsToken();
    setShown(talk.el, talking);
    setShown(offline.el, closed);
    setShown(sign_in, signed_out);
    setShown(form.el, !talking && !closed && !signed_out);
    if (talking) {
      form.clear();
      talk.update(state);
      banner.update(state.stage === "ended" ? { phase: "stopped", code: null, retry_in_ms: null } : state.connection);
    } else {
      talk.leave();
      offline.update(state.opens_at);
      form.update(state);
    }
    const number = host ? 0 : unread(state);
    document.title = number ? t.title_unread(number, title) : title;
    if (state.resumed && state.connection.phase === "open" && before.connection.phase !== "open" && before.messages.length === 0) banner.say(t.chat_resumed);
    for (const { name, detail } of events(before, state)) host?.tell({ type: "event", name, detail });
    host?.tell({ type: "state", ...summary(state) });
    before = state;
  }

  function focus() {
    const { stage, closed } = chat.store.state;
    if (["waiting", "talking", "ended"].includes(stage)) talk.focus();
    else if (closed) offline.focus();
    else form.focus();
  }

  function meet() {
    if (met) return;
    met = true;
    chat.goOn();
    show(chat.store.state);
  }

  hear = (message) => {
    if (message.type === "init" || message.type === "kept") memory.note(message.kept);
    if (message.type === "init") meet();
    if (message.type === "visitor") chat.visit({ token: message.token, context: message.context }, message.said === true);
    if (message.type !== "visible") return;
    chat.store.dispatch({ type: "local.visible", visible: message.visible === true });
    if (message.focus) focus();
  };
  early.forEach(hear);
  chat.store.subscribe(show);
  hours(chat, widget);
  if (host) host.tell({ type: "ready" });
  else meet();
  addEventListener("online", () => chat.nudge());
  document.addEventListener("visibilitychange", () => {
    if (!host) chat.store.dispatch({ type: "local.visible", visible: !document.hidden });
    if (!document.hidden) chat.nudge();
  });
}

/** Follows the channel's hours: asks again when they change. @param {Chat} chat @param {Widget} widget */
function hours(chat, widget) {
  chat.store.dispatch({ type: "local.hours", open: widget.open, opens_at: widget.changes_at });
  if (!widget.changes_at) return;
  const in_ms = Date.parse(widget.changes_at) - Date.parse(widget.server_time) + 1_000;
  setTimeout(async () => {
    try {
      hours(chat, await call(path));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      hours(chat, { ...widget, server_time: widget.changes_at ?? "" });
    }
  }, Math.min(MAX_TIMER_MS, Math.max(RETRY_MS, in_ms)));
}

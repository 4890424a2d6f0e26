/* Owns the chat itself: where the customer stands in line, who answers, the messages, and the end. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { createThread } from "../lib/thread.js";
import { t } from "../strings.en.js";
import { unsent } from "./state.js";

/** @typedef {import("../types.js").CustomerState} CustomerState */

/** @param {import("./session.js").Chat} chat */
export function createTalk(chat) {
  const status = h("p", { class: "chat-status", role: "status" });
  const end = h("button", { type: "button", class: "button small", text: t.end_chat, onclick: () => void chat.end() });
  const thread = createThread({
    label: t.messages,
    senderName: (message) => (message.sender === "customer" ? t.you : (message.agent_name ?? t.an_agent)),
    isOwn: (message) => message.sender === "customer",
    onRetry: (id) => chat.retry(id),
    onDiscard: (id) => chat.discard(id),
  });
  const typing = h("p", { class: "typing", "aria-live": "polite" });
  const text = h("textarea", { rows: 2, "aria-label": t.your_message, placeholder: t.your_message, oninput: () => chat.typing(), onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event) });
  const form = h("form", { class: "composer", onsubmit: (/** @type {Event} */ event) => submit(event) }, h("div", { class: "composer-line" }, text, h("button", { type: "submit", class: "button primary" }, icon("send"), h("span", { text: t.send }))));
  const again = h("button", { type: "button", class: "button primary wide", text: t.start_again, onclick: () => chat.again(text.value) });
  const how = h("p", { role: "status" });
  const download = h("button", { type: "button", class: "button", text: t.transcript, onclick: () => void save() });
  const survey = h("a", { class: "button", target: "_blank", rel: "noopener", text: t.post_chat_survey });
  const over = h("div", { class: "chat-over", hidden: true }, h("p", { class: "empty-head", text: t.chat_ended }), how, survey, download, again);
  const el = h("div", { class: "talk-page" }, h("div", { class: "chat-bar" }, status, end), thread.el, typing, form, over);
  let stage = "";
  /** @type {number|undefined} */
  let timer;

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  }

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const value = text.value.trim();
    if (!value) return;
    text.value = "";
    chat.send(value);
    text.focus();
  }

  async function save() {
    const file = await chat.transcript();
    setText(how, file ? t.chat_ended_thanks : t.transcript_failed);
    if (!file) return;
    const url = URL.createObjectURL(file);
    h("a", { href: url, download: `chat-${chat.store.state.conversation_id}.txt` }).click();
    URL.revokeObjectURL(url);
  }

  /** @param {CustomerState} state */
  function showEnd(state) {
    setText(how, unsent(state, text.value) ? t.chat_ended_unsent : t.chat_ended_thanks);
    const { post_chat_survey_url, transcript_minutes } = chat.widget;
    const link = post_chat_survey_url?.replaceAll("{conversation_id}", state.conversation_id ?? "") ?? null;
    setShown(survey, link !== null);
    setAttr(survey, "href", link);
    setShown(download, transcript_minutes > 0);
  }

  /** @param {CustomerState} state */
  function showTyping(state) {
    clearTimeout(timer);
    const left_ms = state.typing_until_ms - performance.now();
    setText(typing, left_ms > 0 ? t.agent_typing(state.agent_name ?? t.an_agent) : "");
    if (left_ms > 0) timer = setTimeout(() => showTyping(chat.store.state), left_ms + 10);
  }

  return {
    el,
    /** @param {CustomerState} state */
    update(state) {
      setText(status, statusText(state));
      thread.update(state.conversation_id ?? "", t.messages, state.messages, state.outbox);
      showTyping(state);
      const ended = state.stage === "ended";
      setShown(end, !ended);
      setShown(form, !ended);
      setShown(over, ended);
      if (state.stage === stage) return;
      if (ended) showEnd(state);
      const first = stage === "" || stage === "ended";
      stage = state.stage;
      // In a frame that is not looked at, the focus belongs to the page around.
      if (document.hasFocus() && state.visible && (ended || first)) this.focus();
    },
    focus: () => (over.hidden ? text : again).focus(),
    leave() {
      stage = "";
      text.value = "";
      // What was said does not stay on the page for whoever comes next.
      thread.update("", t.messages, [], []);
      setText(typing, "");
    },
  };
}

/** @param {CustomerState} state */
function statusText(state) {
  if (state.stage === "ended") return t.chat_ended;
  if (state.stage === "talking") return t.agent_joined(state.agent_name ?? t.an_agent);
  if (!state.position) return t.waiting_for_agent;
  const wait = state.position.estimated_wait_seconds;
  const line = t.in_line(state.position.position);
  return wait ? `${line} ${t.in_line_wait(inMinutes(wait.low), inMinutes(wait.high))}` : line;
}

/** @param {number} seconds */
function inMinutes(seconds) {
  return Math.max(1, Math.round(seconds / 60));
}

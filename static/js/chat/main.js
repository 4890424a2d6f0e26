/* Owns the start of the customer's page: which channel, and whether the form or the chat is shown. */

import { createBanner } from "../lib/banner.js";
import { h, setShown } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { Chat } from "./session.js";
import { createStartForm } from "./start-form.js";
import { createTalk } from "./talk.js";

const DEFAULT_CHANNEL = "web-chat";

const chat = new Chat(new URLSearchParams(location.search).get("channel") || DEFAULT_CHANNEL);
const form = createStartForm(chat);
const talk = createTalk(chat);
const banner = createBanner(() => chat.nudge(), t.chat_lost);
document.title = t.chat_title;
document.body.replaceChildren(h("main", { class: "chat" }, h("h1", { text: t.chat_title }), banner.el, form.el, talk.el));

/** @param {import("../types.js").CustomerState} state */
function show(state) {
  const talking = ["waiting", "talking", "ended"].includes(state.stage);
  setShown(form.el, !talking);
  setShown(talk.el, talking);
  if (talking) {
    form.clear();
    talk.update(state);
    banner.update(state.stage === "ended" ? { phase: "stopped", code: null, retry_in_ms: null } : state.connection);
  } else {
    talk.leave();
    form.update(state);
  }
}

chat.store.subscribe(show);
show(chat.store.state);
chat.resume();
addEventListener("online", () => chat.nudge());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) chat.nudge();
});

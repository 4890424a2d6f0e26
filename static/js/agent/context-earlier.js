/*
 * Owns the customer's earlier conversations in the right column: the list, newest first, and one of them opened to be read. Nothing
 * can be written in them.
 */

import { h, icon, reconcile, setShown, setText } from "../lib/dom.js";
import { RequestError } from "../lib/client.js";
import { fullText } from "../lib/format.js";
import { callAll } from "../lib/http.js";
import { createThread } from "../lib/thread.js";
import { t } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { createSection } from "./context-section.js";
import { agentName, queueName } from "./names.js";
import { problemText } from "./problems.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */

const SHOWN = 50;
const PAGES = 5;

/** @param {string} token @param {() => AgentState} now */
export function createEarlier(token, now) {
  const list = h("ul", { class: "earlier", "aria-label": t.sides.earlier });
  const more = h("p", { class: "muted", text: t.sides.earlier_more(SHOWN), hidden: true });
  const reader = createReader(token, now, () => {
    setShown(shelf, true);
    /** @type {HTMLElement|null} */ (list.querySelector(`[data-id="${opened}"]`))?.focus();
  });
  const shelf = h("div", {}, list, more);
  let opened = "";
  /** @param {Conversation} present @param {Conversation} earlier */
  function read(present, earlier) {
    opened = earlier.id;
    setShown(shelf, false);
    reader.open(present, earlier);
  }
  return createSection({
    title: t.sides.earlier,
    empty: [t.sides.earlier_empty, t.sides.earlier_empty_help],
    grows: false,
    load: ({ id }) => callAll(`/v1/conversations/${id}/earlier?limit=${SHOWN}`, token, 1),
    show(body, { items, truncated }, conversation, state) {
      if (!shelf.isConnected) {
        reader.close();
        setShown(shelf, true);
        body.replaceChildren(shelf, reader.el);
      }
      reconcile(list, items, ({ id, version }) => `${id} ${version} ${state.directory.version}`, (item) => createRow(item, state, () => read(conversation, item)));
      setShown(more, truncated);
      return items.length > 0;
    },
  });
}

/** @param {Conversation} item @param {AgentState} state @param {() => void} onOpen */
function createRow(item, state, onOpen) {
  const who = item.agent_id ? agentName(state, item.agent_id) : "";
  const facts = [queueName(state, item.queue_id), who, t.states[item.state]].filter(Boolean).join(" · ");
  return h("li", {}, h("button", { type: "button", class: "earlier-row", "data-id": item.id, onclick: onOpen }, h("span", { class: "row-name", text: fullText(item.created_at) }), h("span", { class: "row-line", text: facts })));
}

/** @param {string} token @param {() => AgentState} now @param {() => void} onBack */
function createReader(token, now, onBack) {
  const heading = h("h3", { class: "reader-head", tabindex: -1 });
  const lead = h("p", { class: "muted" });
  const back = h("button", { type: "button", class: "button small", onclick: () => leave() }, icon("back"), t.sides.earlier_back);
  const status = createStatus();
  /** @type {Conversation|null} */
  let reading = null;
  const thread = createThread({
    label: t.messages,
    senderName: ({ sender, agent_id }) => (sender === "customer" ? customerName(reading ?? {}) : sender === "system" || !agent_id ? t.system : agent_id === now().agent?.id ? t.you : agentName(now(), agent_id)),
    isOwn: ({ sender }) => sender === "agent",
    onRetry() {},
    onDiscard() {},
  });
  const el = h("div", { class: "reader", hidden: true }, h("div", { class: "reader-bar" }, back), heading, lead, status.el, thread.el);

  function close() {
    reading = null;
    setShown(el, false);
  }

  function leave() {
    close();
    onBack();
  }

  /** @param {Conversation} present @param {Conversation} earlier */
  async function load(present, earlier) {
    status.loading();
    setShown(thread.el, false);
    try {
      const { items } = await callAll(`/v1/conversations/${present.id}/earlier/${earlier.id}/messages?limit=1000`, token, PAGES);
      if (reading !== earlier) return;
      if (items.length === 0) return status.empty(t.sides.earlier_silent);
      status.none();
      setShown(thread.el, true);
      thread.update(earlier.id, t.messages_of(customerName(earlier)), items, []);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (reading === earlier) status.failed(problemText(error.problem), () => void load(present, earlier));
    }
  }

  return {
    el,
    close,
    /** @param {Conversation} present @param {Conversation} earlier */
    open(present, earlier) {
      reading = earlier;
      setText(heading, t.sides.read_only(t.states[earlier.state].toLowerCase()));
      setText(lead, [fullText(earlier.created_at), queueName(now(), earlier.queue_id)].filter(Boolean).join(" · "));
      setShown(el, true);
      heading.focus();
      void load(present, earlier);
    },
  };
}

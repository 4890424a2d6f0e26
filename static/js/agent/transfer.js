/*
 * Owns the form of a transfer: to a queue or to an agent, by id. Agents may not read the configuration, so the form suggests
 * what this desk has seen: the agent's own queues and those of the conversations on its lists.
 */

import { h, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";

/** @typedef {import("../types.js").AgentState} AgentState */

/** @param {import("./session.js").Session} session @param {() => void} onDone */
export function createTransfer(session, onDone) {
  const queue = h("input", { type: "radio", name: "transfer-kind", value: "queue", onchange: () => show() });
  const agent = h("input", { type: "radio", name: "transfer-kind", value: "agent", onchange: () => show() });
  const known = h("datalist", { id: "transfer-known" });
  const target = h("input", { id: "transfer-target", type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false", list: "transfer-known", "aria-describedby": "transfer-error" });
  const label = h("label", { for: "transfer-target" });
  const error = h("p", { id: "transfer-error", class: "error", role: "alert" });
  const el = h(
    "form",
    { class: "transfer", hidden: true, "aria-label": t.transfer_heading, onsubmit: (/** @type {Event} */ event) => submit(event) },
    h("fieldset", {}, h("legend", { text: t.transfer_to }), h("label", { class: "choice" }, queue, t.to_queue), h("label", { class: "choice" }, agent, t.to_agent)),
    h("div", { class: "field" }, label, target, known, error),
    h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary", text: t.transfer }), h("button", { type: "button", class: "button", text: t.cancel, onclick: () => close() })),
  );

  function show() {
    const { queues, agents } = seenIds(session.store.state);
    known.replaceChildren(...(agent.checked ? agents : queues).map((value) => h("option", { value })));
    setText(label, agent.checked ? t.agent_id : t.queue_id);
    setText(error, "");
  }

  function close() {
    setShown(el, false);
    onDone();
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const id = session.store.state.selected;
    const value = target.value.trim();
    if (!value) setText(error, t.target_missing);
    else if (id && (await session.transfer(id, agent.checked ? { agent_id: value } : { queue_id: value }))) close();
  }

  return {
    el,
    open() {
      queue.checked = true;
      target.value = "";
      show();
      setShown(el, true);
      target.focus();
    },
    hide: () => setShown(el, false),
    /** @returns {boolean} whether it was open */
    cancel() {
      if (el.hidden || !el.contains(document.activeElement)) return false;
      close();
      return true;
    },
  };
}

/** @param {AgentState} state */
function seenIds({ agent, conversations, pick, closed, threads }) {
  const all = [...Object.values(conversations), ...Object.values(pick.items), ...closed.items];
  const queues = new Set([...(agent?.queue_ids ?? []), ...all.map((item) => item.queue_id), "default-messaging"]);
  const writers = Object.values(threads).flatMap((thread) => thread.messages.map((message) => message.agent_id));
  const agents = new Set([...all.map((item) => item.agent_id), ...writers]);
  agents.delete(agent?.id);
  return { queues: sortedIds(queues), agents: sortedIds(agents) };
}

/** @param {Set<string|null|undefined>} ids */
function sortedIds(ids) {
  return [...ids].filter((id) => typeof id === "string").sort();
}

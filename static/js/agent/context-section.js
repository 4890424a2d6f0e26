/*
 * Owns a part of the right column that stands folded: its content is asked for when it is unfolded, not before, and again when its
 * conversation changes. What is shown stays while the new is asked for; a failure can be tried again.
 */

import { h, icon, setAttr, setShown } from "../lib/dom.js";
import { RequestError } from "../lib/client.js";
import { newId } from "../ui/id.js";
import { createStatus } from "../ui/status.js";
import { problemText } from "./problems.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */

/**
 * @template V
 * @typedef {object} SectionPorts
 * @property {string} title
 * @property {(conversation: Conversation, before: V|null) => Promise<V>} load `before` is what is known of the same conversation
 * @property {(body: HTMLElement, value: V, conversation: Conversation, state: AgentState) => boolean} show false where there is nothing to show
 * @property {[string, string]} empty what stands there then
 * @property {boolean} [grows] it is asked for again when the conversation changes
 */

/** @template V @param {SectionPorts<V>} ports */
export function createSection({ title, load, show, empty, grows = true }) {
  const body = h("div", {});
  const status = createStatus();
  const inner = h("div", { id: newId("section"), class: "section-body", hidden: true }, status.el, body);
  const button = h("button", { type: "button", class: "disclosure", "aria-expanded": "false", "aria-controls": inner.id, onclick: () => toggle() }, icon("collapse"), h("span", { text: title }));
  const el = h("section", { class: "card section" }, h("h2", {}, button), inner);
  let open = false;
  /** @type {Conversation|null} */
  let conversation = null;
  /** @type {AgentState} */
  let state;
  /** @type {V|null} */
  let value = null;
  /** What was asked for last; an answer to anything else comes too late. */
  let asked = "";
  let failed = false;

  function toggle() {
    open = !open;
    setAttr(button, "aria-expanded", String(open));
    setShown(inner, open);
    if (open) refresh();
  }

  function refresh() {
    if (!open || !conversation) return;
    const wanted = grows ? `${conversation.id} ${conversation.version}` : conversation.id;
    if (asked === wanted) return;
    asked = wanted;
    void ask(conversation, wanted);
  }

  /** @param {Conversation} of @param {string} wanted */
  async function ask(of, wanted) {
    failed = false;
    if (value === null) status.loading();
    try {
      const next = await load(of, value);
      if (conversation?.id !== of.id) return;
      value = next;
      draw();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (asked !== wanted) return;
      failed = true;
      status.failed(problemText(error.problem), () => {
        asked = "";
        refresh();
        button.focus();
      });
    }
  }

  function draw() {
    if (value === null || !conversation) return;
    const shown = show(body, value, conversation, state);
    setShown(body, shown);
    if (shown) status.none();
    else status.empty(...empty);
  }

  return {
    el,
    /** @param {Conversation} next @param {AgentState} now */
    update(next, now) {
      const renamed = state?.directory.version !== now.directory.version;
      const back = now.connection.phase === "open" && state?.connection.phase !== "open";
      state = now;
      if (failed && back) asked = "";
      if (next.id !== conversation?.id) {
        value = null;
        asked = "";
        body.replaceChildren();
      }
      conversation = next;
      refresh();
      if (renamed) draw();
    },
  };
}

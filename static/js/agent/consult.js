/* Owns asking another agent for advice: the form, and who takes part as chips under the head, for the agent who has the conversation and for those who were asked. */

import { announce } from "../lib/announcer.js";
import { h, icon, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { agentName } from "./names.js";
import { problemText } from "./problems.js";
import { createTargetForm } from "./target-form.js";
import { chipsOf, consultTargets } from "./targets.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {import("./targets.js").Chip} Chip */

/** @param {import("./session.js").Session} session @param {() => void} onDone */
export function createConsult(session, onDone) {
  const own = () => {
    const { selected, conversations } = session.store.state;
    return selected ? conversations[selected] : undefined;
  };
  const form = createTargetForm({
    id: "consult", heading: t.panel.consult_heading, search: t.panel.consult_search, missing: t.panel.consult_choose,
    busy: t.panel.inviting, does: t.panel.consult_does, idle: t.panel.consult, onDone,
    more: h("p", { class: "muted", text: t.panel.consult_lead }),
    targets: () => {
      const conversation = own();
      return conversation ? consultTargets(session.store.state, conversation) : [];
    },
    submit: async ({ value, label }) => {
      const conversation = own();
      if (!conversation) return t.problem.unknown;
      const problem = await session.consult(conversation.id, value.slice("agent/".length));
      if (problem) return problemText(problem);
      announce(t.panel.invited(label));
      return null;
    },
  });
  return {
    ...form,
    open() {
      void session.directory.refresh();
      form.open();
    },
  };
}

/** Who takes part. @param {import("./session.js").Session} session */
export function createParticipants(session) {
  const list = h("ul", { class: "participants", "aria-label": t.panel.participants, hidden: true });
  return {
    el: list,
    /** @param {Conversation} conversation @param {AgentState} state */
    update(conversation, state) {
      const chips = chipsOf(conversation, state);
      setShown(list, chips.length > 0);
      reconcile(list, chips, (chip) => chip.key, (chip) => createChip(chip, () => void session.endConsult(conversation.id, chip.agent_id)), (el, chip) => updateChip(el, chip, state));
    },
  };
}

/** @param {Chip} chip @param {() => void} onEnd */
function createChip(chip, onEnd) {
  const end = chip.canEnd ? h("button", { type: "button", class: "chip-end", onclick: onEnd }, icon("decline")) : null;
  return h("li", { class: "chip participant" }, icon("person"), h("span", {}), end);
}

/** @param {HTMLLIElement} el @param {Chip} chip @param {AgentState} state */
function updateChip(el, { agent_id, text, state: stage }, state) {
  const name = agentName(state, agent_id);
  setAttr(el, "data-state", stage);
  const [words, end] = [el.querySelector("span"), el.querySelector("button")];
  if (words) setText(words, text);
  if (!end) return;
  const label = stage === "invited" ? t.panel.end_invitation(name) : t.panel.end_part(name);
  setAttr(end, "aria-label", label);
  setAttr(end, "title", label);
}

/* Owns handing a conversation to another agent or a queue, with a note that only agents see. */

import { h } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { keepDraft, readDraft } from "./drafts.js";
import { problemText } from "./problems.js";
import { customerName } from "./state-common.js";
import { createTargetForm } from "./target-form.js";
import { transferTargets } from "./targets.js";

/** @param {import("./session.js").Session} session @param {() => void} onDone */
export function createTransfer(session, onDone) {
  const note = h("textarea", { id: "transfer-note", rows: 2, maxlength: 4000, oninput: () => keep(note.value) });
  const more = h("div", { class: "field" }, h("label", { for: note.id, text: t.panel.transfer_note }), note);
  const own = () => {
    const { selected, conversations } = session.store.state;
    return selected ? conversations[selected] : undefined;
  };
  const keep = (/** @type {string} */ text) => {
    const conversation = own();
    if (conversation) keepDraft(conversation.id, "transfer", text, customerName(conversation));
  };
  const form = createTargetForm({
    id: "transfer", heading: t.transfer_heading, search: t.panel.transfer_search, missing: t.panel.transfer_choose,
    busy: t.panel.transferring, does: t.panel.transfer_does, idle: t.transfer, more, onDone,
    targets: () => {
      const conversation = own();
      return conversation ? transferTargets(session.store.state, conversation) : [];
    },
    submit: async ({ value }) => {
      const conversation = own();
      if (!conversation) return t.problem.unknown;
      const [kind, id] = value.split(/\/(.*)/);
      const text = note.value.trim();
      // The draft goes before the conversation does, so that it is nothing that was left behind.
      keepDraft(conversation.id, "transfer", "");
      const { problem, noted } = await session.transfer(conversation.id, kind === "agent" ? { agent_id: id } : { queue_id: id }, text);
      if (noted) note.value = "";
      else if (problem) keepDraft(conversation.id, "transfer", text, customerName(conversation));
      if (!problem) return null;
      return noted ? `${problemText(problem)} ${t.panel.note_stays}` : problemText(problem);
    },
  });
  return {
    ...form,
    open() {
      note.value = readDraft(own()?.id ?? "", "transfer");
      void session.directory.refresh();
      form.open();
    },
  };
}

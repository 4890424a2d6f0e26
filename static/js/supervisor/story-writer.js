/*
 * Owns writing into a conversation: the text, who sees it, and that no typed text is lost: it is kept until the server has it, and
 * stands to be read where it can no longer be sent.
 */

import { h, icon, setShown, setText } from "../lib/dom.js";
import { story } from "../strings.en.js";
import { keepDraft, readDraft } from "./story-draft.js";

/** What takes longer than this says that it is under way. */
const SLOW_MS = 1_000;

/** @param {string} conversation_id @param {(text: string, visibility: import("../types.js").Visibility) => Promise<boolean>} send */
export function createWriter(conversation_id, send) {
  const draft = readDraft(conversation_id);
  const box = h("textarea", { rows: 2, "aria-label": story.write, placeholder: story.write, oninput: () => keep() });
  const kinds = h("select", { "aria-label": story.kind_of_message }, h("option", { value: "internal", text: story.to_agents }), h("option", { value: "public", text: story.to_customer }));
  const under_way = h("p", { class: "muted writer-sending", role: "status" });
  const el = h("form", { class: "writer", hidden: true, onsubmit: (/** @type {Event} */ event) => void submit(event) }, under_way, box, h("div", { class: "writer-line" }, kinds, h("button", { type: "submit", class: "button primary" }, icon("send"), story.send)));
  const why = h("p", { class: "muted" });
  const words = h("p", { class: "said-text" });
  const left = h("div", { class: "notice writer-left", role: "status", hidden: true }, h("div", {}, why, words), h("button", { type: "button", class: "button small", text: story.discard, onclick: () => discard() }));
  /** Sent, and not answered yet. @type {{text: string}[]} */
  let sending = [];

  box.value = draft.text;
  kinds.value = draft.visibility;
  el.dataset.kind = draft.visibility;
  kinds.addEventListener("change", () => {
    el.dataset.kind = kinds.value;
    keep();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    el.requestSubmit();
  });

  const whole = () => [...sending.map(({ text }) => text), box.value].filter((text) => text.trim()).join("\n");

  function keep() {
    keepDraft(conversation_id, { text: whole(), visibility: kinds.value === "public" ? "public" : "internal" });
  }

  function discard() {
    box.value = "";
    keep();
    setShown(left, false);
  }

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return box.focus();
    const mine = { text };
    box.value = "";
    sending.push(mine);
    keep();
    const slow = setTimeout(() => setText(under_way, story.sending), SLOW_MS);
    const sent = await send(text, /** @type {"internal"} */ (kinds.value));
    clearTimeout(slow);
    sending = sending.filter((one) => one !== mine);
    if (!sent) box.value = [text, box.value].filter(Boolean).join("\n");
    if (sending.length === 0) setText(under_way, "");
    keep();
  }

  return {
    el,
    left,
    /** @param {boolean} can write now @param {boolean} again whether joining again would help */
    update(can, again) {
      setShown(el, can);
      const text = can ? "" : whole();
      setText(why, again ? story.unsent_join : story.unsent);
      setText(words, text);
      setShown(left, text !== "");
    },
  };
}

/* Owns the form before the chat: name, topic, first message, and two answers more for trying routing rules. */

import { h, setAttr, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";

/** @param {import("./session.js").Chat} chat */
export function createStartForm(chat) {
  const name = field("name", t.your_name, { required: true, autocomplete: "name" });
  const topic = field("topic", t.topic, {});
  const tier = field("tier", t.tier, {});
  const amount = field("amount", t.amount, { inputmode: "decimal" });
  const message = h("textarea", { id: "first-message", rows: 3, "aria-describedby": "start-error", required: true });
  const error = h("p", { id: "start-error", class: "error", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary wide", text: t.start_chat });
  const el = h(
    "form",
    {
      class: "start-form", novalidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (!submit.disabled) start();
      },
    },
    h("p", { class: "muted", text: t.chat_lead }),
    name.el,
    topic.el,
    h("div", { class: "field" }, h("label", { for: "first-message", text: t.first_message }), message),
    h("details", {}, h("summary", { text: t.more_fields }), tier.el, amount.el),
    error,
    submit,
  );

  function start() {
    const survey = answers();
    const problem = !survey.name ? t.name_missing : !message.value.trim() ? t.message_missing : Number.isNaN(survey.amount) ? t.amount_wrong : "";
    setText(error, problem);
    if (!problem) void chat.start({ message: message.value.trim(), survey });
    else (!survey.name ? name.input : !message.value.trim() ? message : amount.input).focus();
  }

  /** What was answered; a question left empty is not sent. */
  function answers() {
    /** @type {Record<string, string|number>} */
    const survey = {};
    for (const { id, input } of [name, topic, tier]) if (input.value.trim()) survey[id] = input.value.trim();
    if (amount.input.value.trim()) survey.amount = Number(amount.input.value.replace(",", "."));
    return survey;
  }

  let draft = "";

  return {
    el,
    focus: () => name.input.focus(),
    /** @param {import("../types.js").CustomerState} state */
    update(state) {
      if (state.draft && state.draft !== draft) message.value = state.draft;
      draft = state.draft;
      const busy = state.stage === "opening";
      submit.disabled = busy;
      setText(submit, busy ? t.starting : t.start_chat);
      setAttr(el, "aria-busy", busy ? "true" : null);
      if (state.problem) setText(error, state.problem);
    },
    clear() {
      message.value = "";
    },
  };
}

/** @param {string} id @param {string} label @param {Record<string, unknown>} props */
function field(id, label, props) {
  const input = h("input", { id: `survey-${id}`, type: "text", autocomplete: "off", ...props });
  return { id, input, el: h("div", { class: "field" }, h("label", { for: input.id, text: label }), input) };
}

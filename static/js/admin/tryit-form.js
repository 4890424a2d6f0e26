/* Owns what is written in the try-it pane: a value for each declared variable, the channel, the customer, the time. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { variableText } from "./rules-words.js";

/** @typedef {import("./conditions-catalogue.js").Variable} Variable */
/** @typedef {{value: string, label: string}} Option */

const CUSTOMER = /** @type {const} */ (["name", "email", "phone", "id"]);

/** @param {{onChange: () => void}} options */
export function createTryForm({ onChange }) {
  /** @type {Map<string, {el: HTMLElement, input: HTMLInputElement, error: HTMLElement}>} */
  const fields = new Map();
  /** What was written for variables, kept while they are renamed or gone. @type {Record<string, string>} */
  const context = {};
  const variables = h("div", { class: "tryit-fields" });
  const none = h("p", { class: "muted", text: rules.try_no_variables });
  const channel = h("select", { id: newId("try") });
  const channelField = h("div", { class: "field" }, h("label", { for: channel.id, class: "field-label", text: rules.try_channel }), channel);
  const customer = CUSTOMER.map((name) => field(`customer/${name}`, rules.try_customer[name], "text"));
  const at = field("at", rules.try_at, "datetime-local");
  const more = h("details", { class: "tryit-more" }, h("summary", { text: rules.try_more }), h("div", { class: "tryit-fields" }, channelField, ...customer.map(({ el }) => el), at.el));
  const el = h("div", { class: "tryit-form", oninput: onChange, onchange: onChange }, variables, none, more);

  /** @param {string} key @param {string} label @param {string} type */
  function field(key, label, type) {
    const error = h("p", { id: newId("error"), class: "field-error", hidden: true });
    const input = h("input", { id: newId("try"), type, autocomplete: "off", maxlength: type === "text" ? 4000 : null });
    const made = { el: h("div", { class: "field" }, h("label", { for: input.id, class: "field-label", text: label }), input, error), input, error };
    fields.set(key, made);
    return made;
  }

  return {
    el,
    /** @returns {import("./tryit-state.js").Given} */
    get() {
      const who = Object.fromEntries(CUSTOMER.map((name) => [name, fields.get(`customer/${name}`)?.input.value.trim() ?? ""]));
      return { channel_id: channel.value, context: { ...context }, customer: who, at: at.input.value };
    },
    /** @param {readonly Variable[]} declared @param {readonly Option[]} channels */
    update(declared, channels) {
      const wanted = declared.filter(({ name }) => name !== "");
      const shape = JSON.stringify(wanted.map(({ name, display_name, type }) => [name, display_name, type]));
      if (variables.dataset.shape !== shape) {
        variables.dataset.shape = shape;
        for (const key of [...fields.keys()]) if (key.startsWith("context/")) fields.delete(key);
        variables.replaceChildren(...wanted.map(({ name }) => {
          const made = field(`context/${name}`, variableText(name, declared), "text");
          made.input.value = context[name] ?? "";
          made.input.addEventListener("input", () => (context[name] = made.input.value.trim()));
          return made.el;
        }));
      }
      setShown(none, wanted.length === 0);
      const before = channel.value;
      channel.replaceChildren(h("option", { value: "", text: rules.try_any_channel }), ...channels.map(({ value, label }) => h("option", { value, text: label })));
      channel.value = channels.some(({ value }) => value === before) ? before : "";
      setShown(channelField, channels.length > 0);
    },
    /** Shows what the server refuses at its field; gives back what has none. @param {Record<string, string>} map */
    errors(map) {
      for (const [key, { input, error }] of fields) {
        const message = map[key] ?? "";
        setText(error, message);
        setShown(error, message !== "");
        setAttr(input, "aria-invalid", message ? "true" : null);
        setAttr(input, "aria-describedby", message ? error.id : null);
        if (message && !key.startsWith("context/")) more.open = true;
      }
      return Object.entries(map).filter(([key]) => !fields.has(key)).map(([, message]) => message);
    },
  };
}

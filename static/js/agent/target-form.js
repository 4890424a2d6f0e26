/*
 * Owns the form that sends a conversation, or an invitation into it, to whom one chooses: transfer and consult look and work alike.
 * It stands above the messages, not over them; Escape closes it; a problem is said beneath the field.
 */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { createTargetField } from "./target-field.js";

/** @typedef {import("./listbox.js").Option} Option */

/**
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.heading
 * @param {string} options.search the field's name
 * @param {string} options.missing what is said where nothing is chosen
 * @param {string} options.busy
 * @param {(name: string) => string} options.does what the button does to a name
 * @param {string} options.idle the button's words before anything is chosen
 * @param {() => Option[]} options.targets
 * @param {HTMLElement|null} [options.more]
 * @param {(option: Option) => Promise<string|null>} options.submit gives what went wrong, in words
 * @param {() => void} options.onDone
 */
export function createTargetForm({ id, heading, search, missing, busy, does, idle, targets, more = null, submit, onDone }) {
  const error = h("p", { id: `${id}-error`, class: "error", role: "alert" });
  const go = h("button", { type: "submit", class: "button primary" });
  const field = createTargetField({
    id: `${id}-target`, label: search, describedBy: error.id, options: targets,
    onChange: (option) => {
      setText(go, option ? does(option.label) : idle);
      say(null);
    },
  });
  const cancel = h("button", { type: "button", class: "button", text: t.cancel, onclick: () => close() });
  const el = h(
    "form",
    { class: "target-form", hidden: true, "aria-label": heading, onsubmit: (/** @type {Event} */ event) => void run(event) },
    h("div", { class: "field" }, h("label", { for: field.input.id, text: search }), field.el, error),
    more,
    h("div", { class: "form-actions" }, go, cancel),
  );

  /** @param {string|null} text */
  function say(text) {
    setText(error, text ?? "");
    setAttr(field.input, "aria-invalid", text ? "true" : null);
  }

  function close() {
    setShown(el, false);
    onDone();
  }

  /** @param {Event} event */
  async function run(event) {
    event.preventDefault();
    const { chosen } = field;
    if (el.getAttribute("aria-busy") === "true") return;
    if (!chosen) {
      say(missing);
      return field.input.focus();
    }
    setAttr(el, "aria-busy", "true");
    setAttr(go, "aria-disabled", "true");
    setText(go, busy);
    const problem = await submit(chosen);
    setAttr(el, "aria-busy", null);
    setAttr(go, "aria-disabled", null);
    setText(go, does(chosen.label));
    if (problem) say(problem);
    else if (!el.hidden) close();
  }

  return {
    el,
    open() {
      field.clear();
      setText(go, idle);
      say(null);
      setShown(el, true);
      field.input.focus();
      field.open();
    },
    hide: () => setShown(el, false),
    refresh: () => field.refresh(),
    /** @returns {boolean} whether it was open, and the keyboard in it */
    cancel() {
      if (el.hidden || !el.contains(document.activeElement)) return false;
      close();
      return true;
    },
  };
}

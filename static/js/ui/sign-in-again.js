/* Owns signing in anew over a page on which something is typed: the page and what is typed stay, the token is another one. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { openDialog } from "./dialog.js";
import { textField } from "./fields.js";

/**
 * Asks until there is a good token, or somebody would rather leave, or stay without one (null).
 * @param {(token: string) => Promise<string>} signIn answers with what is wrong, or nothing
 * @returns {Promise<"signed_in"|"leave"|null>}
 */
export async function signInAgain(signIn) {
  const field = textField({ name: "token", label: ui.token, required: true, type: "password" });
  const body = h("form", { class: "form-group", novalidate: true, onsubmit: submit }, h("p", { text: ui.again_text }), field.el);

  /** Enter is the button. @param {Event} event */
  function submit(event) {
    event.preventDefault();
    /** @type {HTMLElement|null|undefined} */ (body.closest("dialog")?.querySelector(".button.primary"))?.click();
  }

  /** @param {string} id */
  async function act(id) {
    if (id === "leave") return true;
    const token = field.get().trim();
    const wrong = token ? await signIn(token) : ui.token_missing;
    field.error(wrong || null);
    if (wrong) field.input.focus();
    return !wrong;
  }

  const actions = [{ id: "leave", label: ui.again_leave, kind: /** @type {const} */ ("danger") }, { id: "signed_in", label: ui.sign_in, kind: /** @type {const} */ ("primary") }];
  return /** @type {"signed_in"|"leave"|null} */ (await openDialog({ title: ui.again_title, body, actions, onAction: act }));
}

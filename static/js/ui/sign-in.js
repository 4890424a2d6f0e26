/* Owns the sign-in form of the pages. The token goes to this server only. */

import { h, setAttr, setText } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { createDisplayMenu } from "./display.js";

/**
 * @param {{title: string, why: string, onToken: (token: string) => Promise<string>|string}} options `onToken` answers with what is wrong,
 * or nothing
 */
export function createSignIn({ title, why, onToken }) {
  const error = h("p", { id: "token-error", class: "error", role: "alert", text: why });
  const input = h("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false", "aria-describedby": "token-error" });
  const button = h("button", { type: "submit", class: "button primary", text: ui.sign_in });

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    if (button.getAttribute("aria-disabled")) return;
    const token = input.value.trim();
    setAttr(button, "aria-disabled", "true");
    const wrong = token ? await onToken(token) : ui.token_missing;
    setAttr(button, "aria-disabled", null);
    setText(error, wrong);
    setAttr(input, "aria-invalid", wrong ? "true" : null);
    if (wrong) input.focus();
  }

  const form = h(
    "form",
    { class: "sign-in", onsubmit: submit },
    h("div", { class: "sign-in-head" }, h("h1", { text: title }), createDisplayMenu().el),
    h("p", { class: "muted", text: ui.sign_in_lead }),
    h("div", { class: "field" }, h("label", { for: "token", text: ui.token }), input, error),
    button,
    h("p", {}, h("a", { href: "/", text: ui.all_pages })),
  );
  return { el: h("main", { class: "centered" }, form), form, focus: () => input.focus() };
}

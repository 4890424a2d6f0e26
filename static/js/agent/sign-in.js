/* Owns the sign-in form. The token stays in this tab's session storage and goes to this server only. */

import { h, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";

/** @param {{why: string, onToken: (token: string) => void}} options */
export function createSignIn({ why, onToken }) {
  const error = h("p", { id: "token-error", class: "error", role: "alert", text: why });
  const input = h("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false", "aria-describedby": "token-error" });
  const form = h(
    "form",
    {
      class: "sign-in",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        const token = input.value.trim();
        if (token) onToken(token);
        else {
          setText(error, t.token_missing);
          input.focus();
        }
      },
    },
    h("h1", { text: t.agent_title }),
    h("p", { class: "muted", text: t.sign_in_lead }),
    h("label", { for: "token", text: t.token }),
    input,
    error,
    h("button", { type: "submit", class: "button primary", text: t.sign_in }),
  );
  return { el: h("main", { class: "centered" }, form), focus: () => input.focus() };
}

/* Owns a secret that the server shows once: there to be copied, and gone with the dialog. */

import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { openDialog } from "../ui/dialog.js";

/** Shows the token or secret of an answer, if one is in it. @param {{token?: unknown, secret?: unknown}} answer */
export async function showSecret(answer) {
  const secret = answer.token ?? answer.secret;
  if (typeof secret !== "string") return;
  const said = h("p", { role: "status" });
  const field = h("input", { type: "text", class: "code", readonly: true, "aria-label": forms.secret_once, onfocus: () => field.select() });
  field.value = secret;
  const copy = h("button", { type: "button", class: "button", text: forms.copy_text, onclick: () => void navigator.clipboard.writeText(secret).then(() => (said.textContent = forms.copied), () => field.select()) });
  const body = h("div", { class: "form-group" }, h("p", { text: forms.secret_help }), h("div", { class: "form-secret" }, field, copy), said);
  await openDialog({ title: forms.secret_title, body, actions: [{ id: "done", label: forms.secret_kept, kind: "primary" }], wide: true });
}

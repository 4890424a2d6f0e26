/* Owns agents' tokens: one made for an agent, shown once; and all of an agent's made void. The server keeps none, so none are listed. */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { fullText } from "../lib/format.js";
import { admin } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { comboField, durationField } from "../ui/fields.js";
import { messageOf } from "./editor-save.js";
import { showSecret } from "./editor-secret.js";

const SHORTEST = 60;
const LONGEST = 86_400;
const SHIFT = 8 * 3600;

/** @param {import("./main.js").Context} context @returns {HTMLElement} */
export function createAgentTokens({ api, names, toaster }) {
  const agent = comboField({ name: "agent", label: admin.agent, options: names.options("agents"), required: true });
  const lasts = durationField({ name: "lasts", label: admin.lifetime, help: admin.lifetime_help, value: SHIFT, min: SHORTEST, max: LONGEST });

  /** @param {(path: string, name: string) => Promise<void>} act */
  async function withAgent(act) {
    const id = agent.get();
    agent.error(id ? null : admin.choose_agent);
    if (!id) return agent.input.focus();
    try {
      await act(`/v1/agents/${encodeURIComponent(id)}/tokens`, names.label("agents", id));
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      const wrong = problem.problem.errors?.find(({ field }) => field === "/ttl_seconds");
      if (wrong) lasts.error(wrong.message);
      else toaster.tell(messageOf(problem), "assertive");
    }
  }

  const make = () => withAgent(async (path, name) => {
    lasts.error(null);
    const { value } = await api.post(path, { ttl_seconds: lasts.get() ?? SHIFT });
    await showSecret(value);
    toaster.tell(admin.token_made(name, fullText(value.expires_at)));
  });

  const revoke = () => withAgent(async (path, name) => {
    if (!(await confirm({ title: admin.revoke_all_title(name), text: admin.revoke_all_text, action: admin.revoke_all, danger: true }))) return;
    await api.remove(path, null);
    toaster.tell(admin.revoked_all(name));
  });

  return h("section", { class: "form-section", "aria-label": admin.tokens_title },
    h("h3", { class: "form-heading", text: admin.tokens_title }), h("p", { class: "form-lead", text: admin.tokens_lead }),
    h("form", { class: "token-form", novalidate: true, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void make()) },
      h("div", { class: "token-fields" }, agent.el, lasts.el),
      h("div", { class: "form-actions" }, h("button", { type: "submit", class: "button primary", text: admin.make_token }), h("button", { type: "button", class: "button danger", text: admin.revoke_all, onclick: () => void revoke() }))));
}

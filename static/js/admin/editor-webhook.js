/* Owns what one does with a webhook beside its settings: a test, a new secret, history again, and its deliveries. */

import { h, setText } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { confirm, openDialog } from "../ui/dialog.js";
import { textField } from "../ui/fields.js";
import { createDeliveries } from "./editor-deliveries.js";
import { messageOf } from "./editor-save.js";
import { showSecret } from "./editor-secret.js";

/** @param {import("./main.js").Context} context @param {string} id */
export function createWebhookTools(context, id) {
  const path = `/v1/webhooks/${encodeURIComponent(id)}`;
  const deliveries = createDeliveries(context, path);
  const said = h("p", { class: "form-state", role: "status" });

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    try {
      await work();
    } catch (problem) {
      setText(said, messageOf(problem));
    }
  }

  async function test() {
    setText(said, forms.saving);
    const { value } = await context.api.post(`${path}/test`, undefined);
    setText(said, value.delivered ? forms.webhook.test_ok(value.status, value.duration_ms) : forms.webhook.test_bad(value.problem ?? String(value.status)));
  }

  async function rotate() {
    if (!(await confirm({ title: forms.webhook.rotate_title, text: forms.webhook.rotate_text, action: forms.webhook.rotate }))) return;
    await showSecret((await context.api.post(`${path}/rotate-secret`, undefined)).value);
  }

  const button = (/** @type {string} */ text, /** @type {() => Promise<void>} */ work) => h("button", { type: "button", class: "button", text, onclick: () => void attempt(work) });
  const tools = h("div", { class: "form-actions" }, button(forms.webhook.test, test), button(forms.webhook.rotate, rotate), button(forms.webhook.history, () => replay(context, path, deliveries.load)));
  return h("div", { class: "form-group" }, ...(context.role === "admin" ? [tools, said] : []), deliveries.el);
}

/** Sends what happened in a time again, as much at a time as the server takes. @param {import("./main.js").Context} context @param {string} path @param {() => void} onDone */
async function replay(context, path, onDone) {
  /** @type {string|null} */
  let cursor = null;
  const [from, to] = /** @type {const} */ (["history_from", "history_to"]).map((name) => {
    const field = textField({ name, label: forms.webhook[name] });
    field.input.setAttribute("type", "datetime-local");
    // Another time begins from its own start.
    field.input.addEventListener("input", () => (cursor = null));
    return field;
  });
  const said = h("p", { role: "status" });
  const at = (/** @type {string} */ local) => (local ? new Date(local).toISOString() : null);

  async function send() {
    try {
      const { value } = await context.api.post(`${path}/replay`, { from: at(from.get()), to: at(to.get()), ...(cursor ? { cursor } : {}) });
      cursor = value.next_cursor ?? null;
      setText(said, forms.webhook.history_done(value.queued, cursor !== null));
      onDone();
    } catch (problem) {
      setText(said, messageOf(problem));
    }
    return false;
  }

  const body = h("div", { class: "form-group" }, h("p", { text: forms.webhook.history_lead }), from.el, to.el, said);
  await openDialog({ title: forms.webhook.history, body, actions: [{ id: "send", label: forms.webhook.history_send, kind: "primary" }], onAction: send });
}

/* Owns what waits for an endpoint and what was given up for it, of a webhook or a channel: looked at, sent again, given up. */

import { h } from "../lib/dom.js";
import { locale } from "../lib/language.js";
import { forms } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { newId } from "../ui/id.js";
import { createTable } from "../ui/table.js";
import { createTabs } from "../ui/tabs.js";
import { messageOf } from "./editor-save.js";

const MOST = 500;

/** @typedef {{id: string, state: string, conversation_id: string, seq: number, at: string, attempts: number, next_attempt_at?: string|null, died_at?: string|null, problem?: string|null}} Delivery */

/** @param {import("./main.js").Context} context @param {string} path of the webhook or channel */
export function createDeliveries(context, path) {
  const states = /** @type {const} */ (["pending", "dead"]);
  const tables = states.map((state) => createStateTable(context, path, state, () => load()));
  const load = () => tables.forEach((each) => void each.load());
  const tabs = createTabs({ label: forms.deliveries_state, tabs: states.map((state, i) => ({ id: state, label: forms.delivery[state], panel: tables[i].el })) });
  const heading = h("h3", { id: newId("section"), class: "form-heading", text: forms.deliveries });
  const again = h("button", { type: "button", class: "button small", text: forms.delivery.refresh, onclick: load });
  const el = h("section", { class: "form-section", "aria-labelledby": heading.id }, h("div", { class: "admin-head" }, heading, again), h("p", { class: "form-lead", text: forms.deliveries_lead }), tabs.el);
  load();
  return { el, load };
}

/** @param {import("./main.js").Context} context @param {string} path @param {"pending"|"dead"} state @param {() => void} onDone */
function createStateTable(context, path, state, onDone) {
  /** @type {import("../ui/table.js").Column<Delivery>[]} */
  const columns = [
    { id: "at", label: forms.delivery.event, cell: ({ at, seq }) => `${timeText(at)}, ${seq}`, sort: (a, b) => a.at.localeCompare(b.at) },
    { id: "attempts", label: forms.delivery.attempts, cell: ({ attempts }) => String(attempts), numeric: true },
    ...(state === "pending" ? [{ id: "next", label: forms.delivery.next, cell: (/** @type {Delivery} */ one) => timeText(one.next_attempt_at) }] : []),
    { id: "problem", label: forms.delivery.problem, cell: ({ problem }) => problem ?? forms.nothing, width: "minmax(140px, 3fr)" },
    { id: "conversation", label: forms.delivery.conversation, cell: ({ conversation_id }) => h("code", { class: "list-id", text: conversation_id }), narrow: "hide" },
    ...(context.role === "admin" ? [{ id: "actions", label: forms.delivery.actions, cell: (/** @type {Delivery} */ one) => buttons(one) }] : []),
  ];
  const empty = { title: state === "pending" ? forms.delivery.none_pending : forms.delivery.none_dead };
  const table = createTable({ label: forms.delivery[state], columns, keyOf: ({ id }) => id, empty });

  /** @type {Delivery[]} */
  let rows = [];

  async function load() {
    table.update(rows, { status: "loading" });
    try {
      rows = (await context.api.list(`${path}/deliveries?state=${state}`, MOST)).value;
      table.update(rows);
    } catch (problem) {
      table.update([], { status: "failed", onRetry: () => void load(), failure: messageOf(problem) });
    }
  }

  /** @param {Delivery} one @param {"replay"|"discard"} what */
  async function act(one, what) {
    if (what === "discard" && !(await confirm({ title: forms.delivery.discard_title, text: forms.delivery.discard_text, action: forms.delivery.discard, danger: true }))) return;
    try {
      await context.api.post(`${path}/deliveries/${encodeURIComponent(one.id)}/${what}`, undefined);
      context.toaster.tell(what === "replay" ? forms.delivery.replayed : forms.delivery.discarded);
      onDone();
    } catch (problem) {
      context.toaster.tell(messageOf(problem), "assertive");
    }
  }

  /** @param {Delivery} one */
  function buttons(one) {
    const button = (/** @type {"replay"|"discard"} */ what) => h("button", { type: "button", class: "button small", text: forms.delivery[what], onclick: () => void act(one, what) });
    return h("div", { class: "form-actions" }, state === "dead" ? button("replay") : null, button("discard"));
  }

  return { el: table.el, load };
}

/** @param {string|null|undefined} at */
function timeText(at) {
  return at ? new Date(at).toLocaleString(locale(), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" }) : forms.nothing;
}

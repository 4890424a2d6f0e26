/* Owns the right column: who the customer is, the context that came along, and the conversation's facts. */

import { h, setShown } from "../lib/dom.js";
import { fullText } from "../lib/format.js";
import { t } from "../strings.en.js";
import { channelName, queueName, variableName, workStreamName } from "./names.js";
import { conversationOf } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */

export function createContextPanel() {
  const body = h("div", { class: "context-body" });
  const el = h("aside", { class: "context", "aria-label": t.details }, body);
  let shown = "";
  return {
    el,
    /** @param {import("../types.js").AgentState} state */
    update(state) {
      const conversation = conversationOf(state, state.selected);
      const key = conversation ? `${conversation.id} ${conversation.version} ${state.directory.version}` : "";
      setShown(body, Boolean(conversation));
      if (key === shown || !conversation) return;
      shown = key;
      body.replaceChildren(customerCard(conversation), contextCard(conversation, state), factsCard(conversation, state));
    },
  };
}

/** @param {Conversation} conversation */
function customerCard({ customer }) {
  const f = t.field;
  return card(t.about_customer, [[f.name, customer?.name ?? t.visitor], [f.email, customer?.email], [f.phone, customer?.phone], [f.customer_id, customer?.id]]);
}

/** @param {Conversation} conversation @param {AgentState} state */
function contextCard({ work_stream_id, context = {}, undeclared = [] }, state) {
  const names = Object.keys(context);
  const declared = names.filter((name) => !undeclared.includes(name));
  const others = names.filter((name) => undeclared.includes(name));
  const el = card(t.about_context, declared.map((name) => [variableName(state, work_stream_id, name), context[name]]));
  if (declared.length === 0) el.append(h("p", { class: "muted", text: t.no_context }));
  if (others.length > 0) el.append(h("details", {}, h("summary", { text: t.undeclared }), fields(others.map((name) => [name, context[name]]))));
  return el;
}

/** @param {Conversation} c @param {AgentState} state */
function factsCard(c, state) {
  const f = t.field;
  return card(t.about_conversation, [
    [f.channel, `${t.channel_types[c.channel_type] ?? c.channel_type} (${channelName(state, c.channel_id)})`],
    [f.queue, queueName(state, c.queue_id)],
    [f.work_stream, workStreamName(state, c.work_stream_id)],
    [f.arrived, fullText(c.created_at)],
    [f.assigned, c.assigned_at ? fullText(c.assigned_at) : null],
    [f.units, c.capacity_units],
    [f.transfers, c.transfer_count || null],
    [f.refusals, c.refusals || null],
    [f.id, c.id],
  ]);
}

/** @param {string} heading @param {(unknown[])[]} rows */
function card(heading, rows) {
  return h("section", { class: "card" }, h("h2", { text: heading }), fields(rows));
}

/** Label and value, without those that have none. @param {(unknown[])[]} rows */
function fields(rows) {
  const list = h("dl", { class: "fields" });
  for (const [label, value] of rows) {
    if (value === null || value === undefined || value === "") continue;
    list.append(h("div", {}, h("dt", { text: label }), h("dd", { text: value })));
  }
  return list.childElementCount > 0 ? list : null;
}

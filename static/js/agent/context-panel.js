/*
 * Owns the right column: who the customer is, the context that came along, the conversation's facts; and below them, folded until
 * somebody asks: why it came here, what happened to it, what the customer wrote before.
 */

import { h, setShown } from "../lib/dom.js";
import { elapsed } from "../lib/elapsed.js";
import { coarseText, fullText } from "../lib/format.js";
import { locale } from "../lib/language.js";
import { t } from "../strings.en.js";
import { createEarlier } from "./context-earlier.js";
import { createTimeline, createWhy } from "./context-story.js";
import { channelName, queueName, variableName, workStreamName } from "./names.js";
import { conversationOf } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */

/** @param {import("./session.js").Session} session */
export function createContextPanel(session) {
  const cards = h("div", {});
  const why = createWhy(session.token);
  const timeline = createTimeline(session.token);
  const earlier = createEarlier(session.token, () => session.store.state);
  const body = h("div", { class: "context-body" }, cards, earlier.el, timeline.el, why.el);
  const el = h("aside", { class: "context", "aria-label": t.details, tabindex: -1 }, body);
  let shown = "";
  return {
    el,
    focus: () => el.focus(),
    /** @param {AgentState} state */
    update(state) {
      const conversation = conversationOf(state, state.selected);
      setShown(body, Boolean(conversation));
      if (!conversation) return;
      // Another message makes another version; what stands here is left alone, so that it can be read and copied.
      const key = JSON.stringify([{ ...conversation, version: 0 }, state.directory.version]);
      if (key !== shown) {
        shown = key;
        const more = cards.querySelector("details")?.open ?? false;
        cards.replaceChildren(customerCard(conversation), contextCard(conversation, state, more), factsCard(conversation, state));
      }
      // Only who has it now may look at its customer's past.
      const own = Boolean(state.conversations[conversation.id]);
      setShown(earlier.el, own);
      if (own) earlier.update(conversation, state);
      timeline.update(conversation, state);
      why.update(conversation, state);
    },
  };
}

/** @param {Conversation} conversation */
function customerCard({ customer, language }) {
  const f = t.field;
  return card(t.about_customer, [[f.name, customer?.name ?? t.visitor], [f.email, customer?.email], [f.phone, customer?.phone], [t.sides.language, language ? languageName(language) : null], [f.customer_id, customer?.id]]);
}

/** A language by its name in the page's language, or by its tag. @param {string} tag */
function languageName(tag) {
  try {
    return new Intl.DisplayNames(locale(), { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** @param {Conversation} conversation @param {AgentState} state @param {boolean} more what was also sent is unfolded */
function contextCard({ work_stream_id, context = {}, undeclared = [] }, state, more) {
  const names = Object.keys(context);
  const declared = names.filter((name) => !undeclared.includes(name));
  const others = names.filter((name) => undeclared.includes(name));
  const el = card(t.about_context, declared.map((name) => [variableName(state, work_stream_id, name), context[name]]));
  if (declared.length === 0) el.append(h("p", { class: "muted", text: t.no_context }));
  if (others.length > 0) el.append(h("details", { open: more }, h("summary", { text: t.undeclared }), fields(others.map((name) => [name, context[name]]))));
  return el;
}

/** @param {Conversation} c @param {AgentState} state */
function factsCard(c, state) {
  const f = t.field;
  const over = c.state === "closed";
  const waited_ms = c.assigned_at ? Date.parse(c.assigned_at) - Date.parse(c.queued_at ?? c.created_at) : NaN;
  return card(t.about_conversation, [
    [f.channel, `${t.channel_types[c.channel_type] ?? c.channel_type} (${channelName(state, c.channel_id)})`],
    [f.queue, queueName(state, c.queue_id)],
    [f.work_stream, workStreamName(state, c.work_stream_id)],
    [f.arrived, fullText(c.created_at)],
    [t.sides.age, over ? null : elapsed(c.created_at, "coarse")],
    [t.sides.waited, waited_ms >= 0 ? coarseText(waited_ms) : null],
    [f.assigned, c.assigned_at ? fullText(c.assigned_at) : null],
    [t.sides.priority, c.priority || null],
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
    list.append(h("div", {}, h("dt", { text: label }), h("dd", {}, value instanceof Node ? value : h("bdi", { text: value }))));
  }
  return list.childElementCount > 0 ? list : null;
}

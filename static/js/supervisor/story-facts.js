/* Owns the facts beside a story: where it is, how long it waited, what was sent along. */

import { h } from "../lib/dom.js";
import { coarseText, fullText } from "../lib/format.js";
import { elapsed, serverNow } from "../lib/elapsed.js";
import { wordOf } from "../lib/explain.js";
import { hrefOf } from "../ui/route.js";
import { story, t } from "../strings.en.js";
import { timesOf } from "../lib/story-entries.js";
import { nobodyOf } from "./story-list.js";

/** @param {import("./story.js").Context} context */
export function createFacts({ names }) {
  const list = h("dl", { class: "fields" });
  const values = h("dl", { class: "fields" });
  const none = h("p", { class: "muted", text: story.no_context });
  const el = h("div", { class: "story-facts" }, h("h3", { text: story.facts }), list, h("h3", { text: story.context }), values, none);
  return {
    el,
    /** @param {import("../types.js").Conversation} conversation @param {import("../lib/story-entries.js").StoryEvent[]} events */
    update(conversation, events) {
      const { fact } = story;
      const now_ms = serverNow();
      const { waited_ms, waits, took_ms, over } = timesOf(events, now_ms);
      // What goes on counts by itself.
      const so_far = (/** @type {number} */ ms) => h("span", {}, elapsed(now_ms - ms, "coarse"), ` ${story.so_far}`);
      const before = events[0]?.data.previous_conversation_id ?? null;
      const there = /** @type {{agent_id: string}[]} */ (/** @type {any} */ (conversation).participants ?? []);
      list.replaceChildren(...pairs([
        [fact.queue, link(["queues", conversation.queue_id], names.of("queues", conversation.queue_id))],
        [fact.agent, conversation.agent_id ? link(["agents", conversation.agent_id], names.of("agents", conversation.agent_id)) : nobodyOf(conversation)],
        [fact.participants, there.map(({ agent_id }) => names.of("agents", agent_id)).join(", ")],
        [fact.stream, names.of("work_streams", conversation.work_stream_id)],
        [fact.channel, `${conversation.channel_id} (${wordOf(t.channel_types, conversation.channel_type)})`],
        [fact.arrived, fullText(conversation.created_at)],
        [fact.waited, waits ? so_far(waited_ms) : coarseText(waited_ms)],
        [fact.took, took_ms === null ? "" : over ? coarseText(took_ms) : so_far(took_ms)],
        [fact.priority, conversation.priority ? String(conversation.priority) : ""],
        [fact.units, String(conversation.capacity_units ?? "")],
        [fact.refusals, conversation.refusals ? String(conversation.refusals) : ""],
        [fact.transfers, conversation.transfer_count ? String(conversation.transfer_count) : ""],
        [fact.previous, before ? link(["conversations", before], story.earlier) : ""],
        [fact.id, conversation.id],
      ]));
      const context = Object.entries(conversation.context ?? {});
      values.replaceChildren(...pairs(context.map(([name, value]) => [name, String(value)])));
      values.hidden = context.length === 0;
      none.hidden = context.length > 0;
    },
  };
}

/** @param {(string|null)[]} parts of an address @param {string} text */
function link(parts, text) {
  return h("a", { href: hrefOf(parts.map(String)), text });
}

/** @param {[string, string|Node][]} all those without a value are left out */
function pairs(all) {
  return all.filter(([, value]) => value !== "").map(([name, value]) => h("div", {}, h("dt", { text: name }), h("dd", {}, value)));
}

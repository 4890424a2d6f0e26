/*
 * Owns how messages stand on a page, for agents and customers: days, and those on their way below the others. Stays at the end while
 * the reader is there; else says how many have come. Lines are in thread-line.js.
 *
 * Thousands of messages stay smooth: a line is made once, a change touches its line alone, and what is out of sight is not laid out (CSS).
 */

import { h, icon, reconcile, setAttr, setShown, setText } from "./dom.js";
import { dayKey } from "./format.js";
import { createLine, updateLine } from "./thread-line.js";
import { t } from "../strings.en.js";

/** @typedef {import("../types.js").Message} Message */
/** @typedef {import("../types.js").Outgoing} Outgoing */
/** @typedef {import("./thread-line.js").Line} Line */

/** Closer to the end than this counts as at the end. */
const NEAR_END_PX = 60;

/** @param {import("./thread-line.js").LinePorts & {label: string}} options */
export function createThread({ label, ...ports }) {
  const list = h("ol", { class: "thread-lines" });
  const log = h("div", { class: "thread", role: "log", "aria-label": label, tabindex: 0, onscroll: () => noteScroll() }, list);
  const words = h("span", {});
  const more = h("button", { type: "button", class: "button small thread-more", hidden: true, onclick: () => jump() }, words, icon("collapse"));
  const el = h("div", { class: "thread-box" }, log, more);
  // What was read to the end stays so when the window, the field below, or a line that came into sight changes its height.
  let at_end = true;
  const keeper = new ResizeObserver(() => at_end && toEnd());
  for (const node of [log, list]) keeper.observe(node);
  /** What was drawn last; nothing is touched while it is the same. @type {unknown[]} */
  let drawn = [];
  let shown = "";
  /** How many messages stood there when the reader left the end. */
  let read = 0;
  let count = 0;

  function isAtEnd() {
    return log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
  }

  function noteScroll() {
    const before = at_end;
    at_end = isAtEnd();
    if (before && !at_end) read = count;
    showMore();
  }

  function showMore() {
    const news = count - read;
    setShown(more, !at_end);
    if (!at_end) setText(words, news > 0 ? t.panel.news(news) : t.panel.to_newest);
    setAttr(more, "data-news", news > 0 && !at_end ? "true" : null);
  }

  function toEnd() {
    at_end = true;
    log.scrollTop = log.scrollHeight;
    showMore();
  }

  function jump() {
    toEnd();
    log.focus();
  }

  return {
    el,
    log,
    /**
     * @param {string} key which conversation
     * @param {string} label
     * @param {Message[]} messages
     * @param {Outgoing[]} outbox
     * @param {number} [names] rises when senders may be called otherwise
     */
    update(key, label, messages, outbox, names = 0) {
      setAttr(log, "aria-label", label);
      const next = [key, names, messages, ...outbox];
      if (next.length === drawn.length && next.every((value, i) => value === drawn[i])) return;
      const stay = key === shown && !at_end;
      if (key !== shown) list.replaceChildren();
      const renamed = names !== drawn[1];
      drawn = next;
      shown = key;
      reconcile(list, linesOf(messages, outbox), (line) => line.key, (line) => createLine(line, ports), (item, line) => updateLine(item, line, renamed ? ports : null, ports));
      count = messages.length + outbox.length;
      if (stay) showMore();
      else toEnd();
    },
  };
}

/** Messages with a line where the day changes, then what is not confirmed yet. @param {Message[]} messages @param {Outgoing[]} outbox */
function linesOf(messages, outbox) {
  /** @type {Line[]} */
  const lines = [];
  let day = "";
  let hour = "";
  for (const message of messages) {
    // Within an hour there is no other day: most messages need no look at the calendar.
    const near = message.created_at.slice(0, 13);
    if (near !== hour) {
      hour = near;
      const next = dayKey(message.created_at);
      if (next !== day) lines.push({ key: `day ${next}`, day: message.created_at });
      day = next;
    }
    lines.push({ key: message.id, message });
  }
  for (const outgoing of outbox) lines.push({ key: `out ${outgoing.client_message_id} ${outgoing.state}`, outgoing });
  return lines;
}

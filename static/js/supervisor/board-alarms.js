/* Owns the alarms: a button in the bar that counts the new ones, and the list of those that came. */

import { h, icon, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { serverNow } from "../lib/elapsed.js";
import { dayKey, fullText, timeText } from "../lib/format.js";
import { supervisor as words } from "../strings.en.js";
import { openDialog } from "../ui/dialog.js";
import { hrefOf } from "../ui/route.js";
import { createStatus } from "../ui/status.js";
import { alarmText } from "./board-alarm-words.js";

/** @typedef {import("./state.js").Alarm} Alarm */

/** @param {ReturnType<typeof import("./board-session.js").createBoardSession>["store"]} store */
export function createAlarms(store) {
  const badge = h("span", { class: "badge alarm-badge", hidden: true, "aria-hidden": "true" });
  const button = h("button", { type: "button", class: "button small alarm-button", onclick: () => void open() }, icon("warning"), h("span", { class: "alarm-word", text: words.alarms }), badge);
  const list = h("ul", { class: "alarm-list" });
  const nothing = createStatus();
  const body = h("div", {}, list, nothing.el);
  let opened = false;

  async function open() {
    opened = true;
    store.dispatch({ type: "local.alarms_seen" });
    const actions = store.state.alarms.length ? [{ id: "clear", label: words.alarms_clear }] : [];
    const answer = await openDialog({ title: words.alarms, body, actions });
    opened = false;
    if (answer === "clear") store.dispatch({ type: "local.alarms_cleared" });
  }

  return {
    el: button,
    /** @param {import("./state.js").BoardState} state */
    update({ alarms }) {
      if (opened && alarms.some((alarm) => !alarm.seen)) store.dispatch({ type: "local.alarms_seen" });
      const fresh = alarms.filter((alarm) => !alarm.seen).length;
      setAttr(button, "aria-label", fresh ? words.alarms_new(fresh) : words.alarms);
      setAttr(button, "data-fresh", fresh ? "true" : null);
      setText(badge, String(fresh));
      setShown(badge, fresh > 0);
      reconcile(list, alarms, (alarm) => alarm.key, createAlarm, showAlarm);
      setShown(list, alarms.length > 0);
      if (alarms.length === 0) nothing.empty(words.alarms_none);
      else nothing.none();
    },
  };
}

/** @param {Alarm} alarm */
function createAlarm(alarm) {
  const { level, conversation_id } = alarm;
  const kind = level === "error" ? "bad" : "warn";
  const story = conversation_id ? h("a", { href: hrefOf(["conversations", conversation_id]), text: words.alarm_story, onclick: (/** @type {Event} */ { target }) => target instanceof Element && target.closest("dialog")?.close() }) : null;
  const head = h("span", { class: "alarm-head" }, h("span", { class: "chip", "data-kind": kind, text: words.alarm_levels[level] ?? level }), h("span", { class: "alarm-time muted" }));
  return h("li", { class: "notice", "data-kind": kind }, h("div", { class: "alarm" }, head, h("p", { text: alarmText(alarm) }), story));
}

/** @param {HTMLElement} el @param {Alarm} alarm */
function showAlarm(el, { at_ms, times }) {
  const at = new Date(at_ms).toISOString();
  const time = dayKey(at) === dayKey(new Date(serverNow()).toISOString()) ? timeText(at) : fullText(at);
  setText(/** @type {HTMLElement} */ (el.querySelector(".alarm-time")), times > 1 ? `${words.alarm_times(times)} ${time}` : time);
}

/* Owns how an alarm is told: in the page's language, and many at once in one word. */

import { own } from "../lib/own.js";
import { supervisor as words } from "../strings.en.js";

/** Between two alarms that are told one by one. */
export const QUIET_MS = 8_000;

/** @typedef {import("./state.js").Alarm} Alarm */

/** What it says; of one that this page does not know, the server's words. @param {Pick<Alarm, "code"|"text"|"queue">} alarm */
export function alarmText({ code, text, queue }) {
  const known = own(words.alarm_texts, code);
  return known ? [known, queue ? words.alarm_queue(queue) : ""].filter(Boolean).join(" ") : text;
}

/**
 * Tells the first alarm at once, and of those that come on its heels how many they are.
 * @param {(text: string) => void} tell
 * @param {(run: () => void, ms: number) => unknown} [later]
 */
export function createAlarmTeller(tell, later = setTimeout) {
  let quiet = false;
  let held = 0;

  function rest() {
    quiet = true;
    later(() => {
      quiet = false;
      if (held === 0) return;
      tell(words.alarms_more(held));
      held = 0;
      rest();
    }, QUIET_MS);
  }

  /** @param {Alarm} alarm */
  return (alarm) => {
    if (quiet) return void (held += 1);
    tell(alarmText(alarm));
    rest();
  };
}

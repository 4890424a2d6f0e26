/* Owns what is said to a screen reader without moving focus: one polite and one assertive live region a page. */

import { h } from "./dom.js";

const CLEAR_AFTER_MS = 6_000;
const polite = h("div", { class: "sr-only", role: "status", "aria-live": "polite" });
const assertive = h("div", { class: "sr-only", role: "alert", "aria-live": "assertive" });

/** Puts the live regions into the page; they must stand before anything is said. */
export function installAnnouncer() {
  document.body.append(polite, assertive);
}

/**
 * @param {string} text
 * @param {"polite"|"assertive"} [how]
 */
export function announce(text, how = "polite") {
  const line = h("p", { text });
  (how === "assertive" ? assertive : polite).append(line);
  setTimeout(() => line.remove(), CLEAR_AFTER_MS);
}

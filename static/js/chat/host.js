/*
 * Owns the talk with the page around a framed chat (static/widget.js). Words go to the origin alone that the frame's address names,
 * and are taken from that origin and the window above alone; who frames the page is checked by the browser before (`GET /widget`).
 */

/** @typedef {{type: string} & Record<string, any>} Message */

/**
 * @param {(message: Message) => void} hear
 * @returns {{tell: (message: Message) => void}|null} null for a page that stands by itself
 */
export function connectHost(hear) {
  const origin = new URLSearchParams(location.search).get("origin");
  if (!origin || window.parent === window) return null;
  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== origin || typeof event.data?.callboard?.type !== "string") return;
    hear(event.data.callboard);
  });
  return { tell: (message) => window.parent.postMessage({ callboard: message }, origin) };
}

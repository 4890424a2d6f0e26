/* Owns the word in the bar that says whether the board is live, with the server's time, and the line over a page that lost it: as of when. */

import { h, setAttr, setText } from "../lib/dom.js";
import { serverNow } from "../lib/elapsed.js";
import { clockTime } from "../lib/format.js";
import { supervisor as words } from "../strings.en.js";
import { createLive } from "../ui/live.js";

/** @param {() => void} onRetry @param {(text: string) => void} onNews */
export function createLiveness(onRetry, onNews) {
  const banner = createLive(onRetry);
  const word = h("span", { class: "live-word" });
  const time = h("span", { class: "live-time" });
  const el = h("p", { class: "live-pill" }, h("span", { class: "live-dot", "aria-hidden": "true" }), word, " ", time);
  let open = false;
  let lost = false;

  const tick = () => setText(time, open ? clockTime(serverNow()) : "");

  const timer = setInterval(tick, 1000);
  return {
    el,
    banner: banner.el,
    /** @param {import("./state.js").BoardState} state */
    update({ connection, ready, as_of_ms: known_ms }) {
      const was_lost = lost;
      open = connection.phase === "open" && ready;
      lost = ready && !open;
      setAttr(el, "data-phase", open ? "open" : ready ? "down" : "new");
      setText(word, open ? words.live : ready ? words.offline : words.connecting);
      banner.update(connection, ready ? known_ms : NaN);
      if (was_lost && open) onNews(words.back);
      tick();
    },
    stop: () => clearInterval(timer),
  };
}

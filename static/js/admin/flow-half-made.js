/* Owns the notice of a flow that made a channel's work stream and then was refused the channel: said, and taken back where somebody wants to. */

import { RequestError } from "../lib/client.js";
import { h, setShown } from "../lib/dom.js";
import { rules } from "../strings.en.js";

/**
 * @param {import("./warnings.js").Api} api
 * @param {(text: string, how?: "polite"|"assertive") => void} tell
 * @param {() => void} onUndone the work stream is not there any more
 */
export function createHalfMade(api, tell, onUndone) {
  const el = h("div", { class: "flow-partial", role: "alert", hidden: true });

  /** @param {string|null} made the work stream that is there without its channel */
  function show(made) {
    setShown(el, made !== null);
    if (made === null) return;
    el.replaceChildren(h("p", { text: rules.half_made(made) }), h("div", { class: "form-actions" },
      h("button", { type: "button", class: "button", text: rules.undo_stream(made), onclick: () => void undo(made) })));
  }

  /** @param {string} made */
  async function undo(made) {
    try {
      await api.remove(`/v1/work-streams/${made}`, null);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      if (problem.problem.status !== 404) return tell(problem.message, "assertive");
    }
    show(null);
    tell(rules.undone(made));
    onUndone();
  }

  return { el, show };
}

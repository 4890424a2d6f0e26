/* Owns the summary over a form: how many values are wrong, each a link to its field. */

import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";

export function createSummary() {
  const el = h("div", { class: "form-summary", role: "alert", tabindex: -1, hidden: true });
  return {
    el,
    /**
     * Where no value is wrong (no connection, deleted meanwhile), it says only that nothing was saved.
     * @param {readonly import("./form-types.js").Placed[]} placed shown at their fields
     * @param {readonly string[]} rest what has no field
     */
    show(placed, rest) {
      const count = placed.length + rest.length;
      el.hidden = count === 0;
      const items = [...rest.map((text) => h("li", { text })), ...placed.map((one) => h("li", {}, link(one)))];
      el.replaceChildren(...(count ? [h("p", { class: "form-summary-title", text: forms.wrong_values(placed.length) }), h("ul", {}, ...items)] : []));
      if (count) el.focus();
    },
  };
}

/** @param {import("./form-types.js").Placed} one */
function link({ label, message, focus }) {
  /** @param {Event} event */
  const go = (event) => {
    event.preventDefault();
    focus();
  };
  return h("a", { href: location.hash || "#", onclick: go, text: forms.wrong_value(label, message) });
}

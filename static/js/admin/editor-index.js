/* Owns the list of a long form's sections beside it: where there is room, a way to each of those that are shown. */

import { h, reconcile, setShown } from "../lib/dom.js";
import { forms } from "../strings.en.js";

const LEAST = 3;

/** @param {HTMLElement} form */
export function createIndex(form) {
  const list = h("ul", {});
  const el = h("nav", { class: "form-index", "aria-label": forms.on_this_page }, h("p", { class: "form-index-title", "aria-hidden": "true", text: forms.on_this_page }), list);
  const headings = () => /** @type {HTMLElement[]} */ ([...form.querySelectorAll(".form-section:not([hidden]) > .form-heading")]);

  function update() {
    const shown = headings();
    setShown(el, shown.length >= LEAST);
    reconcile(list, shown, ({ id }) => id, (heading) => h("li", {}, h("a", { href: location.hash || "#", text: heading.textContent ?? "", onclick: (/** @type {Event} */ event) => jump(event, heading) })));
  }

  update();
  return { el, update };
}

/** @param {Event} event @param {HTMLElement} heading */
function jump(event, heading) {
  event.preventDefault();
  heading.tabIndex = -1;
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

/* Owns the menu of the display choices; lib/display.js keeps and shows them. */

import { ui } from "../strings.en.js";
import { createMenu } from "./menu.js";

/** @typedef {keyof ReturnType<typeof callboardDisplay.read>} Choice */

/** @param {{onChange?: () => void}} [options] heard after a choice that shows at once */
export function createDisplayMenu({ onChange } = {}) {
  const menu = createMenu({ label: ui.display, icon: "display", items: items() });

  function items() {
    const now = callboardDisplay.read();
    const names = /** @type {Choice[]} */ (Object.keys(now));
    const choices = names.flatMap((name) => callboardDisplay.CHOICES[name].map((value) => ({
      id: `${name}-${value}`,
      label: labelOf(name, value),
      group: ui.display_choices[name],
      checked: now[name] === value,
      onPick: () => pick(name, value),
    })));
    return [...choices, { id: "design", label: ui.design_page, onPick: () => location.assign("/design") }];
  }

  /** @param {Choice} name @param {string} value */
  function pick(name, value) {
    const before = callboardDisplay.language();
    callboardDisplay.change({ [name]: value });
    // Words that stand on the page were read when it was built.
    if (callboardDisplay.language() !== before) return location.reload();
    menu.update(items());
    onChange?.();
  }

  return { el: menu.el, update: () => menu.update(items()) };
}

/** @param {Choice} name @param {string} value */
function labelOf(name, value) {
  return /** @type {Record<string, Record<string, string>>} */ (ui.display_values)[name][value];
}

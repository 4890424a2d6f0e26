/* Owns the field that finds an agent or a queue by name: what can be chosen comes first, what cannot says why. */

import { announce } from "../lib/announcer.js";
import { h, setAttr } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { createListbox } from "./listbox.js";
import { matching } from "./targets.js";

/** @typedef {import("./listbox.js").Option} Option */

const MOST = 60;

/** @param {{id: string, label: string, describedBy: string, options: () => Option[], onChange: (option: Option|null) => void}} options */
export function createTargetField({ id, label, describedBy, options, onChange }) {
  const input = h("input", {
    id, type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-autocomplete": "list", "aria-describedby": describedBy,
    oninput: () => typed(), onkeydown: (/** @type {KeyboardEvent} */ event) => onKey(event), onblur: () => list.close(), onclick: () => open(),
  });
  const list = createListbox({ id: `${id}-list`, label, field: input, none: t.panel.no_match, onPick: (option) => pick(option) });
  const el = h("div", { class: "target" }, input, list.el);
  list.close();
  /** @type {Option|null} */
  let chosen = null;

  function open() {
    const fit = matching(options(), chosen ? "" : input.value);
    list.open(fit.slice(0, MOST));
    return fit.length;
  }

  function typed() {
    choose(null);
    announce(t.panel.options(open()));
  }

  /** @param {Option|null} option */
  function choose(option) {
    if (option?.value === chosen?.value) return;
    chosen = option;
    onChange(option);
  }

  /** @param {Option} option */
  function pick(option) {
    input.value = option.label;
    list.close();
    choose(option);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && list.isOpen) list.move(/** @type {1|-1} */ (step));
    else if (step) open();
    else if (event.key === "Enter" && list.isOpen && list.marked) pick(list.marked);
    else if (event.key === "Escape" && list.isOpen) list.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    el,
    input,
    get chosen() {
      return chosen;
    },
    clear() {
      input.value = "";
      choose(null);
      setAttr(input, "aria-invalid", null);
      list.close();
    },
    open() {
      open();
    },
    /** The directory changed: what stands open says so. */
    refresh() {
      if (list.isOpen) open();
    },
  };
}

/* Owns the capacity meter: how many units are used of how many, and, where one points at it or moves to it, what uses them. */

import { h, setAttr, setShown, setText } from "../lib/dom.js";
import { t } from "../strings.en.js";
import { customerName } from "./state-common.js";

/** @typedef {import("../types.js").AgentState} AgentState */

export function createCapacity() {
  const fill = h("span", { class: "meter-fill" });
  const text = h("span", { class: "meter-text", "aria-hidden": "true" });
  const list = h("ul", { class: "meter-list" });
  const tip = h("div", { id: "capacity-use", class: "meter-tip", role: "tooltip", hidden: true }, list);
  const meter = h("div", { class: "meter", role: "meter", tabindex: 0, "aria-label": t.capacity, "aria-describedby": tip.id, "aria-valuemin": 0 }, h("span", { class: "meter-track" }, fill), text);
  const show = (/** @type {boolean} */ shown) => setShown(tip, shown);
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || tip.hidden) return;
    show(false);
    event.stopPropagation();
  };
  const el = h("div", { class: "meter-box", onmouseenter: () => show(true), onmouseleave: () => show(false), onfocusin: () => show(true), onfocusout: () => show(false), onkeydown: onKey }, meter, tip);
  let listed = "";
  return {
    el,
    /** @param {AgentState} state */
    update(state) {
      const { total, used, free } = state.capacity;
      setAttr(meter, "aria-valuemax", Math.max(total, used, 1));
      setAttr(meter, "aria-valuenow", used);
      setAttr(meter, "aria-valuetext", t.capacity_text(used, total, Math.max(0, free)));
      setAttr(meter, "data-full", String(free <= 0));
      setText(text, t.sides.used_of(used, total));
      fill.style.setProperty("--part", String(total > 0 ? Math.min(1, used / total) : 0));
      const lines = [t.capacity_text(used, total, Math.max(0, free)), ...usesOf(state).map(({ name, units }) => t.sides.units_of(name, units))];
      const key = JSON.stringify(lines);
      if (key === listed) return;
      listed = key;
      list.replaceChildren(...lines.map((line) => h("li", { text: line })));
    },
  };
}

/** Which conversations hold units, and pops for which they are kept. Pure. @param {Pick<AgentState, "conversations"|"pops">} state */
export function usesOf({ conversations, pops }) {
  const held = Object.values(conversations).filter(({ state, units_held }) => units_held ?? state === "active");
  const uses = held.map((one) => ({ name: customerName(one), units: one.capacity_units ?? 0 }));
  const offered = pops.filter(({ offer }) => offer.kind !== "consult");
  const kept = offered.map(({ offer }) => ({ name: t.sides.offered(customerName(offer.conversation)), units: offer.conversation.capacity_units ?? 0 }));
  return [...uses, ...kept].filter(({ units }) => units > 0);
}

/* Owns the choice of the agent's presence, base and custom ones, with the time in it. */

import { h, icon, setAttr, setText } from "../lib/dom.js";
import { elapsed } from "../lib/elapsed.js";
import { t } from "../strings.en.js";
import { createMenu } from "../ui/menu.js";
import { KEYS, keyText } from "./keys.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").BasePresence} BasePresence */

/** What an agent may choose; `inactive` is the system's alone. @type {BasePresence[]} */
const BASE = ["available", "busy", "busy_dnd", "away", "offline"];

/** @param {import("./session.js").Session} session */
export function createPresence(session) {
  const menu = createMenu({ label: t.presence, icon: null, items: [] });
  const button = /** @type {HTMLButtonElement} */ (menu.el.querySelector("button"));
  const dot = h("span", { class: "dot", "aria-hidden": "true" });
  const text = h("span", { class: "presence-text" });
  button.replaceChildren(dot, text, icon("collapse"));
  button.classList.add("presence-button");
  setAttr(button, "aria-keyshortcuts", keyText(KEYS.presence));
  const since = elapsed(NaN, "clock");
  setAttr(since, "title", t.presence_since);
  const el = h("div", { class: "presence" }, menu.el, since);
  let listed = "";

  /** @param {AgentState} state */
  function list(state) {
    const choices = choicesOf(state);
    const key = JSON.stringify([choices, state.presence.id]);
    if (key === listed) return;
    listed = key;
    menu.update(choices.map(({ id, text, base, chosen_by_system }) => ({
      id, label: text, hint: helpOf(id, base), group: t.presence, checked: id === state.presence.id, disabled: chosen_by_system,
      // Shown as the server has it: the choice stands when `presence.changed` says so.
      onPick: () => void session.setPresence(id),
    })));
    menu.el.querySelectorAll("[role=menuitemradio]").forEach((item, i) => item.prepend(h("span", { class: "dot", "data-base": choices[i].base, "aria-hidden": "true" })));
  }

  return {
    el,
    focus: () => button.focus(),
    /** @param {AgentState} state */
    update(state) {
      const { presence } = state;
      list(state);
      const name = choicesOf(state).find(({ id }) => id === presence.id)?.text ?? presence.id;
      setText(text, name);
      setAttr(dot, "data-base", presence.base);
      const by = presence.by === "system" ? t.presence_by_system : presence.by === "supervisor" ? t.presence_by_supervisor : "";
      setAttr(button, "aria-label", t.sides.presence_is(name));
      setAttr(button, "title", [name, by].filter(Boolean).join(": "));
      since.count(presence.since_ms, "clock");
    },
  };
}

/** What a presence means for new work: of a custom one, as which it counts. @param {string} id @param {BasePresence} base */
function helpOf(id, base) {
  return id === base ? t.sides.presence_help[base] : t.presences[base];
}

/** The presences that can be chosen, and the present one if it is none of them. @param {AgentState} state */
export function choicesOf({ presence, presences }) {
  const base = BASE.map((id) => ({ id: /** @type {string} */ (id), text: t.presences[id], base: id, chosen_by_system: false }));
  const custom = presences.filter((choice) => !base.some(({ id }) => id === choice.id) && choice.base !== "inactive");
  const choices = [...base, ...custom.map(({ id, text, base }) => ({ id, text, base, chosen_by_system: false }))];
  if (!choices.some(({ id }) => id === presence.id)) {
    const text = /** @type {Record<string, string>} */ (t.presences)[presence.id] ?? presence.id;
    choices.push({ id: presence.id, text, base: presence.base, chosen_by_system: presence.base === "inactive" });
  }
  return choices;
}

/* Owns the bar at the top: connection, capacity, presence with the time in it, and the buttons of the sheets. */

import { h, setAttr, setText } from "../lib/dom.js";
import { elapsed } from "../lib/elapsed.js";
import { t, ui } from "../strings.en.js";
import { createDisplayMenu } from "../ui/display.js";
import { KEYS, keyText } from "./keys.js";
import { iconButton } from "./parts.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").BasePresence} BasePresence */

/** What an agent may choose; `inactive` is the system's alone. @type {BasePresence[]} */
const BASE = ["available", "busy", "busy_dnd", "away", "offline"];

/**
 * @param {import("./session.js").Session} session
 * @param {{onAlerts: () => void, onShortcuts: () => void, onSignOut: () => void}} actions
 */
export function createTopBar(session, { onAlerts, onShortcuts, onSignOut }) {
  const name = h("span", { class: "agent-name" });
  const connection = h("span", { class: "pill", "data-phase": "connecting" });
  const capacity = createCapacity();
  const presence = createPresence(session);
  const el = h(
    "header",
    { class: "top-bar" },
    h("h1", { class: "brand" }, h("a", { href: "/", text: "Callboard" }), h("span", { class: "sr-only", text: ` ${t.agent_title}` })),
    name,
    connection,
    h("div", { class: "spacer" }),
    capacity.el,
    presence.el,
    iconButton("settings", t.alerts, onAlerts),
    iconButton("keyboard", t.shortcuts, onShortcuts),
    createDisplayMenu().el,
    iconButton("leave", ui.sign_out, onSignOut),
  );
  return {
    el,
    focusPresence: presence.focus,
    /** @param {AgentState} state */
    update(state) {
      setText(name, state.agent?.name ?? "");
      const open = state.connection.phase === "open";
      setText(connection, open ? t.connected : t.connecting);
      setAttr(connection, "data-phase", open ? "open" : "down");
      capacity.update(state.capacity);
      presence.update(state, open);
    },
  };
}

function createCapacity() {
  const fill = h("span", { class: "meter-fill" });
  const text = h("span", { class: "meter-text", "aria-hidden": "true" });
  const meter = h("div", { class: "meter", role: "meter", "aria-label": t.capacity, "aria-valuemin": 0 }, h("span", { class: "meter-track" }, fill), text);
  return {
    el: meter,
    /** @param {import("../types.js").Capacity} capacity */
    update({ total, used, free }) {
      const words = t.capacity_text(used, total, Math.max(0, free));
      setAttr(meter, "aria-valuemax", Math.max(total, used, 1));
      setAttr(meter, "aria-valuenow", used);
      setAttr(meter, "aria-valuetext", words);
      setAttr(meter, "title", `${t.capacity}: ${words}`);
      setAttr(meter, "data-full", String(free <= 0));
      setText(text, used > total ? t.capacity_over(used - total) : t.capacity_short(Math.max(0, free)));
      fill.style.setProperty("--part", String(total > 0 ? Math.min(1, used / total) : 0));
    },
  };
}

/** @param {import("./session.js").Session} session */
function createPresence(session) {
  const dot = h("span", { class: "dot", "aria-hidden": "true" });
  const select = h("select", {
    class: "presence-select", "aria-label": t.presence, "aria-keyshortcuts": keyText(KEYS.presence),
    onchange: async () => {
      const { id } = session.store.state.presence;
      // Shown as the server has it: the choice stands when `presence.changed` says so.
      if (!(await session.setPresence(select.value))) select.value = id;
    },
  });
  const since = elapsed(NaN, "clock");
  setAttr(since, "title", t.presence_since);
  const el = h("div", { class: "presence" }, dot, select, since);
  let listed = "";

  /** @param {AgentState} state */
  function list(state) {
    const choices = choicesOf(state);
    const key = JSON.stringify(choices);
    if (key === listed) return;
    listed = key;
    select.replaceChildren(...choices.map(({ id, text, chosen_by_system }) => h("option", { value: id, text, disabled: chosen_by_system })));
    select.value = state.presence.id;
  }

  return {
    el,
    focus: () => select.focus(),
    /** @param {AgentState} state @param {boolean} open */
    update(state, open) {
      const { presence } = state;
      list(state);
      if (document.activeElement !== select || select.dataset.at !== presence.id) select.value = presence.id;
      setAttr(select, "data-at", presence.id);
      setAttr(dot, "data-base", presence.base);
      setAttr(el, "title", presence.by === "system" ? t.presence_by_system : presence.by === "supervisor" ? t.presence_by_supervisor : null);
      if (select.disabled === open) select.disabled = !open;
      since.count(presence.since_ms, "clock");
    },
  };
}

/** The presences that can be chosen, and the present one if it is none of them. @param {AgentState} state */
function choicesOf({ presence, presences }) {
  const base = BASE.map((id) => ({ id: /** @type {string} */ (id), text: t.presences[id], chosen_by_system: false }));
  const custom = presences.filter((choice) => !base.some(({ id }) => id === choice.id) && choice.base !== "inactive");
  const choices = [...base, ...custom.map(({ id, text }) => ({ id, text, chosen_by_system: false }))];
  if (!choices.some(({ id }) => id === presence.id)) {
    const text = /** @type {Record<string, string>} */ (t.presences)[presence.id] ?? presence.id;
    choices.push({ id: presence.id, text, chosen_by_system: presence.base === "inactive" });
  }
  return choices;
}

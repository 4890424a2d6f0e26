/* Owns the bar at the top: connection, capacity, presence with the time in it, and the buttons of the sheets. */

import { h, setAttr, setText } from "../lib/dom.js";
import { t, ui } from "../strings.en.js";
import { createDisplayMenu } from "../ui/display.js";
import { KEYS, keyText } from "./keys.js";
import { iconButton } from "./parts.js";
import { createPresence } from "./presence-menu.js";

/** @typedef {import("../types.js").AgentState} AgentState */

/**
 * @param {import("./session.js").Session} session
 * @param {{onCommands: () => void, onAlerts: () => void, onShortcuts: () => void, onSignOut: () => void}} actions
 */
export function createTopBar(session, { onCommands, onAlerts, onShortcuts, onSignOut }) {
  const name = h("span", { class: "agent-name" });
  const connection = h("span", { class: "pill", "data-phase": "connecting" });
  const capacity = createCapacity();
  const presence = createPresence(session);
  const display = createDisplayMenu();
  const shortcuts = iconButton("keyboard", t.shortcuts, onShortcuts);
  shortcuts.classList.add("not-narrow");
  const commands = iconButton("search", `${t.sides.commands} (${keyText(KEYS.commands)})`, onCommands);
  setAttr(commands, "aria-label", t.sides.commands);
  setAttr(commands, "aria-keyshortcuts", "Control+K");
  const el = h(
    "header",
    { class: "top-bar" },
    h("h1", { class: "brand" }, h("a", { href: "/", text: "Callboard" }), h("span", { class: "sr-only", text: ` ${t.agent_title}` })),
    name,
    connection,
    h("div", { class: "spacer" }),
    capacity.el,
    presence.el,
    commands,
    iconButton("settings", t.alerts, onAlerts),
    shortcuts,
    display.el,
    iconButton("leave", ui.sign_out, onSignOut),
  );
  return {
    el,
    focusPresence: presence.focus,
    /** A display choice was made elsewhere. */
    refreshDisplay: display.update,
    /** @param {AgentState} state */
    update(state) {
      setText(name, state.agent?.name ?? "");
      const open = state.connection.phase === "open";
      setText(connection, open ? t.connected : t.connecting);
      setAttr(connection, "data-phase", open ? "open" : "down");
      capacity.update(state.capacity);
      presence.update(state);
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

/* Owns the bar at the top: connection, capacity, presence with the time in it, and the buttons of the sheets. */

import { h, setAttr, setText } from "../lib/dom.js";
import { t, ui } from "../strings.en.js";
import { createDisplayMenu } from "../ui/display.js";
import { createCapacity } from "./capacity-meter.js";
import { KEYS, keyText } from "./keys.js";
import { queueName } from "./names.js";
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
  const leave = iconButton("leave", ui.sign_out, onSignOut);
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
    leave,
  );
  return {
    el,
    focusPresence: presence.focus,
    /** A display choice was made elsewhere. */
    refreshDisplay: display.update,
    /** @param {AgentState} state */
    update(state) {
      const me = state.agent?.name ?? "";
      const queues = (state.agent?.queue_ids ?? []).map((id) => queueName(state, id)).join(", ");
      setText(name, me);
      setAttr(name, "title", queues ? t.sides.me_serves(me, queues) : me);
      setAttr(leave, "title", me ? t.sides.sign_out_as(me) : ui.sign_out);
      const open = state.connection.phase === "open";
      setText(connection, open ? t.connected : t.connecting);
      setAttr(connection, "data-phase", open ? "open" : "down");
      capacity.update(state);
      presence.update(state);
    },
  };
}

/*
 * Owns what the command bar offers: what can be done with the conversation in front, where one can go, what can be taken, presences,
 * lists, display choices. Pure but for the acts, which the desk gives.
 */

import { t, ui } from "../strings.en.js";
import { KEYS, keyText } from "./keys.js";
import { queueName } from "./names.js";
import { choicesOf } from "./presence-menu.js";
import { conversationOf, customerName } from "./state-common.js";
import { arrange, noteOf } from "./state-lists.js";

/** @typedef {import("../types.js").AgentState} AgentState */
/** @typedef {import("../types.js").Conversation} Conversation */
/** `why`: it cannot be done now. @typedef {{id: string, group: string, label: string, hint?: string, why?: string|null, base?: string, run: () => void}} Item */

/**
 * What the desk does when one is chosen.
 * @typedef {object} CommandActs
 * @property {(id: string) => void} open
 * @property {(conversation: Conversation) => void} pick
 * @property {(act: "write"|"note"|"transfer"|"consult"|"wait"|"release"|"finish"|"leave"|"view") => void} act
 * @property {(presence: string) => void} presence
 * @property {(list: import("../types.js").ListName) => void} list
 * @property {() => void} details
 * @property {(name: string, value: string) => void} display
 * @property {() => void} shortcuts
 * @property {() => void} alerts
 */

/** So many open items stand there before anything is typed. */
const TAKEN_UNASKED = 5;

/** @param {AgentState} state @param {CommandActs} acts @param {boolean} asked something was typed @returns {Item[]} */
export function itemsOf(state, acts, asked) {
  return [...actItems(state, acts), ...workItems(state, acts), ...openItems(state, acts, asked), ...placeItems(acts), ...presenceItems(state, acts), ...displayItems(acts)];
}

/** @param {AgentState} state @param {CommandActs} acts @returns {Item[]} */
function actItems(state, { act }) {
  const conversation = conversationOf(state, state.selected);
  if (!conversation) return [];
  const group = t.sides.with(customerName(conversation));
  /** @type {(name: Parameters<CommandActs["act"]>[0], label: string, key?: import("./keys.js").Key) => Item} */
  const item = (name, label, key) => ({ id: `act ${name}`, group, label, hint: key && keyText(key), run: () => act(name) });
  const write = item("write", t.sides.acts.write, KEYS.write);
  if (!state.conversations[conversation.id]) return state.parts[conversation.id] ? [write, item("leave", t.panel.leave)] : [item("view", t.close_view)];
  if (conversation.state === "wrap_up") return [item("finish", t.close, KEYS.finish), item("write", t.sides.acts.wrap_up_note, KEYS.write)];
  if (conversation.state === "waiting") return [item("finish", t.reopen, KEYS.finish), item("view", t.close_view)];
  return [
    write, item("note", t.sides.acts.note, KEYS.note), item("transfer", t.sides.acts.transfer, KEYS.transfer), item("consult", t.sides.acts.consult, KEYS.consult),
    item("wait", t.sides.acts.wait), item("release", t.sides.acts.release), item("finish", t.sides.acts.end, KEYS.finish),
  ];
}

/** @param {AgentState} state @param {CommandActs} acts @returns {Item[]} */
function workItems(state, { open }) {
  const own = Object.values(state.conversations).sort((a, b) => (a.assigned_at ?? "").localeCompare(b.assigned_at ?? ""));
  const all = [...own, ...Object.values(state.parts).map(({ conversation }) => conversation)];
  return all.map((conversation) => {
    const unread = state.unread[conversation.id];
    const stage = state.conversations[conversation.id] ? t.states[conversation.state] : t.panel.consulting;
    const now = conversation.id === state.selected ? t.sides.in_front : "";
    return { id: `go ${conversation.id}`, group: t.my_work, label: customerName(conversation), hint: [now || stage, unread ? t.unread(unread) : ""].filter(Boolean).join(", "), run: () => open(conversation.id) };
  });
}

/** @param {AgentState} state @param {CommandActs} acts @param {boolean} asked @returns {Item[]} */
function openItems(state, { pick }, asked) {
  const items = arrange(Object.values(state.pick.items), "", "age");
  return (asked ? items : items.slice(0, TAKEN_UNASKED)).map((conversation) => {
    const hint = [queueName(state, conversation.queue_id), noteOf(conversation, state)].filter(Boolean).join(", ");
    return { id: `take ${conversation.id}`, group: t.open_items, label: t.take_one(customerName(conversation)), hint, why: state.presence.base === "inactive" ? t.presences.inactive : null, run: () => pick(conversation) };
  });
}

/** @param {CommandActs} acts @returns {Item[]} */
function placeItems({ list, details, shortcuts, alerts }) {
  const group = t.sides.go_to;
  return [
    { id: "list mine", group, label: t.my_work, hint: keyText(KEYS.mine), run: () => list("mine") },
    { id: "list open", group, label: t.open_items, hint: keyText(KEYS.open), run: () => list("open") },
    { id: "list closed", group, label: t.closed, hint: keyText(KEYS.closed), run: () => list("closed") },
    { id: "details", group, label: t.details, run: details },
    { id: "shortcuts", group, label: t.shortcuts, hint: keyText(KEYS.help), run: shortcuts },
    { id: "alerts", group, label: t.alerts, run: alerts },
  ];
}

/** @param {AgentState} state @param {CommandActs} acts @returns {Item[]} */
function presenceItems(state, { presence }) {
  const choices = choicesOf(state).filter(({ chosen_by_system }) => !chosen_by_system);
  return choices.map(({ id, text, base }) => ({ id: `presence ${id}`, group: t.presence, label: text, base, why: id === state.presence.id ? t.sides.is_now : null, run: () => presence(id) }));
}

/** @param {CommandActs} acts @returns {Item[]} */
function displayItems({ display }) {
  const now = callboardDisplay.read();
  const names = /** @type {(keyof typeof now)[]} */ (Object.keys(now));
  return names.flatMap((name) => callboardDisplay.CHOICES[name].map((value) => ({
    id: `display ${name} ${value}`,
    group: ui.display,
    label: `${ui.display_choices[name]}: ${/** @type {Record<string, Record<string, string>>} */ (ui.display_values)[name][value]}`,
    why: now[name] === value ? t.sides.is_now : null,
    run: () => display(name, value),
  })));
}

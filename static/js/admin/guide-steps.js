/* Owns how the steps of the guide are shown: what each is for, whether it is done, and the way to do it. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { admin } from "../strings.en.js";
import { createCombo } from "../ui/combo.js";
import { hrefOf } from "../ui/route.js";
import { STEPS } from "./guide-state.js";

/** @typedef {import("./guide-state.js").Progress} Progress */
/** @typedef {import("./guide-state.js").Resource} Resource */
/** @typedef {import("./guide-state.js").StepId} StepId */

/** Where what a step asks for is made. @type {Partial<Record<StepId, string[]>>} */
const MADE_AT = { agent: ["agents", "+"], queue: ["queues", "+"], stream: ["flow", "work-stream"], channel: ["flow", "channel"] };

/**
 * @param {object} options
 * @param {(agent: string) => void} options.onDesk opens the desk of an agent
 * @param {(progress: Progress) => string} options.chatState how far the conversation has come, in words
 * @param {boolean} options.mayAct else it only shows how far things have come
 */
export function createGuideSteps({ onDesk, chatState, mayAct }) {
  const agent = createCombo({ label: admin.desk_of, options: [] });
  const desk = h("button", { type: "button", onclick: () => agent.value && onDesk(agent.value) }, admin.open_desk);
  const again = h("p", { class: "muted", role: "status" });
  const channel = createCombo({ label: admin.chat_of, options: [], onPick: () => point() });
  const chat = h("a", { target: "_blank", rel: "noopener", text: admin.open_chat });
  /** @type {Partial<Record<StepId, (Node|null)[]>>} */
  const own = { desk: [h("div", { class: "guide-acts" }, agent.el, desk), again], chat: [h("div", { class: "guide-acts" }, channel.el, chat)] };
  const steps = STEPS.map((id, i) => createStep(id, i + 1, own[id] ?? []));
  const el = h("ol", { class: "guide-steps" }, ...steps.map((step) => step.el));

  function point() {
    setAttr(chat, "href", `/chat?channel=${encodeURIComponent(channel.value ?? "")}`);
  }

  return {
    el,
    focusDesk: () => desk.focus(),
    /** The link for those whose browser opened no tab. @param {string} href */
    opened(href) {
      again.replaceChildren(`${admin.desk_opened} `, h("a", { href, target: "_blank", rel: "noopener", text: admin.desk_again }));
    },
    /** @param {Progress} progress */
    update(progress) {
      choices(agent, progress.agents);
      choices(channel, progress.channels);
      setShown(agent.el, progress.agents.length > 1);
      setShown(channel.el, progress.channels.length > 1);
      point();
      const at = progress.current === null ? STEPS.length : STEPS.indexOf(progress.current);
      const set = progress.steps.slice(0, 4).every(({ done }) => done);
      setAttr(desk, "class", progress.current === "chat" || progress.current === null ? "button" : "button primary");
      setAttr(chat, "class", progress.current === "chat" ? "button primary" : "button");
      progress.steps.forEach(({ id, done }, i) => steps[i].update({ done, current: i === at, may: mayAct && ((id !== "desk" && id !== "chat") || set), state: stateOf(id, progress, chatState) }));
    },
  };
}

/** The same choice as before, where it is still there, else the first. @param {ReturnType<typeof createCombo>} combo @param {readonly Resource[]} resources */
function choices(combo, resources) {
  const ids = resources.map(({ id, name }) => `${id} ${name}`).join("\n");
  if (combo.el.dataset.ids === ids) return;
  combo.el.dataset.ids = ids;
  if (!resources.some(({ id }) => id === combo.value)) combo.value = resources[0]?.id ?? null;
  combo.update(resources.map(({ id, name }) => ({ value: id, label: name ?? id, hint: id })));
}

/** What is there, in words. @param {StepId} id @param {Progress} progress @param {(progress: Progress) => string} chatState */
function stateOf(id, progress, chatState) {
  if (id === "agent") return progress.agents.length > 0 ? admin.agents_there(progress.agents.length) : "";
  if (id === "desk") return progress.ready ? admin.desk_ready(progress.ready.name ?? progress.ready.id) : "";
  if (id === "stream") return listed(progress.streams);
  if (id === "channel") return listed(progress.channels);
  return id === "chat" ? chatState(progress) : "";
}

/** The names of the first few. @param {readonly Resource[]} resources */
function listed(resources) {
  return resources.slice(0, 3).map(({ id, name }) => name ?? id).join(", ");
}

/** @param {StepId} id @param {number} number @param {(Node|null)[]} own */
function createStep(id, number, own) {
  const words = /** @type {{title: string, help: string, act?: string}} */ (admin.guide_steps[id]);
  const mark = h("span", { class: "guide-mark", "aria-hidden": "true" });
  const state = h("p", { class: "guide-state", role: id === "chat" ? "status" : null });
  const said = h("span", { class: "sr-only" });
  const at = MADE_AT[id];
  const link = at ? h("a", { class: "button", href: hrefOf(at), text: words.act ?? "" }) : null;
  const acts = h("div", { class: "guide-body" }, link, ...own);
  const el = h("li", { class: "guide-step" }, mark, h("div", { class: "guide-text" }, h("h3", {}, words.title, said), h("p", { class: "muted", text: words.help }), state, acts));
  let shown = "";
  return {
    el,
    /** @param {{done: boolean, current: boolean, may: boolean, state: string}} now */
    update({ done, current, may, state: text }) {
      const look = done ? "done" : "todo";
      if (look !== shown) mark.replaceChildren(done ? icon("accept") : String(number));
      shown = look;
      setAttr(el, "data-state", done ? "done" : current ? "current" : "todo");
      setAttr(el, "aria-current", current ? "step" : null);
      setText(said, done ? ` (${admin.step_done})` : "");
      setText(state, text);
      setShown(state, text !== "");
      setShown(acts, may && (current || own.length > 0 || !done));
    },
  };
}

/*
 * Owns what a supervisor does in one conversation: the row of acts, watching and joining, and the field to write into it. Which act there is
 * follows from the conversation's state; taking part needs the token of an agent resource.
 */

import { h, icon, setShown, setText } from "../lib/dom.js";
import { story } from "../strings.en.js";
import { createActs, problemText } from "./acts.js";
import { createWatch } from "./watch.js";

/** @typedef {import("./story.js").Context} Context */
/** @typedef {import("../types.js").Conversation} Conversation */

/** @param {Context} context @param {string} id @param {{onNews: () => void, onLive: () => void, onDone: () => void}} ports */
export function createPart(context, id, { onNews, onLive, onDone }) {
  const { api, token, names, toaster } = context;
  const acts = createActs(context);
  /** @type {ReturnType<typeof createWatch>|null} */
  let watch = null;
  /** @type {string|null} */
  let me = null;
  /** @type {Conversation|null} */
  let conversation = null;
  let live = false;
  let holds = false;

  const failed = (/** @type {unknown} */ error) => toaster.tell(problemText(error, names), "assertive");
  const known = (/** @type {(one: Conversation) => Promise<void>} */ act) => () => void (conversation && act(conversation).then(draw));
  const attempt = (/** @type {() => Promise<unknown>|undefined} */ run) => () => void acts.tried(async () => await run()).then(() => (draw(), onDone()));
  const buttons = {
    watch: button(story.watch, "details", attempt(() => watch?.watch())),
    unwatch: button(story.unwatch, "decline", attempt(() => watch?.unwatch())),
    join: button(story.join, "person", attempt(() => watch?.join())),
    leave: button(story.leave, "leave", attempt(() => watch?.leave())),
    take: button(story.take_over, "accept", known((one) => acts.takeOver(one, () => /** @type {NonNullable<typeof watch>} */ (watch).take(one.state), onDone))),
    assign: button(story.assign, "person", known((one) => acts.assign(one, onDone))),
    transfer: button(story.transfer, "transfer", known((one) => acts.transfer(one, onDone))),
    close: button(story.close, "end", known((one) => acts.close(one, onDone)), "danger"),
  };
  const desk = h("button", { type: "button", class: "button small", text: story.open_desk, onclick: () => void open(`/agent#token=${encodeURIComponent(token)}`, "_blank", "noopener") });
  const note = h("p", { class: "part-note", role: "status" });
  const composer = createWriter((text, visibility) => acts.tried(async () => {
    await watch?.write(text, visibility);
    onDone();
  }));
  const el = h("div", { class: "part" }, h("div", { class: "part-acts", role: "group", "aria-label": story.acts }, ...Object.values(buttons), desk), note);

  async function begin() {
    const found = await api.get("/v1/me").catch(() => null);
    me = found?.value?.agent_id ?? null;
    if (me) {
      watch = createWatch({
        api, token, conversation_id: id, me, onNews, onFailed: failed,
        onLive: (on) => {
          live = on;
          draw();
          onLive();
        },
        onOffer: () => toaster.tell(story.own_offer, "assertive", { label: story.open_desk, run: () => desk.click() }),
        onSignedIn: () => toaster.tell(story.signed_in),
      });
    }
    draw();
  }

  /** What this agent is in it, as the server says. */
  function follow() {
    if (!conversation || !watch) return;
    const there = /** @type {{agent_id: string, state: string}[]} */ (/** @type {any} */ (conversation).participants ?? []);
    const active = conversation.state === "active";
    holds = active && conversation.agent_id === me;
    const joined = holds || (active && there.some(({ agent_id, state }) => agent_id === me && state === "joined"));
    if (joined && watch.part !== "joined") void watch.resume().catch(failed);
    if (!active && watch.part === "watching") watch.stop();
  }

  function draw() {
    const state = conversation?.state;
    const part = watch?.part ?? "off";
    const active = state === "active";
    setShown(buttons.watch, Boolean(me) && active && part === "off");
    setShown(buttons.unwatch, active && part === "watching");
    setShown(buttons.join, Boolean(me) && active && part !== "joined");
    setShown(buttons.leave, active && part === "joined" && !holds);
    setShown(buttons.take, Boolean(me) && (active || state === "open") && !holds);
    setShown(buttons.assign, state === "open");
    setShown(buttons.transfer, active || state === "open");
    setShown(buttons.close, state !== undefined && state !== "closed");
    setShown(desk, holds);
    setShown(composer.el, active && part === "joined");
    const text = !active ? "" : holds ? story.taken_over : part === "joined" ? story.joined : part === "watching" ? story.watching : me ? "" : story.cannot_watch;
    setText(note, text);
    setShown(note, text !== "");
  }

  const begun = begin();
  return {
    el,
    composer: composer.el,
    get live() {
      return live;
    },
    /** @param {Conversation} next */
    update(next) {
      conversation = next;
      void begun.then(() => {
        follow();
        draw();
      });
      draw();
    },
    stop() {
      watch?.stop();
    },
  };
}

/** @param {string} label @param {import("../lib/dom.js").IconName} name @param {() => void} onclick @param {string} [kind] */
function button(label, name, onclick, kind = "") {
  return h("button", { type: "button", class: `button small ${kind}`, hidden: true, onclick }, icon(name), label);
}

/** The field to write into the conversation. @param {(text: string, visibility: import("../types.js").Visibility) => Promise<boolean>} send */
function createWriter(send) {
  const box = h("textarea", { rows: 2, "aria-label": story.write, placeholder: story.write });
  const kinds = h("select", { "aria-label": story.kind_of_message }, h("option", { value: "internal", text: story.to_agents }), h("option", { value: "public", text: story.to_customer }));
  const el = h("form", { class: "writer", hidden: true, onsubmit: (/** @type {Event} */ event) => void submit(event) }, box, h("div", { class: "writer-line" }, kinds, h("button", { type: "submit", class: "button primary" }, icon("send"), story.send)));
  kinds.addEventListener("change", () => (el.dataset.kind = kinds.value));
  el.dataset.kind = "internal";
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    el.requestSubmit();
  });

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return box.focus();
    box.value = "";
    if (!(await send(text, /** @type {"internal"} */ (kinds.value)))) box.value = [text, box.value].filter(Boolean).join("\n");
  }

  return { el };
}

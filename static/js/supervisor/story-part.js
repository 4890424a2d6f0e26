/*
 * Owns what a supervisor does in one conversation: the row of acts, watching and joining. Which act there is follows from the
 * conversation's state; taking part needs the token of an agent resource.
 */

import { h, icon, setShown, setText } from "../lib/dom.js";
import { story } from "../strings.en.js";
import { createActs, isStopped, problemText } from "./acts.js";
import { createWriter } from "./story-writer.js";
import { createWatch } from "./watch.js";

/** @typedef {import("./story.js").Context} Context */
/** @typedef {import("../types.js").Conversation} Conversation */

/** @param {Context} context @param {string} id @param {{onNews: () => void, onLive: () => void, onDone: () => void}} ports */
export function createPart(context, id, { onNews, onLive, onDone }) {
  const { api, token, names, toaster } = context;
  const acts = createActs(context);
  /** @type {ReturnType<typeof createWatch>|null} */
  let watch = null;
  /** The agent whose token this is; null for a token of nobody, undefined until the server has said. @type {string|null|undefined} */
  let me;
  /** @type {Conversation|null} */
  let conversation = null;
  let live = false;
  let holds = false;
  /** It was said to watch: also when the conversation comes to another agent. */
  let wanted = false;
  let rewatching = false;
  /** The server has said that this agent takes part. */
  let took_part = false;
  let stopped = false;
  let signed_in = false;

  const failed = (/** @type {unknown} */ error) => toaster.tell(problemText(error, names), "assertive");
  const known = (/** @type {(one: Conversation) => Promise<void>} */ act) => () => void (conversation && act(conversation).then(draw));
  const attempt = (/** @type {() => Promise<unknown>|undefined} */ run) => () => void acts.tried(async () => await run()).then(() => (draw(), onDone()));
  const buttons = {
    watch: button(story.watch, "details", attempt(async () => {
      await watch?.watch();
      wanted = true;
    })),
    unwatch: button(story.unwatch, "decline", attempt(() => {
      wanted = false;
      return watch?.unwatch();
    })),
    join: button(story.join, "person", attempt(() => watch?.join())),
    leave: button(story.leave, "leave", attempt(async () => {
      await watch?.leave();
      wanted = true;
    })),
    take: button(story.take_over, "accept", known((one) => acts.takeOver(one, () => /** @type {NonNullable<typeof watch>} */ (watch).take(one.state), onDone))),
    assign: button(story.assign, "person", known((one) => acts.assign(one, onDone))),
    transfer: button(story.transfer, "transfer", known((one) => acts.transfer(one, onDone))),
    close: button(story.close, "end", known((one) => acts.close(one, onDone)), "danger"),
  };
  const desk = h("button", { type: "button", class: "button small", text: story.open_desk, onclick: () => void open(`/agent#token=${encodeURIComponent(token)}`, "_blank", "noopener") });
  const note = h("p", { class: "part-note", role: "status" });
  const writer = createWriter(id, (text, visibility) => acts.tried(async () => {
    await watch?.write(text, visibility);
    onDone();
  }));
  const el = h("div", { class: "part" }, h("div", { class: "part-acts", role: "group", "aria-label": story.acts }, ...Object.values(buttons), desk), note);

  /** Finds out who this is, once; without an answer it is asked again with the next news. */
  async function begin() {
    if (me !== undefined) return;
    const { value } = await api.get("/v1/me");
    if (me !== undefined) return;
    /** @type {string|null} */
    const agent_id = value.agent_id ?? null;
    me = agent_id;
    if (agent_id === null) return;
    watch = createWatch({
      api, token, conversation_id: id, me: agent_id, onNews, onFailed: failed,
      onLive: (on) => {
        live = on;
        draw();
        onLive();
      },
      onOffer: () => toaster.tell(story.own_offer, "assertive", { label: story.open_desk, run: () => desk.click() }),
      onSignedIn: () => (signed_in = true),
    });
  }

  /** What this agent is in it, as the server says. */
  function follow() {
    if (!conversation || !watch || stopped) return;
    const there = /** @type {{agent_id: string, state: string}[]} */ (/** @type {any} */ (conversation).participants ?? []);
    const active = conversation.state === "active";
    holds = active && conversation.agent_id === me;
    const joined = holds || (active && there.some(({ agent_id, state }) => agent_id === me && state === "joined"));
    if (joined && watch.part !== "joined") void watch.resume().catch(failed);
    if (took_part && !joined && watch.part === "joined") watch.dropped();
    took_part = joined;
    if (!active && watch.part === "watching") watch.stop();
    if (active && wanted && watch.part === "off" && !rewatching) void rewatch(watch);
  }

  /** Goes on watching what comes to an agent again. @param {ReturnType<typeof createWatch>} watch */
  async function rewatch(watch) {
    rewatching = true;
    try {
      await watch.watch();
    } catch (error) {
      wanted = false;
      if (!isStopped(error)) failed(error);
    }
    rewatching = false;
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
    if (conversation && me !== undefined) writer.update(active && part === "joined", active && me !== null);
    const text = !active ? "" : holds ? story.taken_over : part === "joined" ? story.joined : part === "watching" ? story.watching : me === null ? story.cannot_watch : "";
    setText(note, part === "off" || !signed_in ? text : `${text} ${story.signed_in}`);
    setShown(note, text !== "");
  }

  return {
    el,
    writer: [writer.left, writer.el],
    get live() {
      return live;
    },
    /** @param {Conversation} next */
    update(next) {
      conversation = next;
      const look = () => (follow(), draw());
      void begin().then(look, draw);
      draw();
    },
    stop() {
      stopped = true;
      watch?.stop();
    },
  };
}

/** @param {string} label @param {import("../lib/dom.js").IconName} name @param {() => void} onclick @param {string} [kind] */
function button(label, name, onclick, kind = "") {
  return h("button", { type: "button", class: `button small ${kind}`, hidden: true, onclick }, icon(name), label);
}

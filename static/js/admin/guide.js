/*
 * Owns the guide for the first day: from an empty installation to a real screen pop. It looks at what is there every few seconds, so that
 * a step is done when it is done, wherever it was done.
 */

import { RequestError } from "../lib/client.js";
import { h, setShown, setText } from "../lib/dom.js";
import { admin, forms } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { hrefOf } from "../ui/route.js";
import { messageOf } from "./editor-save.js";
import { exampleOf, madeAt, progressOf } from "./guide-state.js";
import { createGuideSteps } from "./guide-steps.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./guide-state.js").Progress} Progress */

const EVERY_MS = 1500;
const SHIFT_SECONDS = 8 * 3600;
const SINCE = "callboard.guide.since";

/** @param {Context["api"]} api @param {Context} context */
export function createGuide(api, context) {
  const { names, toaster } = context;
  const mayAct = context.role === "admin";
  const heading = h("h2", { tabindex: -1, text: admin.guide_title });
  const steps = createGuideSteps({ onDesk: (id) => void openDesk(id), chatState: (progress) => chatState(progress, names), mayAct });
  const example = h("button", { type: "button", class: "button primary", text: admin.make_example, onclick: () => void makeExample() });
  const offer = h("div", { class: "notice guide-offer" }, h("p", { text: admin.example_help }), example);
  const done = doneNode();
  const status = createStatus();
  const el = h("div", { class: "admin-page guide" }, h("div", { class: "admin-head" }, h("div", { class: "admin-title" }, heading, h("p", { class: "form-lead", text: mayAct ? admin.guide_lead : admin.guide_look }))), status.el, offer, steps.el, done.el);
  /** @type {Progress|null} */
  let progress = null;
  let stopped = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;

  async function look() {
    clearTimeout(timer);
    try {
      const [, conversations] = await Promise.all([names.reload("agents"), api.get(`/v1/conversations?limit=200&from=${encodeURIComponent(since())}`)]);
      if (stopped) return;
      show(conversations.value.items);
      status.none();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      if (progress === null) status.failed(messageOf(problem), () => void look());
    }
    if (!stopped) timer = setTimeout(() => void look(), EVERY_MS);
  }

  /** @param {import("./guide-state.js").Resource[]} conversations */
  function show(conversations) {
    const was = progress?.accepted ?? false;
    progress = progressOf({ agents: names.items("agents"), queues: names.items("queues"), streams: names.items("work-streams"), channels: names.items("channels"), conversations });
    steps.update(progress);
    setShown(offer, mayAct && ["agent", "stream", "channel"].some((id) => progress?.steps.some((step) => step.id === id && !step.done)));
    setShown(done.el, progress.accepted);
    const by = names.label("agents", conversations.find(({ agent_id }) => agent_id)?.agent_id ?? "");
    if (!progress.accepted || was) return;
    done.say(by);
    done.el.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} id of the agent */
  async function openDesk(id) {
    await told(async () => {
      const { value } = await api.post(`/v1/agents/${encodeURIComponent(id)}/tokens`, { ttl_seconds: SHIFT_SECONDS });
      sessionStorage.setItem(SINCE, madeAt(value.expires_at, SHIFT_SECONDS));
      const href = `/agent#token=${encodeURIComponent(value.token)}`;
      open(href, "_blank", "noopener");
      steps.opened(href);
    });
  }

  async function makeExample() {
    await told(async () => {
      if (!progress) return;
      for (const { path, value } of exampleOf(progress, names.items("work-streams"), { agent: admin.example_agent, chat: admin.example_chat })) await api.create(path, value);
    });
    await names.reload();
    await look();
    if (progress?.current === "desk") steps.focusDesk();
  }

  /** @param {() => Promise<void>} work */
  async function told(work) {
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      toaster.tell(messageOf(problem), "assertive");
    }
  }

  setShown(offer, false);
  setShown(done.el, false);
  status.loading();
  void look();
  return {
    el,
    focus: () => heading.focus(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** From when on conversations count: the desk was opened here, or the guide. */
function since() {
  const kept = sessionStorage.getItem(SINCE);
  if (kept) return kept;
  const now = new Date(Date.now() - 60_000).toISOString();
  sessionStorage.setItem(SINCE, now);
  return now;
}

/** @param {Progress} progress @param {Context["names"]} names */
function chatState({ conversation, accepted }, names) {
  if (accepted) return admin.chat_accepted;
  if (!conversation) return "";
  if (conversation.offer) return admin.chat_offered(names.label("agents", conversation.offer.agent_id));
  return admin.chat_waits(names.label("queues", conversation.queue_id));
}

/** What stands at the end. */
function doneNode() {
  const title = h("h3", { text: admin.guide_done });
  const text = h("p", {});
  const next = [["flow", "work-stream", forms.collections["work-streams"].title], ["agents", "", forms.collections.agents.title], ["keys", "", forms.places.keys], ["settings", "", forms.collections.settings.title]];
  const links = next.map(([place, part, label]) => h("a", { href: hrefOf([place, part].filter(Boolean)), text: label }));
  const el = h("div", { class: "notice guide-done", "data-kind": "ok", role: "status" }, h("div", {}, title, text, h("p", { class: "act-links" }, h("span", { text: admin.guide_next }), ...links)));
  return { el, say: (/** @type {string} */ agent) => setText(text, admin.guide_done_by(agent)) };
}

/* Owns the dialogs by which a supervisor steps in: assign, transfer, take over, force close. Says in words why something could not be done. */

import { wordOf } from "../lib/explain.js";
import { h, setShown, setText } from "../lib/dom.js";
import { confirm, openDialog } from "../ui/dialog.js";
import { comboField, selectField, textField } from "../ui/fields.js";
import { story, ui } from "../strings.en.js";
import { compareNames } from "./board-format.js";
import { presenceText } from "./board-rows.js";
import { optionsOf } from "./story-query.js";

/** @typedef {import("./story.js").Context} Context */
/** @typedef {import("../types.js").Conversation} Conversation */
/** @typedef {{value: string, label: string, hint?: string}} Option */

const MAX_AGENTS = 20_000;

/** @param {string} id @param {string} act */
const path = (id, act) => `/v1/conversations/${encodeURIComponent(id)}/${act}`;

/**
 * Each act gives what was done in words, or null where it was given up; it throws nothing.
 * @param {Context} context
 */
export function createActs({ api, names, toaster }) {
  /**
   * Does it; gives whether it was done. What is wrong is told where the person looks.
   * @param {() => Promise<unknown>} run @param {HTMLElement} [error] in the dialog
   */
  async function tried(run, error) {
    try {
      await run();
      return true;
    } catch (problem) {
      // Who left meanwhile is told nothing.
      if (isStopped(problem)) return false;
      const text = problemText(problem, names);
      if (error) setText(error, text);
      else toaster.tell(text, "assertive");
      return false;
    }
  }

  /** @param {string} text @param {() => void} done */
  function tell(text, done) {
    toaster.tell(text);
    done();
  }

  return {
    /** @param {Conversation} conversation @param {() => void} done */
    async assign(conversation, done) {
      const people = await agentOptions(api, names);
      const agent = comboField({ name: "agent_id", label: story.agent, help: story.assign_help, options: people, required: true });
      const warning = h("p", { class: "warning-line", role: "status", hidden: true });
      const error = h("p", { class: "field-error", role: "alert" });
      agent.el.addEventListener("change", () => {
        agent.error(null);
        const words = warningFor(people.find(({ value }) => value === agent.get()), conversation.capacity_units ?? 1);
        setText(warning, words);
        setShown(warning, words !== "");
      });
      await openDialog({
        title: story.assign_title,
        body: h("div", { class: "dialog-fields" }, agent.el, warning, error),
        actions: [{ id: "no", label: story.cancel }, { id: "yes", label: story.assign, kind: "primary" }],
        onAction: (id) => {
          if (id === "no") return true;
          const chosen = agent.get();
          agent.error(chosen ? null : story.choose_agent);
          if (!chosen) return false;
          return tried(async () => {
            await api.post(path(conversation.id, "assign"), { agent_id: chosen });
            tell(story.assigned(names.of("agents", chosen)), done);
          }, error);
        },
      });
    },

    /** @param {Conversation} conversation @param {() => void} done */
    async transfer(conversation, done) {
      const people = await agentOptions(api, names, conversation.state === "active" ? conversation.agent_id : null);
      const queues = optionsOf(names, "queues").filter(({ value }) => value !== conversation.queue_id);
      const kind = selectField({ name: "kind", label: story.transfer_to, help: story.transfer_help, options: [{ value: "queue", label: story.to_a_queue }, { value: "agent", label: story.to_an_agent }] });
      const queue = comboField({ name: "queue_id", label: story.queue, options: queues, required: true });
      const agent = comboField({ name: "agent_id", label: story.agent, options: people, required: true });
      const error = h("p", { class: "field-error", role: "alert" });
      const show = () => {
        setShown(queue.el, kind.get() === "queue");
        setShown(agent.el, kind.get() === "agent");
      };
      kind.el.addEventListener("change", show);
      show();
      await openDialog({
        title: story.transfer_title,
        body: h("div", { class: "dialog-fields" }, kind.el, queue.el, agent.el, error),
        actions: [{ id: "no", label: story.cancel }, { id: "yes", label: story.transfer, kind: "primary" }],
        onAction: (id) => {
          if (id === "no") return true;
          const field = kind.get() === "queue" ? queue : agent;
          const chosen = field.get();
          field.error(chosen ? null : story.choose_target);
          if (!chosen) return false;
          return tried(async () => {
            await api.post(path(conversation.id, "transfer"), kind.get() === "queue" ? { queue_id: chosen } : { agent_id: chosen });
            tell(story.transferred(names.of(kind.get() === "queue" ? "queues" : "agents", chosen)), done);
          }, error);
        },
      });
    },

    /** @param {Conversation} conversation @param {() => void} done */
    async close(conversation, done) {
      const reason = textField({ name: "reason", label: story.close_reason, help: story.close_reason_help, max: 200 });
      const error = h("p", { class: "field-error", role: "alert" });
      await openDialog({
        title: story.close_title,
        body: h("div", { class: "dialog-fields" }, h("p", { text: story.close_text }), reason.el, error),
        actions: [{ id: "no", label: story.cancel }, { id: "yes", label: story.close, kind: "danger" }],
        onAction: (id) => {
          if (id === "no") return true;
          const text = reason.get().trim();
          return tried(async () => {
            await api.post(path(conversation.id, "close"), text ? { reason: text } : {});
            tell(story.closed, done);
          }, error);
        },
      });
    },

    /** @param {Conversation} conversation @param {() => Promise<void>} take @param {() => void} done */
    async takeOver(conversation, take, done) {
      const holder = conversation.state === "active" ? names.of("agents", conversation.agent_id) : "";
      if (!(await confirm({ title: story.take_over_title, text: story.take_over_text(holder), action: story.take_over }))) return;
      await tried(async () => {
        await take();
        done();
      });
    },

    tried,
  };
}

/** Everybody but one, those with most capacity first, as they are now. @param {Context["api"]} api @param {Context["names"]} names @param {string|null} [but] @returns {Promise<(Option & {free: number, total: number, connected: boolean})[]>} */
async function agentOptions(api, names, but = null) {
  const read = await api.list("/v1/agents", MAX_AGENTS).catch(() => ({ value: Object.values(names.resources?.agents ?? {}) }));
  const options = read.value.filter((/** @type {{id: string}} */ { id }) => id !== but).map((/** @type {any} */ { id, name, capacity, runtime }) => {
    const free = Math.max(0, runtime?.capacity_free ?? capacity ?? 0);
    const connected = runtime?.connected ?? false;
    const presence = presenceText(names, runtime?.presence ?? "offline");
    return { value: id, label: name ?? id, hint: connected ? story.agent_free(free, capacity ?? 0, presence) : story.not_connected, free, total: capacity ?? 0, connected };
  });
  return options.sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.connected) - Number(a.connected) || b.free - a.free || compareNames(a.label, b.label));
}

/** What speaks against this agent; empty where nothing does. @param {Option & {free: number, connected: boolean}|undefined} agent @param {number} units */
function warningFor(agent, units) {
  if (!agent) return "";
  if (!agent.connected) return story.agent_away(agent.label);
  return agent.free < units ? story.over_capacity(agent.label, agent.free, units) : "";
}

/** Whether it ended because the page itself let go. @param {unknown} error */
export function isStopped(error) {
  return /** @type {{problem?: import("../lib/client.js").Problem}} */ (error)?.problem?.code === "stopped";
}

/** Why something could not be done, in words. @param {unknown} error @param {{of: (kind: any, id: string|null|undefined) => string}} names */
export function problemText(error, names) {
  const problem = /** @type {{problem?: import("../lib/client.js").Problem}} */ (error)?.problem;
  if (!problem) return story.failed;
  // Without a status it is the page that has no connection; with one, an agent.
  if (problem.code === "not_connected" && !problem.status) return ui.unreachable;
  const known = Object.hasOwn(story.problems, problem.code);
  if (problem.current_state && !known) {
    return story.done_meanwhile(wordOf(story.state_words, problem.current_state), problem.agent_id ? names.of("agents", problem.agent_id) : "");
  }
  return known ? wordOf(story.problems, problem.code) : problem.errors?.map(({ message }) => message).join("; ") || problem.detail || problem.title || story.failed;
}

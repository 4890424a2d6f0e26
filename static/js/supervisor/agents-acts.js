/*
 * Owns what a supervisor does to an agent: sets its presence, resets its missed offers. A presence in which it gets no work is asked
 * about first, when it was getting some.
 */

import { RequestError } from "../lib/client.js";
import { own } from "../lib/own.js";
import { supervisor as words } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { go } from "../ui/route.js";
import { presenceText } from "./board-rows.js";

/** @typedef {import("./board-rows.js").AgentRow} AgentRow */

const WORKING = new Set(["available", "busy"]);

/** @param {import("./main.js").Context} context */
export function createAgentActs({ api, names, toaster }) {
  /** @param {AgentRow} row @param {string} presence @param {string} done */
  async function put({ id, name }, presence, done) {
    try {
      await api.put(`/v1/agents/${encodeURIComponent(id)}/presence`, { presence }, null);
      toaster.tell(done);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      toaster.tell(actProblem(error.problem, name), "assertive");
    }
  }

  /** @param {AgentRow} row @param {import("./state-names.js").PresenceChoice} choice */
  async function setPresence(row, { id, base }) {
    const text = presenceText(names, id);
    const takes_out = WORKING.has(row.now.base_presence) && !WORKING.has(base);
    const question = { title: words.take_out_title(row.name, text), text: words.take_out(row.name, text, onDesk(row.now)), action: words.take_out_action(text) };
    if (takes_out && !(await confirm(question))) return;
    await put(row, id, words.presence_set(row.name, text));
  }

  return {
    /** What can be done to an agent, for its menu. @param {AgentRow} row @returns {import("../ui/menu.js").MenuItem[]} */
    items(row) {
      const inactive = row.now.base_presence === "inactive";
      const there = row.now.connected || inactive;
      const presence = own(names.resources.agents, row.id)?.default_presence ?? "available";
      const reset = { id: "reset", label: words.reset_missed, hint: words.reset_hint, onPick: () => void put(row, presence, words.reset_done(row.name)) };
      const choices = names.choices.map((choice) => ({
        id: `presence-${choice.id}`, group: words.set_presence, label: presenceText(names, choice.id), checked: row.now.presence === choice.id, disabled: !there,
        hint: there ? undefined : words.not_connected_hint, onPick: () => void setPresence(row, choice),
      }));
      return [
        { id: "open", label: words.open_agent, onPick: () => go(["agents", row.id]) },
        { id: "intervals", label: words.intervals_of, onPick: () => go(["intervals", "agents", row.id]) },
        ...(inactive ? [reset] : []),
        ...choices,
      ];
    },
  };
}

/** Conversations that an agent holds. @param {import("./state.js").Manned} now */
export function onDesk({ active, wrap_up, waiting_for_customer }) {
  return active + wrap_up + waiting_for_customer;
}

/** @param {import("../lib/client.js").Problem} problem @param {string} name */
function actProblem(problem, name) {
  if (problem.code === "not_connected" && problem.status === 409) return words.agent_not_connected(name);
  return words.problems[problem.code] ?? problem.detail ?? problem.title ?? words.problems.unknown;
}

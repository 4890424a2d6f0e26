/* Owns deciding a conversation again under today's configuration: what it brought along, simulated now. Nothing changes. */

import { h, setShown, setText } from "../lib/dom.js";
import { story } from "../strings.en.js";
import { problemText } from "./acts.js";
import { createSteps } from "./decision.js";

/** @typedef {import("../types.js").Conversation} Conversation */

/**
 * What `simulate` is asked for it: what it brought along, without what classification wrote, which it writes again. Pure.
 * @param {Conversation} conversation @param {import("../lib/story-entries.js").StoryEvent[]} events
 */
export function bodyOf({ channel_id, customer, context }, events) {
  const written = events.filter(({ data }) => data.classified).at(-1)?.data.classified;
  const given = Object.entries(context ?? {}).filter(([name]) => !Object.hasOwn(written?.variables ?? {}, name));
  const ids = new Set((written?.skills ?? []).map((/** @type {{skill_id: string}} */ { skill_id }) => skill_id));
  const skills = (events[0]?.data.skills ?? []).filter((/** @type {{skill_id: string}} */ { skill_id }) => !ids.has(skill_id));
  const known = Object.entries(customer ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { channel_id, context: Object.fromEntries(given), ...(skills.length ? { skills } : {}), ...(known.length ? { customer: Object.fromEntries(known) } : {}) };
}

/** @param {import("./story.js").Context} context */
export function createAgain({ api, names }) {
  /** @type {Conversation|null} */
  let conversation = null;
  /** @type {import("../lib/story-entries.js").StoryEvent[]} */
  let events = [];
  const button = h("button", { type: "button", class: "button small wide", text: story.again_today, onclick: () => void run() });
  const heading = h("h3", { text: story.again_title, hidden: true });
  const error = h("p", { class: "field-error", role: "alert" });
  const result = h("div", { class: "again-result" });
  const el = h("div", { class: "again" }, button, error, heading, result);

  async function run() {
    if (!conversation) return;
    setText(error, "");
    try {
      const { value } = await api.post("/v1/routing/simulate", bodyOf(conversation, events));
      result.replaceChildren(createSteps(value, names, { units: conversation.capacity_units, work_stream_id: conversation.work_stream_id }));
    } catch (problem) {
      result.replaceChildren();
      setText(error, `${story.simulate_failed} ${problemText(problem, names)}`);
    }
    setShown(heading, result.childElementCount > 0);
  }

  return {
    el,
    /** @param {Conversation} next @param {import("../lib/story-entries.js").StoryEvent[]} all */
    update(next, all) {
      conversation = next;
      events = all;
    },
  };
}

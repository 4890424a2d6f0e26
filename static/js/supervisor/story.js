/*
 * Owns the supervisor's view of conversations: the list at `#/conversations`, one at `#/conversations/ID`. Which of them stands is the
 * address's; each stops what it began when another comes.
 */

import { h } from "../lib/dom.js";
import { createStoryList } from "./story-list.js";
import { createStoryOne } from "./story-one.js";

/** @typedef {ReturnType<typeof import("../ui/api.js").createApi>} Api */
/** @typedef {ReturnType<typeof import("../ui/toaster.js").createToaster>} Toaster */

/**
 * What the page gives its views. `names` knows queues, agents and work streams by id.
 * @typedef {object} Context
 * @property {Api} api
 * @property {string} token
 * @property {string} role
 * @property {import("../lib/explain.js").Names} names
 * @property {unknown} [board]
 * @property {Toaster} toaster
 * @property {() => void} [renamed] the story is called otherwise now
 */

/** @param {Api} api @param {Omit<Context, "api">} context */
export function createStoryView(api, context) {
  const all = { ...context, api };
  const el = h("div", { class: "story-view" });
  const list = createStoryList(all);
  /** @type {ReturnType<typeof createStoryOne>|null} */
  let one = null;

  let version = 0;
  let known = namesOf();

  /** What the names are, to see whether a reading changed any. */
  function namesOf() {
    const { queues, agents, work_streams } = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (context.names));
    return JSON.stringify([queues, agents, work_streams]);
  }

  function stopOne() {
    one?.stop();
    one = null;
  }

  return {
    el,
    /** @param {string[]} parts of the address, `["conversations", id?]` or without the first */
    show(parts) {
      const [id] = parts[0] === "conversations" ? parts.slice(1) : parts;
      if (!id) {
        stopOne();
        el.replaceChildren(list.el);
        list.show();
        return;
      }
      if (one?.id === id && one.el.isConnected) return;
      stopOne();
      list.stop();
      one = createStoryOne(all, id);
      el.replaceChildren(one.el);
      one.show();
    },
    title: () => one?.title ?? "",
    /** The board, or the names, changed; only names matter here. */
    update() {
      if (version === (context.names.version ?? 0)) return;
      version = context.names.version ?? 0;
      list.choices();
      const now = namesOf();
      if (now === known) return;
      known = now;
      list.renamed();
      one?.renamed();
    },
    stop() {
      stopOne();
      list.stop();
    },
  };
}

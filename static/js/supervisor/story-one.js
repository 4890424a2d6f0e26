/*
 * Owns one conversation: its facts, its story, and stepping in. What happens is asked for event by event: at once when the watched
 * conversation says that there is something, else every few seconds, and it says which.
 */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { createStatus } from "../ui/status.js";
import { hrefOf } from "../ui/route.js";
import { story, supervisor as words } from "../strings.en.js";
import { problemText } from "./acts.js";
import { stateOf } from "./board-conversations.js";
import { createPart } from "./story-part.js";
import { createFacts } from "./story-facts.js";
import { createAgain } from "./simulate-again.js";
import { nameOf } from "./story-list.js";
import { entriesOf } from "../lib/story-entries.js";
import { createTimeline } from "./story-timeline.js";

/** @typedef {import("./story.js").Context} Context */
/** @typedef {import("../types.js").Conversation} Conversation */

const EVERY_MS = 3_000;
const SOON_MS = 60;
/** Closer to the end than this counts as at the end. */
const NEAR_END_PX = 120;
const SHOWS = /** @type {const} */ (["all", "messages", "decisions"]);

/** @param {Context} context @param {string} id */
export function createStoryOne(context, id) {
  const { api, names } = context;
  const path = `/v1/conversations/${encodeURIComponent(id)}`;
  const status = createStatus();
  const heading = h("h2", { tabindex: -1, text: story.story });
  const chip = h("span", { class: "chip" });
  const mode = h("p", { class: "live-mode", role: "status" });
  const back = h("a", { class: "button small", href: hrefOf(["conversations"]) }, icon("back"), story.back);
  const timeline = createTimeline({ names, label: story.story });
  const facts = createFacts(context);
  const again = createAgain(context);
  const part = createPart(context, id, { onNews: () => soon(), onLive: () => drawMode(), onDone: () => soon() });
  const filter = createShownFilter((shown) => draw(shown));
  const main = h("div", { class: "story-main" }, h("div", { class: "story-toolbar" }, filter.el, mode), timeline.el, ...part.writer);
  const body = h("div", { class: "story-body", hidden: true }, part.el, h("div", { class: "story-columns" }, main, h("aside", { class: "story-side", "aria-label": story.facts }, facts.el, again.el)));
  const el = h("section", { class: "story-one" }, h("div", { class: "view-head" }, back, heading, chip), status.el, body);

  /** @type {Conversation|null} */
  let conversation = null;
  /** @type {import("../lib/story-entries.js").StoryEvent[]} */
  let events = [];
  /** @type {import("../lib/explain.js").Decision[]} */
  let decisions = [];
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let pulling = false;
  let again_soon = false;
  let stopped = false;
  let missing = false;

  /** @param {number} ms */
  function plan(ms) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => (document.hidden ? plan(EVERY_MS) : void pull()), ms);
  }

  function soon() {
    if (pulling) again_soon = true;
    else plan(SOON_MS);
  }

  async function pull() {
    pulling = true;
    try {
      const after = events.at(-1)?.seq ?? 0;
      const [{ value }, news] = await Promise.all([api.get(path), api.list(`${path}/events?after=${after}`, 10_000)]);
      if (stopped) return;
      const changed = news.value.length > 0;
      if (changed || !conversation) decisions = (await api.list(`${path}/decisions`, 1000)).value;
      if (stopped) return;
      if (changed || conversation?.version !== value.version) {
        conversation = value;
        events = [...events, ...news.value.filter((/** @type {{seq: number}} */ { seq }) => seq > after)];
        draw();
      }
      status.none();
      setShown(body, true);
    } catch (error) {
      if (stopped) return;
      failed(error);
      if (missing) return;
    } finally {
      pulling = false;
    }
    const over = conversation?.state === "closed";
    if (again_soon) plan(SOON_MS);
    else if (!over || status.el.dataset.kind === "failed") plan(EVERY_MS);
    again_soon = false;
    drawMode();
  }

  /** @param {unknown} error */
  function failed(error) {
    const code = /** @type {any} */ (error)?.problem?.status;
    missing = code === 404;
    if (missing) status.empty(story.not_found, story.not_found_help);
    else status.failed(`${story.story_failed} ${problemText(error, names)}`, () => void pull());
  }

  /** @param {typeof SHOWS[number]} [shown] */
  function draw(shown = filter.shown) {
    if (!conversation) return;
    const title = story.story_of(nameOf(conversation));
    if (heading.textContent !== title) {
      setText(heading, title);
      context.renamed?.();
    }
    setText(chip, words.states[stateOf(conversation)]);
    setAttr(chip, "data-state", conversation.state);
    const follow = part.live && isAtEnd();
    timeline.update(entriesOf(events, decisions, names), shown, { units: conversation.capacity_units, work_stream_id: conversation.work_stream_id });
    facts.update(conversation, events);
    again.update(conversation, events);
    part.update(conversation);
    drawMode();
    if (follow) scroller()?.scrollTo({ top: scroller()?.scrollHeight });
  }

  const scroller = () => el.closest(".shell-main");

  /** Who watches at the end of the story stays there. */
  function isAtEnd() {
    const box = scroller();
    return box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
  }

  function drawMode() {
    const over = conversation?.state === "closed";
    const text = over ? story.finished : part.live ? story.live : story.not_live(EVERY_MS / 1000);
    setText(mode, text);
    setAttr(mode, "data-live", String(!over && part.live));
  }

  return {
    el,
    id,
    /** Of the window; empty until it is known who the customer is. */
    get title() {
      return conversation ? heading.textContent ?? "" : "";
    },
    show() {
      status.loading();
      void pull().then(() => heading.focus({ preventScroll: true }));
    },
    /** Names came, or changed: what is drawn with them is drawn again. */
    renamed() {
      timeline.clear();
      draw();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      part.stop();
    },
  };
}

/** Which entries are shown. @param {(shown: typeof SHOWS[number]) => void} onChange */
function createShownFilter(onChange) {
  /** @type {typeof SHOWS[number]} */
  let shown = "all";
  const buttons = SHOWS.map((id) => h("button", { type: "button", class: "segment", "aria-pressed": String(id === shown), text: story.shows[id], onclick: () => choose(id) }));

  /** @param {typeof SHOWS[number]} id */
  function choose(id) {
    shown = id;
    SHOWS.forEach((one, i) => setAttr(buttons[i], "aria-pressed", String(one === id)));
    onChange(id);
  }

  return { el: h("div", { class: "segments", role: "group", "aria-label": story.show }, ...buttons), get shown() { return shown; } };
}

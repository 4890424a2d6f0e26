/*
 * Owns the frame of a flow: its steps as a list, one shown at a time, back and forth without loss, what is wrong at its step and said
 * at the top. What stands in a step is the flow's.
 */

import { h, reconcile, setAttr, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";

/** @typedef {{pointer: string, message: string, focus?: () => void}} Problem */
/**
 * @typedef {object} Step
 * @property {string} id
 * @property {() => string} label
 * @property {HTMLElement} el
 * @property {() => boolean} [isThere] false where it does not apply
 * @property {() => void} [enter] it is shown
 * @property {() => Problem[]} check what the page itself sees; shown at its fields
 * @property {(map: Record<string, string>) => Problem[]} place shows the server's errors that are its own
 */

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.lead
 * @param {Step[]} options.steps
 * @param {string} options.done label of the last step's button
 * @param {() => Promise<void>} options.onDone
 * @param {() => void} options.onCancel
 * @param {Node} [options.notice] stands over every step
 */
export function createSteps({ title, lead, steps, done, onDone, onCancel, notice }) {
  const nav = h("ol", { class: "flow-steps" });
  const heading = h("h3", { tabindex: -1, class: "flow-step-title" });
  const wrong = h("div", { class: "flow-wrong", role: "alert", hidden: true });
  const place = h("div", { class: "flow-step" });
  const back = h("button", { type: "button", class: "button", text: rules.back, onclick: () => go(at - 1) });
  const next = h("button", { type: "button", class: "button primary", onclick: () => void forward() });
  const cancel = h("button", { type: "button", class: "button", text: rules.start_over, onclick: () => void startOver() });
  const el = h("div", { class: "flow" }, h("h2", { class: "flow-title", text: title }), h("p", { class: "muted", text: lead }),
    h("nav", { "aria-label": rules.steps }, nav), notice ?? null, heading, wrong, place, h("div", { class: "flow-foot" }, back, next, h("div", { class: "spacer" }), cancel));
  let at = 0;
  let reached = 0;
  /** @type {Map<string, number>} */
  const counts = new Map();
  const there = () => steps.filter((step) => step.isThere?.() ?? true);

  function drawNav() {
    reconcile(nav, there(), (step) => step.id, () => h("li", {}, h("button", { type: "button", class: "flow-step-button" })), (item, step) => {
      const i = there().indexOf(step);
      const button = /** @type {HTMLButtonElement} */ (item.firstElementChild);
      const count = counts.get(step.id) ?? 0;
      const number = h("span", { class: "flow-step-number", "aria-hidden": "true", text: String(i + 1) });
      button.replaceChildren(number, h("span", { text: step.label() }), ...(count > 0 ? [h("span", { class: "flow-step-count", text: rules.things_wrong(count) })] : []));
      button.onclick = () => go(i);
      button.disabled = i > reached;
      setAttr(button, "aria-current", i === at ? "step" : null);
      setAttr(button, "data-state", count > 0 ? "wrong" : i < at ? "done" : null);
    });
  }

  function drawHead() {
    const list = there();
    setText(heading, rules.step_title(at + 1, list.length, list[at].label()));
    setShown(back, at > 0);
    setText(next, at === list.length - 1 ? done : rules.next);
    drawNav();
  }

  /** @param {number} to @param {boolean} [quiet] leaves the focus where it is */
  function go(to, quiet = false) {
    const list = there();
    at = Math.max(0, Math.min(list.length - 1, to));
    reached = Math.max(reached, at);
    const step = list[at];
    place.replaceChildren(step.el);
    setShown(wrong, false);
    drawHead();
    step.enter?.();
    if (!quiet) heading.focus();
  }

  /** @param {readonly Problem[]} problems */
  function say(problems) {
    wrong.replaceChildren(h("p", { class: "flow-wrong-title", text: rules.things_wrong(problems.length) }), h("ul", {}, ...problems.map(({ message, focus }) => (
      h("li", {}, focus ? h("button", { type: "button", class: "link-button", text: message, onclick: focus }) : h("span", { text: message }))))));
    setShown(wrong, problems.length > 0);
    (problems.find(({ focus }) => focus)?.focus ?? (() => {}))();
  }

  async function forward() {
    const list = there();
    // The last step looks at all of them: one may have been jumped over.
    const last = at === list.length - 1;
    for (const step of last ? list : [list[at]]) {
      const problems = step.check();
      counts.set(step.id, problems.length);
      if (problems.length === 0) continue;
      if (last) go(list.indexOf(step), true);
      drawNav();
      return say(problems);
    }
    drawNav();
    if (at < list.length - 1) return go(at + 1);
    if (next.getAttribute("aria-disabled")) return;
    setAttr(next, "aria-disabled", "true");
    try {
      await onDone();
    } finally {
      setAttr(next, "aria-disabled", null);
    }
  }

  /** What is written is kept through reloads, and thrown away only when somebody says so. */
  async function startOver() {
    if (await confirm({ title: rules.start_over_title, text: rules.start_over_text, action: rules.start_over, danger: true })) onCancel();
  }

  go(0, true);
  return {
    el, go,
    focus: () => heading.focus(),
    /** The steps that apply have changed. */
    refresh: drawHead,
    /**
     * Shows the server's errors at their steps, and the first of these; what no step has is said as it is.
     * @param {Record<string, string>} map by pointer @param {string} [message] where there is no pointer at all
     */
    errors(map, message) {
      const list = there();
      const placed = list.map((step) => step.place(map));
      list.forEach((step, i) => counts.set(step.id, placed[i].length));
      const first = placed.findIndex((problems) => problems.length > 0);
      if (first >= 0) go(first, true);
      drawNav();
      const known = new Set(placed.flat().map(({ pointer }) => pointer));
      const rest = Object.entries(map).filter(([pointer]) => !known.has(pointer)).map(([pointer, text]) => ({ pointer, message: pointer ? `${pointer}: ${text}` : text }));
      const problems = [...(first >= 0 ? placed[first] : []), ...rest];
      say(problems.length > 0 || !message ? problems : [{ pointer: "", message }]);
    },
  };
}

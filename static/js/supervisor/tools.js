/* Owns the supervisor's tools at `#/tools`: simulating a decision, and asking what if. Each is its own tab and address. */

import { h } from "../lib/dom.js";
import { go } from "../ui/route.js";
import { createTabs } from "../ui/tabs.js";
import { story } from "../strings.en.js";
import { createSimulate } from "./simulate.js";
import { createWhatIf } from "./whatif.js";

/** @typedef {import("./story.js").Api} Api */
/** @typedef {import("./story.js").Context} Context */

/** @param {Api} api @param {Omit<Context, "api">} context */
export function createTools(api, context) {
  const all = { ...context, api };
  const simulate = createSimulate(all);
  const whatif = createWhatIf(all);
  const tabs = createTabs({
    label: story.tools,
    tabs: [{ id: "simulate", label: story.simulate, panel: simulate.el }, { id: "whatif", label: story.whatif, panel: whatif.el }],
    onSelect: (id) => go(["tools", id]),
  });
  const el = h("section", { class: "tools-view", "aria-label": story.tools }, h("div", { class: "page-head" }, h("h2", { text: story.tools })), tabs.el);
  return {
    el,
    /** @param {string[]} parts of the address, `["tools", tab?]` or without the first */
    show(parts) {
      const [tab] = parts[0] === "tools" ? parts.slice(1) : parts;
      tabs.select(tab === "whatif" ? "whatif" : "simulate");
      void simulate.begin();
      void whatif.begin();
    },
    /** Nothing runs by itself here. */
    stop() {},
  };
}

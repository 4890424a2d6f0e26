/*
 * Owns the flows' places: `#/flow/work-stream`, `#/flow/channel` (with `/{work stream}` to begin with one), `#/flow/rules/{id}`. One is
 * shown at a time, and stopped when another is.
 */

import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { hrefOf } from "../ui/route.js";
import { createChannelFlow } from "./flow-channel.js";
import { channelMade, streamMade } from "./flow-next.js";
import { createWorkStreamFlow } from "./flow-work-stream.js";
import { createRulesPage } from "./rules-page.js";

/** @typedef {import("./shell-names.js").Names} Names */
/** @typedef {{names: Names, role: string, tell: (text: string, how?: "polite"|"assertive") => void}} FlowContext */
/** @typedef {{el: HTMLElement, focus?: () => void, stop?: () => void, isDirty?: () => boolean}} Shown */

/**
 * @param {import("./warnings.js").Api} api
 * @param {{names: Names, role: string, toaster: {tell: (text: string, how?: "polite"|"assertive") => void}}} page
 */
export function createFlow(api, { names, role, toaster }) {
  const el = h("div", { class: "admin-page flow-page" });
  /** @type {FlowContext} */
  const context = { names, role, tell: (text, how) => toaster.tell(text, how) };
  /** @type {Shown|null} */
  let shown = null;

  /** @param {Shown} next */
  function put(next) {
    shown?.stop?.();
    shown = next;
    el.replaceChildren(next.el);
    next.focus?.();
    el.closest("main")?.scrollTo(0, 0);
  }

  /** @param {string[]} parts after `flow` */
  function show(parts) {
    const [what, id] = parts;
    const onCancel = () => show(parts);
    if (role !== "admin" && (what === "work-stream" || what === "channel")) put(needsAdmin(what));
    else if (what === "work-stream") put(createWorkStreamFlow(api, context, { onMade: (made, value) => put(streamMade(made, value)), onCancel }));
    else if (what === "channel") put(createChannelFlow(api, context, { stream: id, onMade: (made, channel) => put(channelMade(made, channel, location.origin)), onCancel }));
    else if (what === "rules" && id) put(createRulesPage(api, context, id));
    else put({ el: h("ul", { class: "flow-next" }, ...["work-stream", "channel"].map((one) => h("li", {}, h("a", { href: hrefOf(["flow", one]), text: rules.flows[/** @type {"channel"} */ (one)] })))) });
  }

  return { el, focus: () => shown?.focus?.(), show, stop: () => shown?.stop?.(), isDirty: () => shown?.isDirty?.() ?? false };
}

/** What stands where a flow would, for who cannot save it. @param {"work-stream"|"channel"} what @returns {Shown} */
function needsAdmin(what) {
  const heading = h("h2", { tabindex: -1, class: "flow-title", text: what === "channel" ? rules.new_channel : rules.new_stream });
  const list = h("a", { href: hrefOf([`${what}s`]), text: rules.to_list });
  return { el: h("div", { class: "flow" }, heading, h("p", { class: "admin-note", text: rules.needs_admin }), h("p", {}, list)), focus: () => heading.focus() };
}

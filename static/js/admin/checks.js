/* Owns the page `#/checks`: every warning of every work stream in one list, with the way to where it can be put right. */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { warningItems } from "./warnings-list.js";

/** @typedef {import("./warnings-list.js").Stream} Stream */

/** @param {import("./warnings.js").Api} api */
export function createChecks(api) {
  const status = createStatus();
  const list = h("div", { class: "checks-list" });
  const heading = h("h2", { tabindex: -1, class: "flow-title", text: rules.checks_title });
  const again = h("button", { type: "button", class: "button", text: rules.check_again, onclick: () => void load() });
  const el = h("div", { class: "flow checks" }, h("div", { class: "flow-head" }, heading, again), h("p", { class: "muted", text: rules.checks_lead }), status.el, list);

  async function load() {
    if (list.childElementCount === 0) status.loading();
    try {
      const { value } = await api.list("/v1/work-streams", 5000);
      const odd = /** @type {Stream[]} */ (value).filter(({ warnings }) => warnings && warnings.length > 0);
      list.replaceChildren(...odd.map(streamNode));
      if (odd.length === 0) status.empty(rules.checks_none, rules.checks_none_help(value.length));
      else status.none();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      list.replaceChildren();
      status.failed(problem.message, () => void load());
    }
  }

  return {
    el,
    show() {
      void load();
      heading.focus();
    },
    stop() {},
  };
}

/** @param {Stream} stream */
function streamNode(stream) {
  return h("section", { class: "checks-stream" }, h("h3", { text: stream.name }), h("ul", {}, ...warningItems(stream)));
}

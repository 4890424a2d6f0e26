/* Owns the page `#/checks`: every warning of every work stream in one list, with the way to where it can be put right. */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { hrefOf } from "../ui/route.js";
import { warningText } from "./warnings-words.js";

/** @typedef {{field: string, code: string, message: string}} Warning */
/** @typedef {{id: string, name: string, warnings?: Warning[], [member: string]: any}} Stream */

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
  const items = (stream.warnings ?? []).map((warning) => h("li", { class: "checks-item" },
    h("a", { href: hrefOf(whereOf(stream.id, warning.field)), text: placeText(stream, warning.field) }),
    h("span", { text: warningText(warning, namesAt(stream, warning.field)) })));
  return h("section", { class: "checks-stream" }, h("h3", { text: stream.name }), h("ul", {}, ...items));
}

/** Where a warning's field can be changed: rules on their page, all else in the form. Pure. @param {string} id @param {string} field */
export function whereOf(id, field) {
  const part = field.split("/")[1];
  return ["routing_rules", "classification", "skill_rules"].includes(part) ? ["flow", "rules", id] : ["work-streams", id];
}

/** What the field is, in words: the rule's name, or the setting. Pure. @param {Stream} stream @param {string} field */
export function placeText(stream, field) {
  const [, part, first, , second] = field.split("/");
  if (part === "routing_rules" || part === "skill_rules") return rules.rule(stream[part]?.[Number(first)]?.name ?? String(Number(first) + 1));
  if (part === "classification") return rules.rule_in_set(stream.classification?.[Number(first)]?.name ?? "", stream.classification?.[Number(first)]?.rules?.[Number(second)]?.name ?? "");
  return /** @type {Record<string, string>} */ (rules.parts_of)[part] ?? part;
}

/** Names of the rules of the list in which a field stands. Pure. @param {Stream} stream @param {string} field @returns {string[]} */
export function namesAt(stream, field) {
  const [, part, first] = field.split("/");
  const list = part === "classification" ? stream.classification?.[Number(first)]?.rules : stream[part];
  return Array.isArray(list) ? list.map(({ name }) => name) : [];
}

/* Owns the editor of where a rule routes: a queue, an agent, or percentages over queues, whose sum stands beside them. */

import { h, icon, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { createCombo } from "../ui/combo.js";
import { evened, routeKind, sumOf, withRouteKind, withShare } from "./rules-state.js";

/** @typedef {import("./rules-state.js").Route} Route */
/** @typedef {import("./rules-state.js").Share} Share */
/** @typedef {import("./conditions-value.js").Names} Names */

const KINDS = /** @type {const} */ (["queue", "agent", "split"]);

/**
 * @param {{route: Route, names: Names, onChange: (route: Route) => void}} options
 */
export function createRouteEditor({ route: given, names, onChange }) {
  let route = given;
  const kind = h("select", { "aria-label": rules.route_kind, "data-spot": "route/kind" }, ...KINDS.map((one) => h("option", { value: one, text: rules.route_kinds[one] })));
  const targets = h("div", { class: "rule-targets" });
  const sum = h("p", { class: "rule-sum" });
  const even = h("button", { type: "button", class: "button small", text: rules.even_out, onclick: () => redraw({ split: evened(route.split ?? []) }) });
  const foot = h("div", { class: "rule-split-foot" }, sum, even);
  const el = h("div", { class: "rule-route", role: "group", "aria-label": rules.then }, h("span", { class: "rule-then", text: rules.then }), kind, targets, foot);
  kind.addEventListener("change", () => redraw(withRouteKind(route, /** @type {typeof KINDS[number]} */ (kind.value))));

  /** @param {Route} next */
  function change(next) {
    route = next;
    showSum();
    onChange(next);
  }

  /** @param {Route} next */
  function redraw(next) {
    change(next);
    draw();
  }

  function draw() {
    const now = routeKind(route);
    kind.value = now;
    setShown(foot, now === "split");
    targets.className = now === "split" ? "rule-targets split" : "rule-targets";
    if (now === "agent") targets.replaceChildren(pick(names.options("agents"), rules.agent, route.agent_id ?? "", "route/agent_id", (agent_id) => change({ agent_id })));
    else if (now === "queue") targets.replaceChildren(pick(names.options("queues"), rules.queue, route.queue_id ?? "", "route/queue_id", (queue_id) => change({ queue_id })));
    else targets.replaceChildren(...(route.split ?? []).map(shareRow), addShare());
    showSum();
  }

  function showSum() {
    const total = sumOf(route.split ?? []);
    setText(sum, total === 100 ? rules.sum_right : rules.sum_wrong(total));
    sum.classList.toggle("wrong", total !== 100);
  }

  /** @param {Share} share @param {number} at */
  function shareRow(share, at) {
    const with_ = (/** @type {Partial<Share>} */ part) => ({ split: (route.split ?? []).map((one, i) => (i === at ? { ...one, ...part } : one)) });
    const percent = h("input", { type: "number", min: 0, max: 100, step: 1, inputmode: "numeric", "aria-label": rules.percent, "data-spot": `route/split/${at}/percent` });
    percent.value = String(share.percent);
    percent.addEventListener("input", () => change(with_({ percent: Math.round(Number(percent.value)) || 0 })));
    const remove = h("button", { type: "button", class: "icon-button", "aria-label": rules.remove_share(at + 1), title: rules.remove_share(at + 1), disabled: (route.split ?? []).length <= 1,
      onclick: () => redraw({ split: (route.split ?? []).filter((_, i) => i !== at) }) }, icon("trash"));
    return h("div", { class: "rule-share", role: "group", "aria-label": rules.share(at + 1) },
      h("div", { class: "with-unit" }, percent, h("span", { class: "unit", text: "%" })),
      pick(names.options("queues"), rules.queue, share.queue_id, `route/split/${at}/queue_id`, (queue_id) => change(with_({ queue_id }))), remove);
  }

  function addShare() {
    return h("button", { type: "button", class: "button small", onclick: () => {
      redraw({ split: withShare(route.split ?? []) });
      const inputs = targets.querySelectorAll("input[type=number]");
      /** @type {HTMLElement|undefined} */ (inputs[inputs.length - 1])?.focus();
    } }, icon("plus"), rules.add_share);
  }

  draw();
  return {
    el,
    /** @param {Route} next */
    set(next) {
      route = next;
      draw();
    },
    refresh: draw,
  };
}

/**
 * @param {import("../ui/combo.js").Option[]} options @param {string} label @param {string} value @param {string} spot @param {(id: string) => void} onPick
 */
export function pick(options, label, value, spot, onPick) {
  const known = value === "" || options.some((option) => option.value === value);
  const all = known ? options : [...options, { value, label: value, hint: rules.gone }];
  const combo = createCombo({ label, options: all, value: value || null, placeholder: label, onPick: (picked) => picked !== null && onPick(picked) });
  combo.input.setAttribute("data-spot", spot);
  return combo.el;
}

/* Owns the page of one saved work stream's rules, `#/flow/rules/{id}`: classification, routing, skills, tried beside them, then saved. */

import { RequestError } from "../lib/client.js";
import { h, setAttr, setText } from "../lib/dom.js";
import { forms, rules } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { hrefOf } from "../ui/route.js";
import { settleConflict } from "./editor-conflict.js";
import { workStreams } from "./fields/work-streams.js";
import { same } from "./form-pointer.js";
import { createRuleBench } from "./rules-bench.js";
import { errorsOf } from "./warnings.js";

const PARTS = /** @type {const} */ (["classification", "routing_rules", "skill_rules"]);

/** @typedef {import("./flow.js").FlowContext} FlowContext */
/** @typedef {import("./warnings.js").Api} Api */
/** @typedef {Record<string, any>} Stream */

/** @param {Api} api @param {FlowContext} context @param {string} id */
export function createRulesPage(api, context, id) {
  const status = createStatus();
  const el = h("div", { class: "flow rules-page" }, status.el);
  /** @type {ReturnType<typeof createRules>|null} */
  let shown = null;
  let stopped = false;

  async function load() {
    status.loading();
    try {
      const found = await api.get(pathOf(id));
      if (stopped) return;
      status.none();
      shown = createRules(api, context, id, found);
      el.replaceChildren(status.el, shown.el);
      shown.focus();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      const gone = problem.problem.status === 404;
      status.failed(gone ? rules.no_stream(id) : problem.message, gone ? undefined : () => void load());
    }
  }

  void load();
  return {
    el,
    isDirty: () => shown?.isDirty() ?? false,
    focus: () => shown?.focus(),
    stop() {
      stopped = true;
      shown?.stop();
    },
  };
}

/** The rules of a work stream that was read, and their save. @param {Api} api @param {FlowContext} context @param {string} id @param {import("../ui/api.js").Answer} found */
function createRules(api, { names, role, tell }, id, found) {
  const { warnings = [], ...value } = /** @type {Stream} */ (found.value);
  const mayAct = role === "admin";
  let { etag } = found;
  /** The rules as they are saved. @type {Stream} */
  let base = rulesOf(value);
  let dirty = false;
  const said = h("p", { class: "flow-said", role: "status", text: mayAct ? "" : rules.look_only });
  const save = h("button", { type: "button", class: "button primary", text: rules.save, onclick: () => void put() });
  const bench = createRuleBench({ api, names, parts: PARTS, stream: () => ({ id, saved: true, value }), value, warnings: mayAct ? null : warnings, onChange: () => {
    dirty = mayAct;
    if (dirty) setText(said, rules.unsaved);
  } });
  const heading = h("h2", { tabindex: -1, class: "flow-title", text: rules.rules_title(value.name) });
  const lead = h("p", { class: "muted" }, rules.rules_lead, " ", h("a", { href: hrefOf(["work-streams", id]), text: rules.all_settings }));
  const el = h("div", { class: "flow" }, heading, lead, bench.el, h("div", { class: "flow-foot" }, mayAct ? save : null, said));

  async function put() {
    const missing = bench.check();
    bench.errors(errorsOf(missing.map(({ pointer, message }) => ({ field: pointer, message }))));
    if (missing.length > 0) return setText(said, rules.things_wrong(missing.length));
    if (save.getAttribute("aria-disabled")) return;
    setAttr(save, "aria-disabled", "true");
    try {
      await send();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      if (problem.problem.status === 412) await settle();
      else refused(problem);
    } finally {
      setAttr(save, "aria-disabled", null);
    }
  }

  async function send() {
    const answer = await api.patch(pathOf(id), bench.get(), etag);
    etag = answer.etag;
    base = rulesOf(answer.value);
    dirty = false;
    setText(said, rules.saved_stream(value.name));
    await names.refresh("work-streams");
  }

  /** @param {RequestError} problem */
  function refused({ problem, message }) {
    const wrong = errorsOf(problem.errors ?? []);
    const rest = bench.errors(wrong).map((pointer) => wrong[pointer]);
    const count = Object.keys(wrong).length;
    setText(said, problem.status === 404 ? forms.gone_meanwhile : rest.join(" ") || (count > 0 ? rules.things_wrong(count) : message));
  }

  /** Somebody else saved first: what they changed in the rules is laid beside one's own; what they changed elsewhere is in nobody's way. */
  async function settle() {
    try {
      const now = await api.get(pathOf(id));
      const theirs = rulesOf(now.value);
      if (same(base, theirs)) {
        ({ etag } = now);
        return await send();
      }
      const merged = await settleConflict(workStreams, names, { base, mine: bench.get(), theirs });
      if (!merged) return;
      ({ etag } = now);
      base = theirs;
      bench.set(/** @type {Stream} */ (merged));
      setText(said, rules.settled);
      tell(rules.settled);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      refused(problem);
    }
  }

  return { el, isDirty: () => dirty, focus: () => heading.focus(), stop: bench.stop };
}

/** @param {string} id */
function pathOf(id) {
  return `/v1/work-streams/${encodeURIComponent(id)}`;
}

/** @param {Stream} stream @returns {Stream} */
function rulesOf(stream) {
  return Object.fromEntries(PARTS.map((part) => [part, stream[part] ?? []]));
}

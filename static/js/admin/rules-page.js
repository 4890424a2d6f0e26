/* Owns the page of one saved work stream's rules, `#/flow/rules/{id}`: classification, routing, skills, tried beside them, then saved. */

import { RequestError } from "../lib/client.js";
import { h, setAttr, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { hrefOf } from "../ui/route.js";
import { createRuleBench } from "./rules-bench.js";
import { errorsOf } from "./warnings.js";

const PARTS = /** @type {const} */ (["classification", "routing_rules", "skill_rules"]);

/** @typedef {import("./flow.js").FlowContext} FlowContext */

/** @param {import("./warnings.js").Api} api @param {FlowContext} context @param {string} id */
export function createRulesPage(api, { names, role }, id) {
  const status = createStatus();
  const el = h("div", { class: "flow rules-page" }, status.el);
  /** @type {ReturnType<typeof createRuleBench>|null} */
  let bench = null;
  let stopped = false;
  let dirty = false;

  async function load() {
    status.loading();
    try {
      const { value, etag } = await api.get(`/v1/work-streams/${encodeURIComponent(id)}`);
      if (stopped) return;
      status.none();
      draw(value, etag);
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      status.failed(problem.problem.status === 404 ? rules.no_stream(id) : problem.message, () => void load());
    }
  }

  /** @param {Record<string, any>} stream @param {string|null} etag */
  function draw(stream, etag) {
    const { warnings: _, ...value } = stream;
    let version = etag;
    const said = h("p", { class: "flow-said", role: "status" });
    const save = h("button", { type: "button", class: "button primary", text: rules.save, onclick: () => void put() });
    const mine = (bench = createRuleBench({ api, names, parts: PARTS, stream: () => ({ id, saved: true, value }), value, onChange: () => {
      dirty = role === "admin";
      setText(said, dirty ? rules.unsaved : rules.look_only);
    } }));
    const heading = h("h2", { tabindex: -1, class: "flow-title", text: rules.rules_title(stream.name) });
    el.replaceChildren(status.el, heading, h("p", { class: "muted" }, rules.rules_lead, " ", h("a", { href: hrefOf(["work-streams", id]), text: rules.all_settings })), mine.el,
      h("div", { class: "flow-foot" }, role === "admin" ? save : null, said));
    heading.focus();

    async function put() {
      const missing = mine.check();
      mine.errors(errorsOf(missing.map(({ pointer, message }) => ({ field: pointer, message }))));
      if (missing.length > 0) return setText(said, rules.things_wrong(missing.length));
      setAttr(save, "aria-disabled", "true");
      try {
        const answer = await api.patch(`/v1/work-streams/${encodeURIComponent(id)}`, mine.get(), version);
        version = answer.etag;
        setText(said, rules.saved_stream(stream.name));
        dirty = false;
        await names.reload("work-streams");
      } catch (problem) {
        if (!(problem instanceof RequestError)) throw problem;
        const wrong = errorsOf((problem.problem.errors ?? []).map(({ field, message }) => ({ field, message })));
        const rest = mine.errors(wrong).map((pointer) => wrong[pointer]);
        setText(said, problem.problem.status === 412 ? rules.changed_meanwhile : rest.join(" ") || (Object.keys(wrong).length > 0 ? rules.things_wrong(Object.keys(wrong).length) : problem.message));
      } finally {
        setAttr(save, "aria-disabled", null);
      }
    }
  }

  void load();
  return {
    el,
    isDirty: () => dirty,
    stop() {
      stopped = true;
      bench?.stop();
    },
  };
}

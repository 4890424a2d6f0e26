/*
 * Owns import and export of the whole configuration. The document is YAML, as of `callboard export`, or JSON; the server plans it
 * before anything is changed, and applies it only onto the very configuration that the plan was made for.
 */

import { RequestError } from "../lib/client.js";
import { h, icon, setShown, setText } from "../lib/dom.js";
import { admin } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { textAreaField } from "../ui/fields.js";
import { messageOf } from "./editor-save.js";
import { YamlError } from "./yaml-flow.js";
import { findingsNode, mark, stepName, stepNodes, summaryOf, warned } from "./yaml-plan.js";
import { lineOf, readYaml } from "./yaml-read.js";
import { yamlOf } from "./yaml-write.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./yaml-state.js").Step} Step */

const PATH = "/v1/configuration";
const FILE = "callboard.yaml";

/** @param {Context["api"]} api @param {Context} context */
export function createYaml(api, context) {
  const heading = h("h2", { tabindex: -1, text: admin.transfer_title });
  const field = textAreaField({ name: "document", label: admin.document, help: admin.document_help, rows: 14 });
  const area = /** @type {HTMLTextAreaElement} */ (field.input);
  area.classList.add("code");
  area.spellcheck = false;
  area.dir = "ltr";
  const file = h("input", { type: "file", accept: ".yaml,.yml,.json", class: "sr-only", tabindex: -1, "aria-hidden": "true", onchange: () => void choose() });
  const result = h("div", { class: "import-result" });
  /** What stands there without being anybody's work: nothing, the export, what was applied. */
  let clean = "";
  const busy = h("p", { class: "form-state", role: "status" });
  /** What may be applied: the text, what it says, and the version that its plan was made for. @type {{text: string, wanted: unknown, etag: string|null, steps: Step[]}|null} */
  let planned = null;
  area.addEventListener("input", () => forget());

  function forget() {
    planned = null;
    result.replaceChildren();
    field.error(null);
  }

  async function choose() {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    area.value = await chosen.text();
    file.value = "";
    forget();
    await plan();
  }

  /** What stands there, or null, and the field says why. */
  function parsed() {
    try {
      return readYaml(area.value);
    } catch (problem) {
      if (!(problem instanceof YamlError)) throw problem;
      const line = lineOf(area.value, problem.at);
      field.error(admin.not_yaml(line, admin.yaml_reasons[problem.reason]));
      mark(area, problem.at, Math.max(problem.at + 1, area.value.indexOf("\n", problem.at)), line);
      return null;
    }
  }

  async function plan() {
    forget();
    const read = parsed();
    if (read === null) return;
    const { value: wanted, places } = read;
    setText(busy, admin.planning);
    const text = area.value;
    try {
      const [now, answer] = await Promise.all([api.get(PATH), api.put(`${PATH}?plan=true`, wanted, null)]);
      if (text !== area.value) return;
      planned = { text, wanted, etag: answer.etag, steps: answer.value.steps };
      showPlan(answer.value, now.value, wanted, places);
    } catch (problem) {
      refused(problem);
    } finally {
      setText(busy, "");
    }
  }

  /** @param {{steps: Step[], warnings: import("./warnings-words.js").Warning[]}} answer @param {unknown} before @param {unknown} after @param {import("./yaml-flow.js").Places} places */
  function showPlan({ steps, warnings }, before, after, places) {
    const title = h("h3", { tabindex: -1, text: admin.plan_title });
    const odd = warnings.length > 0 ? findingsNode(admin.warnings(warnings.length), "warn", warned(warnings, after), area, places) : null;
    const put = h("button", { type: "button", class: "button primary", text: admin.apply, onclick: () => void apply() });
    const some = steps.length > 0;
    result.replaceChildren(title, h("p", { text: some ? summaryOf(steps) : admin.plan_nothing }), ...(odd ? [odd] : []),
      ...(some ? [h("ol", { class: "acts steps" }, ...stepNodes(steps, before, after, context.names)), h("div", { class: "form-actions" }, put)] : []));
    title.focus();
    title.scrollIntoView({ block: "start" });
  }

  async function apply() {
    if (!planned || planned.text !== area.value) return;
    const { etag, steps, wanted } = planned;
    const gone = steps.filter(({ action }) => action === "delete").length;
    if (!(await confirm({ title: admin.apply_title, text: `${summaryOf(steps)} ${gone > 0 ? admin.apply_deletes(gone) : ""}`.trim(), action: admin.apply, danger: gone > 0 }))) return;
    setText(busy, admin.applying);
    try {
      const { value } = await api.put(PATH, wanted, etag);
      planned = null;
      clean = area.value;
      const title = h("h3", { tabindex: -1, text: admin.applied });
      result.replaceChildren(h("div", { class: "notice", "data-kind": "ok" }, h("div", {}, title, h("p", { text: summaryOf(value.steps) }), h("ul", { class: "steps-done" }, ...value.steps.map((/** @type {Step} */ step) => h("li", { text: admin.steps[step.action](stepName(step)) }))), h("a", { href: "#/history", text: admin.see_history }))));
      title.focus();
      await context.names.reload();
    } catch (problem) {
      refused(problem);
    } finally {
      setText(busy, "");
    }
  }

  /** @param {unknown} problem */
  function refused(problem) {
    if (!(problem instanceof RequestError)) throw problem;
    planned = null;
    const findings = problem.problem.errors ?? [];
    const moved = problem.problem.status === 412;
    const node = findings.length > 0 ? findingsNode(admin.refused(findings.length), "bad", findings, area, readYaml(area.value).places)
      : h("div", { class: "notice", "data-kind": "bad", role: "alert" }, h("p", { text: moved ? admin.changed_meanwhile : messageOf(problem) }));
    result.replaceChildren(node);
  }

  const importer = h("section", { class: "form-section", "aria-label": admin.import_title },
    h("h3", { class: "form-heading", text: admin.import_title }), h("p", { class: "form-lead", text: admin.import_lead }), file, field.el,
    h("div", { class: "form-actions" },
      h("button", { type: "button", class: "button", onclick: () => file.click() }, icon("upload"), admin.choose_file),
      h("button", { type: "button", class: "button primary", text: admin.show_plan, onclick: () => void plan() }), busy),
    result);
  setShown(importer, context.role === "admin");
  const el = h("div", { class: "admin-page tools" }, h("div", { class: "admin-head" }, h("div", { class: "admin-title" }, heading, h("p", { class: "form-lead", text: context.role === "admin" ? admin.transfer_lead : admin.admin_only }))), exporter(api, context, (text) => {
    area.value = clean = text;
    forget();
    area.focus();
    area.setSelectionRange(0, 0);
  }), importer);
  return { el, focus: () => heading.focus(), isDirty: () => area.value !== clean, stop() {} };
}

/** @param {Context["api"]} api @param {Context} context @param {(text: string) => void} edit */
function exporter(api, { role, toaster }, edit) {
  /** @param {(text: string) => void} use */
  const take = async (use) => {
    try {
      use(yamlOf((await api.get(PATH)).value));
    } catch (problem) {
      toaster.tell(messageOf(problem), "assertive");
    }
  };
  const el = h("section", { class: "form-section", "aria-label": admin.export_title },
    h("h3", { class: "form-heading", text: admin.export_title }), h("p", { class: "form-lead" }, admin.export_lead, " ", h("code", { text: `callboard apply ${FILE}` })),
    h("div", { class: "form-actions" },
      h("button", { type: "button", class: "button primary", onclick: () => void take(download) }, icon("download"), admin.download),
      h("button", { type: "button", class: "button", onclick: () => void take(edit) }, icon("edit"), admin.edit_here)));
  setShown(el, role === "admin");
  return el;
}

/** @param {string} text */
function download(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = h("a", { href: url, download: FILE });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

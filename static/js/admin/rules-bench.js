/*
 * Owns rules and the try-it pane side by side: rules of one work stream as they are being written, what the server says of them, and
 * what each said of the conversation that is tried.
 */

import { h, setShown } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";
import { createRuleEditor } from "./rules.js";
import { classificationVerdicts, routingVerdicts } from "./tryit-state.js";
import { createTryIt } from "./tryit.js";
import { errorsWithin, watchDraft, within } from "./warnings.js";
import { warningText } from "./warnings-words.js";

/** @typedef {"classification"|"routing_rules"|"skill_rules"} Part */
/** @typedef {{id: string|null, saved: boolean, value: Record<string, any>}} Stream the work stream but for the rules that stand here */

const KINDS = /** @type {const} */ ({ classification: "classification", routing_rules: "routing", skill_rules: "skill" });

/**
 * @param {object} options
 * @param {import("./warnings.js").Api} options.api
 * @param {import("./conditions-value.js").Names & import("./tryit.js").Names} options.names
 * @param {readonly Part[]} options.parts
 * @param {() => Stream} options.stream
 * @param {Record<string, any[]>} options.value by part
 * @param {readonly import("./warnings.js").Warning[]|null} [options.warnings] where the server would not be asked (that takes an administrator): those of what is saved
 * @param {() => void} [options.onChange]
 */
export function createRuleBench({ api, names, parts, stream, value, warnings = null, onChange }) {
  const variables = () => stream().value.context_variables ?? [];
  const editors = parts.map((part) => {
    const heading = h("h3", { id: newId("rules"), text: rules.parts[part] });
    const editor = createRuleEditor({ label: rules.parts[part], value: value[part] ?? [], variables, names, kind: KINDS[part] });
    editor.el.addEventListener("change", () => changed());
    const el = h("section", { class: "rule-part", "aria-labelledby": heading.id }, heading, h("p", { class: "muted", text: rules.parts_help[part] }), editor.el);
    return { part, editor, el };
  });
  const rest = h("ul", { class: "rule-warnings", hidden: true });
  const get = () => Object.fromEntries(editors.map(({ part, editor }) => [part, editor.get()]));
  const whole = () => {
    const { id, saved, value } = stream();
    return { id, saved, value: { ...value, ...get() } };
  };
  const tryIt = createTryIt({ api, names, draft: whole, onDecision: (decision) => showVerdicts(decision?.rules ?? null) });
  const watch = watchDraft({ api, draft: () => {
    const { id, value } = whole();
    return warnings ? null : { id: id || "draft", value };
  }, onFound: ({ warnings }) => showWarnings(warnings) });
  const el = h("div", { class: "rule-bench" }, h("div", { class: "rule-bench-main" }, ...editors.map((one) => one.el), rest), tryIt.el);

  /** @param {readonly import("./tryit-state.js").RuleVerdict[]|null} said */
  function showVerdicts(said) {
    for (const { part, editor } of editors) {
      if (part === "skill_rules") continue;
      const now = editor.get();
      editor.verdicts(!said ? [] : part === "classification" ? classificationVerdicts(said, now) : routingVerdicts(said, now.length));
    }
  }

  /** @param {readonly import("./warnings.js").Warning[]} all */
  function showWarnings(all) {
    for (const { part, editor } of editors) editor.warnings(within(`/${part}`, all));
    const others = all.filter(({ field }) => !parts.some((part) => field.startsWith(`/${part}/`)));
    rest.replaceChildren(...others.map((one) => h("li", { text: [rules.parts_of[/** @type {"x"} */ (one.field.split("/")[1])], warningText(one)].filter(Boolean).join(": ") })));
    setShown(rest, others.length > 0);
  }

  function changed() {
    watch.soon();
    tryIt.changed();
    onChange?.();
  }

  if (warnings) showWarnings(warnings);
  else watch.soon();
  return {
    el, get, changed,
    /** Other rules stand there now. @param {Record<string, any[]>} next by part */
    set(next) {
      for (const { part, editor } of editors) editor.set(next[part] ?? []);
      changed();
    },
    /** What the page itself sees, by pointer in the work stream. */
    check: () => editors.flatMap(({ part, editor }) => editor.check().map((one) => ({ ...one, pointer: `/${part}${one.pointer}` }))),
    /** Shows errors by pointer in the work stream; gives back the pointers that have no place here. @param {Record<string, string>} map */
    errors(map) {
      const own = editors.flatMap(({ part, editor }) => editor.errors(errorsWithin(`/${part}`, map)).map((pointer) => `/${part}${pointer}`));
      return [...own, ...Object.keys(map).filter((pointer) => !parts.some((part) => pointer === `/${part}` || pointer.startsWith(`/${part}/`)))];
    },
    /** Names or variables have changed. */
    refresh() {
      for (const { editor } of editors) editor.refresh();
      changed();
    },
    focus: () => editors[0].editor.focus(),
    stop() {
      watch.stop();
      tryIt.stop();
    },
  };
}

/* Owns how a screen pop of a template will look, beside its form: with sample values, drawn again at each change. */

import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";

const BRACES = /\{\{|\}\}|\{([A-Za-z0-9_.]+)\}/g;

/** @param {import("./form-types.js").Control} form */
export function createPreview(form) {
  const el = h("section", { class: "form-section", "aria-label": forms.template.preview });

  function update() {
    const { title, fields, theme, show_timer } = /** @type {{title: string|null, fields: {label: string, value: string}[]|null, theme: string, show_timer: boolean}} */ (form.get());
    const lines = (fields ?? forms.template.lines).map(({ label, value }) => ({ label, text: filled(value) })).filter(({ text }) => text);
    el.replaceChildren(
      h("h3", { class: "form-heading", text: forms.template.preview }),
      h("div", { class: "pop-sample", "data-theme": theme },
        h("div", { class: "pop-sample-head" }, h("strong", { text: filled(title ?? forms.template.sample_title) }), show_timer ? h("span", { class: "muted", text: forms.template.sample_wait }) : null),
        h("dl", { class: "fields" }, ...lines.map(({ label, text }) => h("div", {}, h("dt", { text: label }), h("dd", { text })))),
      ),
    );
  }

  update();
  return { el, update };
}

/** A text with sample values for its slugs; one that is not known is empty. @param {string} text */
function filled(text) {
  const samples = /** @type {Record<string, string>} */ (forms.template.samples);
  return text.replace(BRACES, (all, name) => (all === "{{" ? "{" : all === "}}" ? "}" : samples[name] ?? (name.startsWith("context.") ? name.slice(8) : ""))).trim();
}

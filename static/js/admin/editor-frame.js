/* Owns what stands around a form: name and id, what the server says of it, copy and delete, the bar that saves. */

import { h, setShown, setText } from "../lib/dom.js";
import { admin, forms } from "../strings.en.js";
import { go, hrefOf } from "../ui/route.js";
import { createDeliveries } from "./editor-deliveries.js";
import { factsOf } from "./editor-facts.js";
import { createIndex } from "./editor-index.js";
import { createPreview } from "./editor-preview.js";
import { createSummary } from "./form-summary.js";
import { createWebhookTools } from "./editor-webhook.js";
import { nameOf } from "./shell-names.js";
import { PARTS } from "./shell-nav.js";

/**
 * @param {import("./main.js").Context} context @param {import("./form-types.js").Collection} collection
 * @param {object} options
 * @param {string|null} options.id
 * @param {any} options.value
 * @param {import("./form-types.js").Control} options.form
 * @param {{el: HTMLElement}|null} options.ids
 * @param {boolean} options.locked
 * @param {() => void} options.onSave
 * @param {() => void} options.onDiscard
 * @param {() => void} options.onRemove
 */
export function createEditorFrame(context, collection, { id, value, form, ids, locked, onSave, onDiscard, onRemove }) {
  const words = /** @type {Record<string, {title: string, lead: string, one: string}>} */ (forms.collections)[collection.id];
  const heading = h("h2", { tabindex: -1 });
  const facts = h("div", { class: "admin-facts" });
  const summary = createSummary();
  const builtIn = Boolean(id && collection.builtIn?.includes(id));
  const note = locked ? h("p", { class: "admin-note", text: builtIn ? forms.locked_built_in : forms.locked_role }) : builtIn ? h("p", { class: "admin-note", text: forms.built_in_note }) : null;
  const fieldset = h("fieldset", { class: "form-body", "aria-label": words.one }, form.el);
  if (ids) putId(form.el, ids.el);
  fieldset.disabled = locked;
  const bar = locked ? null : createBar(onDiscard);
  const formEl = h("form", { class: "form", novalidate: true, "aria-label": words.one, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    onSave();
  } }, summary.el, fieldset, id ? toolsOf(context, collection, id) : null, bar?.el);
  const index = createIndex(form.el);
  const preview = collection.id === "notification-templates" ? createPreview(form) : null;
  const el = h(
    "div",
    { class: "admin-editor" },
    h("div", { class: "admin-head" },
      h("div", { class: "admin-title" }, collection.single ? null : h("a", { class: "admin-back", href: hrefOf([collection.id]), text: words.title }), heading, collection.single ? h("p", { class: "form-lead", text: words.lead }) : null),
      actions()),
    note, facts, preview?.el, h("div", { class: "form-beside" }, formEl, index.el),
  );

  function actions() {
    if (!id || collection.single || context.role !== "admin") return null;
    const bench = collection.id === "work-streams" && PARTS.flow ? h("a", { class: "button", href: hrefOf(["flow", "rules", id]), text: forms.rules_bench }) : null;
    const copy = collection.id === "webhooks" || collection.id === "api-keys" ? null : h("button", { type: "button", class: "button", text: forms.copy, onclick: () => go([collection.id, "+", id]) });
    const past = PARTS.history ? h("a", { class: "button", href: hrefOf(["history", collection.id, id]), text: admin.history_title }) : null;
    return h("div", { class: "form-actions" }, bench, past, copy, builtIn ? null : h("button", { type: "button", class: "button danger", text: forms.delete, onclick: onRemove }));
  }

  /** @param {any} now */
  function shown(now) {
    setText(heading, id ? (collection.single ? words.title : nameOf(collection.id, now)) : forms.new_one(words.one));
    setShown(facts, Boolean(id) && !collection.single);
    facts.replaceChildren(...(id ? factsOf(context, collection, now) : []));
    form.warn?.(now.warnings ?? []);
  }

  shown(value);
  return {
    el,
    summary,
    shown,
    focus: () => (id ? heading.focus() : (ids && collection.title === undefined ? ids.el.querySelector("input")?.focus() : form.focus())),
    /** @param {{dirty: boolean, busy: boolean}} now */
    state(now) {
      bar?.state(now);
      index.update();
      preview?.update();
    },
  };
}

/** What one does with a resource beside its form. @param {import("./main.js").Context} context @param {import("./form-types.js").Collection} collection @param {string} id */
function toolsOf(context, collection, id) {
  if (collection.id === "webhooks") return createWebhookTools(context, id);
  const provided = collection.id === "channels" && !["live_chat", "entity"].includes(context.names.get("channels", id)?.type);
  return provided ? createDeliveries(context, `/v1/channels/${encodeURIComponent(id)}`).el : null;
}

/** The id of a new one stands after its name, else first. @param {HTMLElement} form @param {HTMLElement} id */
function putId(form, id) {
  const [name] = form.querySelectorAll('[data-field="name"], [data-field="text"], [data-field="title"]');
  if (name) name.after(id);
  else form.prepend(id);
}

/** @param {() => void} onDiscard */
function createBar(onDiscard) {
  const said = h("p", { class: "form-state", role: "status" });
  const save = h("button", { type: "submit", class: "button primary", text: forms.save });
  const discard = h("button", { type: "button", class: "button", text: forms.discard, onclick: onDiscard });
  const el = h("div", { class: "form-bar" }, said, h("div", { class: "spacer" }), discard, save);
  return {
    el,
    /** @param {{dirty: boolean, busy: boolean}} now */
    state({ dirty, busy }) {
      setText(said, busy ? forms.saving : dirty ? forms.unsaved : "");
      setShown(discard, dirty);
      save.setAttribute("aria-disabled", String(busy));
    },
  };
}

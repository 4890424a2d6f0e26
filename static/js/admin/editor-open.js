/* Owns the form of one resource while it is open: what was read, what is not saved yet, and what stands around the form. */

import { forms } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { go } from "../ui/route.js";
import { askAndRemove } from "./editor-delete.js";
import { createEditorFrame } from "./editor-frame.js";
import { idField } from "./editor-id.js";
import { copyOf, editable } from "./editor-save.js";
import { createSaving } from "./editor-saving.js";
import { createForm } from "./form.js";
import { same } from "./form-pointer.js";
import { startValue } from "./form-start.js";
import { nameOf } from "./shell-names.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./form-types.js").Collection} Collection */

/**
 * What was read, at which version; what the form said when it was as it was read; whether it is being saved, and whether it was left.
 * @typedef {{base: any, etag: string|null, clean: unknown, busy: boolean, left: boolean}} State
 */

/** @param {Context} context @param {Collection} collection @param {{id: string|null, found: import("../ui/api.js").Answer|null}} start */
export function openEditor(context, collection, { id, found }) {
  const isNew = id === null;
  /** @type {State} */
  const state = { base: found?.value ?? {}, etag: isNew ? null : (found?.etag ?? null), clean: undefined, busy: false, left: false };
  const first = !isNew ? state.base : found ? copyFrom(collection, found.value) : startValue(collection.fields);
  const locked = context.role !== "admin" || Boolean(collection.locked && id && collection.builtIn?.includes(id));
  const ids = isNew ? idField(context, collection) : null;
  const form = createForm(collection, context.names, { isNew, value: first, onChange: () => changed() });
  const frame = createEditorFrame(context, collection, {
    id, value: state.base, form, ids, locked,
    onSave: () => void saving.save(),
    onDiscard: () => void discard(),
    onRemove: () => void askAndRemove(context, collection, state.base, state.etag).then((gone) => gone && leave()),
  });
  const saving = createSaving(context, collection, { id, state, form, ids, frame, onChange: () => changed() });
  const isDirty = () => !locked && (state.busy || !same(form.get(), state.clean) || Boolean(ids?.isOwn()));
  state.clean = form.get();
  changed();

  function changed() {
    ids?.follow(nameOf(collection.id, { id: "", ...form.get() }));
    if (state.clean !== undefined) frame.state({ dirty: isDirty(), busy: state.busy });
  }

  function leave() {
    state.clean = form.get();
    go([collection.id]);
  }

  async function discard() {
    if (!isDirty() || !(await confirm({ title: forms.discard_title, text: forms.discard_text, action: forms.discard, danger: true }))) return;
    form.set(isNew ? first : state.base);
    ids?.forget();
    state.clean = form.get();
    saving.showWrong([]);
    changed();
  }

  return { el: frame.el, isDirty, focus: frame.focus, stop: () => (state.left = true) };
}

/** @param {Collection} collection @param {any} value */
function copyFrom(collection, value) {
  const copy = copyOf(editable(collection, value));
  const title = collection.title?.slice(1);
  return title ? { ...copy, [title]: forms.copy_of(String(copy[title])) } : copy;
}

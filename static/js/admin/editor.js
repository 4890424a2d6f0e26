/*
 * Owns the page of one resource: it reads it, shows its form, saves it at the version that was read, and keeps what was typed whatever
 * the server answers.
 */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { confirm } from "../ui/dialog.js";
import { go } from "../ui/route.js";
import { createStatus } from "../ui/status.js";
import { settleConflict } from "./editor-conflict.js";
import { askAndRemove } from "./editor-delete.js";
import { createEditorFrame } from "./editor-frame.js";
import { idField } from "./editor-id.js";
import { body, copyOf, create, editable } from "./editor-save.js";
import { showSecret } from "./editor-secret.js";
import { createForm } from "./form.js";
import { startValue } from "./form-start.js";
import { same } from "./form-pointer.js";
import { nameOf } from "./shell-names.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./form-types.js").Collection} Collection */
/** @typedef {import("./form-types.js").Wrong} Wrong */

/**
 * `id` null makes a new one, of a copy where `from` names what is copied.
 * @param {Context} context @param {Collection} collection @param {{id: string|null, from?: string}} which
 */
export function createEditor(context, collection, { id, from }) {
  const status = createStatus();
  const el = h("div", { class: "admin-page" }, status.el);
  /** @type {ReturnType<typeof open>|null} */
  let opened = null;
  let stopped = false;

  async function load() {
    status.loading();
    try {
      const source = id ?? from;
      const found = source === undefined || source === null ? null : await context.api.get(pathOf(collection, source));
      if (stopped) return;
      opened = open(context, collection, { id, found });
      status.none();
      el.replaceChildren(opened.el);
      opened.focus();
    } catch (problem) {
      const gone = problem instanceof RequestError && problem.problem.status === 404;
      status.failed(gone ? forms.gone : messageOf(problem), gone ? undefined : () => void load());
    }
  }

  void load();
  return {
    el,
    isDirty: () => opened?.isDirty() ?? false,
    stop: () => (stopped = true),
    focus: () => opened?.focus(),
  };
}

/** @param {Collection} collection @param {string} id */
export function pathOf(collection, id) {
  return collection.single ? collection.single.path : `/v1/${collection.id}/${encodeURIComponent(id)}`;
}

/** @param {unknown} problem */
export function messageOf(problem) {
  if (problem instanceof RequestError && problem.problem.code === "not_connected") return forms.not_connected;
  return problem instanceof Error ? problem.message : forms.failed;
}

/** @param {Context} context @param {Collection} collection @param {{id: string|null, found: import("../ui/api.js").Answer|null}} start */
function open(context, collection, { id, found }) {
  const isNew = id === null;
  let base = found?.value ?? {};
  let etag = isNew ? null : (found?.etag ?? null);
  const first = !isNew ? base : found ? copyFrom(collection, found.value) : startValue(collection.fields);
  const locked = context.role !== "admin" || Boolean(collection.locked && id && collection.builtIn?.includes(id));
  const ids = isNew ? idField(context, collection) : null;
  const form = createForm(collection, context.names, { isNew, value: first, onChange: () => changed() });
  const frame = createEditorFrame(context, collection, {
    id, value: base, form, ids, locked,
    onSave: () => void save(),
    onDiscard: () => void discard(),
    onRemove: () => void askAndRemove(context, collection, base, etag).then((gone) => gone && leave()),
  });
  let clean = /** @type {unknown} */ (form.get());
  let busy = false;

  const isDirty = () => !busy && !locked && (!same(form.get(), clean) || Boolean(ids?.isOwn()));
  changed();

  function changed() {
    ids?.follow(nameOf(collection.id, { id: "", ...form.get() }));
    if (clean !== undefined) frame.state({ dirty: isDirty(), busy });
  }

  function leave() {
    clean = form.get();
    go([collection.id]);
  }

  async function discard() {
    if (!isDirty() || !(await confirm({ title: forms.discard_title, text: forms.discard_text, action: forms.discard, danger: true }))) return;
    form.set(isNew ? first : base);
    clean = form.get();
    showWrong([]);
    changed();
  }

  /** @param {readonly Wrong[]} wrong */
  function showWrong(wrong) {
    const outside = ids?.show(wrong) ?? { placed: [], rest: [...wrong] };
    const { placed, rest } = form.show(outside.rest);
    frame.summary.show([...outside.placed, ...placed], rest.map(({ pointer, message }) => (pointer ? forms.wrong_value(pointer, message) : message)));
  }

  async function save() {
    if (busy) return;
    const wrong = [...(ids?.check() ?? []), ...form.check()];
    showWrong(wrong);
    if (wrong.length) return;
    busy = true;
    frame.state({ dirty: true, busy });
    try {
      await saved(await send());
    } catch (problem) {
      busy = false;
      changed();
      await refused(problem);
    } finally {
      busy = false;
      changed();
    }
  }

  function send() {
    const value = body(collection, base, form.get());
    if (ids) return create(context.token, pathOf(collection, ids.get()), value);
    return collection.single ? context.api.patch(collection.single.path, value, etag) : context.api.put(pathOf(collection, String(id)), value, etag);
  }

  /** @param {import("../ui/api.js").Answer} answer */
  async function saved(answer) {
    const { secret, token, ...shown } = answer.value;
    base = shown;
    etag = answer.etag;
    form.set(base);
    clean = form.get();
    frame.shown(base);
    await context.names.reload(collection.id);
    context.toaster.tell(forms.saved(collection.single ? titleOf(collection) : nameOf(collection.id, base)));
    await showSecret({ secret, token });
    if (isNew) go([collection.id, String(base.id)]);
  }

  /** @param {unknown} problem */
  async function refused(problem) {
    const { status, errors } = /** @type {{status?: number, errors?: {field: string, message: string}[]}} */ (problem instanceof RequestError ? problem.problem : {});
    if (status === 412 && ids) return showWrong([{ pointer: "/id", message: forms.id_taken }]);
    if (status === 412) return settle();
    showWrong(errors?.length ? errors.map(({ field, message }) => ({ pointer: field, message })) : [{ pointer: "", message: messageOf(problem) }]);
  }

  async function settle() {
    try {
      const now = await context.api.get(pathOf(collection, String(id)));
      const mine = { ...editable(collection, base), ...form.get() };
      const merged = await settleConflict(collection, context.names, { base: editable(collection, base), mine, theirs: editable(collection, now.value) });
      if (!merged) return;
      base = now.value;
      etag = now.etag;
      form.set(base);
      clean = form.get();
      form.set(merged);
      frame.shown(base);
      context.toaster.tell(forms.conflict_settled);
    } catch (problem) {
      const gone = problem instanceof RequestError && problem.problem.status === 404;
      showWrong([{ pointer: "", message: gone ? forms.gone_meanwhile : messageOf(problem) }]);
    }
  }

  return { el: frame.el, isDirty, focus: frame.focus };
}

/** @param {Collection} collection */
function titleOf({ id }) {
  return /** @type {Record<string, {title: string}>} */ (forms.collections)[id].title;
}

/** @param {Collection} collection @param {any} value */
function copyFrom(collection, value) {
  const copy = copyOf(editable(collection, value));
  const title = collection.title?.slice(1);
  return title ? { ...copy, [title]: forms.copy_of(String(copy[title])) } : copy;
}

/*
 * Owns saving a form at the version that was read, and every answer to it: saved, wrong values, changed or deleted by somebody else
 * meanwhile, no connection. Whatever the answer, what was typed stays.
 */

import { RequestError } from "../lib/client.js";
import { forms } from "../strings.en.js";
import { go } from "../ui/route.js";
import { settleConflict } from "./editor-conflict.js";
import { body, editable, messageOf, pathOf } from "./editor-save.js";
import { showSecret } from "./editor-secret.js";
import { same } from "./form-pointer.js";
import { nameOf } from "./shell-names.js";

/** @typedef {import("./form-types.js").Wrong} Wrong */
/** @typedef {import("./form-types.js").Collection} Collection */

/**
 * @param {import("./main.js").Context} context @param {Collection} collection
 * @param {object} part
 * @param {string|null} part.id
 * @param {import("./editor-open.js").State} part.state
 * @param {ReturnType<typeof import("./form.js").createForm>} part.form
 * @param {ReturnType<typeof import("./editor-id.js").idField>|null} part.ids
 * @param {ReturnType<typeof import("./editor-frame.js").createEditorFrame>} part.frame
 * @param {() => void} part.onChange
 */
export function createSaving(context, collection, { id, state, form, ids, frame, onChange }) {
  /** @param {readonly Wrong[]} wrong */
  function showWrong(wrong) {
    const outside = ids?.show(wrong) ?? { placed: [], rest: [...wrong] };
    const { placed, rest } = form.show(outside.rest);
    frame.summary.show([...outside.placed, ...placed], rest.map(({ pointer, message }) => (pointer ? forms.wrong_value(pointer, message) : message)));
  }

  async function save() {
    if (state.busy) return;
    const wrong = [...(ids?.check() ?? []), ...form.check()];
    showWrong(wrong);
    if (wrong.length) return;
    state.busy = true;
    frame.state({ dirty: true, busy: true });
    const sent = form.get();
    try {
      await saved(await send(), sent);
    } catch (problem) {
      state.busy = false;
      onChange();
      await refused(problem);
    } finally {
      state.busy = false;
      onChange();
    }
  }

  function send() {
    const value = body(collection, state.base, form.get());
    if (ids) return context.api.create(pathOf(collection, ids.get()), value);
    return collection.single ? context.api.patch(collection.single.path, value, state.etag) : context.api.put(pathOf(collection, String(id)), value, state.etag);
  }

  /** What is there now is what the form begins with. @param {any} value @param {string|null} etag */
  function begin(value, etag) {
    state.base = value;
    state.etag = etag;
    form.set(value);
    state.clean = form.get();
    frame.shown(value);
  }

  /** @param {import("../ui/api.js").Answer} answer @param {Record<string, any>} sent what the form said; what was typed since is not saved yet, and stays */
  async function saved(answer, sent) {
    // A secret is shown once; it is no value to be saved again.
    const { secret, token, ...value } = answer.value;
    const typed = form.get();
    begin(value, answer.etag);
    if (!same(typed, sent)) form.set(typed);
    ids?.forget();
    state.busy = false;
    await context.names.refresh(collection.id);
    context.toaster.tell(forms.saved(collection.single ? titleOf(collection) : nameOf(collection.id, value)));
    await showSecret({ secret, token });
    if (ids && !state.left) go([collection.id, String(value.id)]);
  }

  /** @param {unknown} problem */
  async function refused(problem) {
    const { status, errors } = /** @type {{status?: number, errors?: {field: string, message: string}[]}} */ (problem instanceof RequestError ? problem.problem : {});
    if (state.left) return context.toaster.tell(messageOf(problem, true), "assertive");
    if (status === 412 && ids) return showWrong([{ pointer: "/id", message: forms.id_taken }]);
    if (status === 412) return settle();
    showWrong(errors?.length ? errors.map(({ field, message }) => ({ pointer: field, message })) : [{ pointer: "", message: messageOf(problem, true) }]);
  }

  async function settle() {
    try {
      const now = await context.api.get(pathOf(collection, String(id)));
      const base = editable(collection, state.base);
      const mine = collection.single ? { ...base, ...form.get() } : body(collection, base, form.get());
      const merged = await settleConflict(collection, context.names, { base, mine, theirs: editable(collection, now.value) });
      if (!merged) return;
      begin(now.value, now.etag);
      form.set(merged);
      context.toaster.tell(forms.conflict_settled);
    } catch (problem) {
      const gone = problem instanceof RequestError && problem.problem.status === 404;
      showWrong([{ pointer: "", message: gone ? forms.gone_meanwhile : messageOf(problem, true) }]);
    }
  }

  return { save, showWrong };
}

/** @param {Collection} collection */
function titleOf({ id }) {
  return /** @type {Record<string, {title: string}>} */ (forms.collections)[id].title;
}

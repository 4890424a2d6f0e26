/* Owns the page of one resource from its address on: it reads it, or says why it cannot, and shows its form. */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { createStatus } from "../ui/status.js";
import { openEditor } from "./editor-open.js";
import { messageOf, pathOf } from "./editor-save.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./form-types.js").Collection} Collection */

/**
 * `id` null makes a new one, of a copy where `from` names what is copied.
 * @param {Context} context @param {Collection} collection @param {{id: string|null, from?: string}} which
 */
export function createEditor(context, collection, { id, from }) {
  const status = createStatus();
  const el = h("div", { class: "admin-page" }, status.el);
  /** @type {ReturnType<typeof openEditor>|null} */
  let opened = null;
  let stopped = false;

  async function load() {
    status.loading();
    try {
      const source = id ?? from;
      const found = source === undefined || source === null ? null : await context.api.get(pathOf(collection, source));
      if (stopped) return;
      opened = openEditor(context, collection, { id, found });
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
    stop() {
      stopped = true;
      opened?.stop();
    },
    focus: () => opened?.focus(),
  };
}

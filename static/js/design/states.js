/* Owns the design page's statuses of what is not a table, the line of a lost connection, and signing in. */

import { h } from "../lib/dom.js";
import { ui } from "../strings.en.js";
import { createLive } from "../ui/live.js";
import { createSignIn } from "../ui/sign-in.js";
import { signInAgain } from "../ui/sign-in-again.js";
import { createStatus } from "../ui/status.js";

const AS_OF_MS = Date.parse("2026-03-02T14:02:37.000Z");

export function statuses() {
  const d = ui.design;
  const loading = createStatus();
  loading.loading();
  const empty = createStatus();
  empty.empty(d.table.empty, d.table.empty_help);
  const failed = createStatus();
  failed.failed(ui.not_loaded, () => failed.failed(ui.not_loaded, () => {}));
  const boxes = [loading, empty, failed].map(({ el }) => h("div", { class: "box" }, el));
  return [h("div", { class: "show-three" }, ...boxes), lost()];
}

/** The line of a page whose connection is lost, as it stands in the last row. */
function lost() {
  const live = createLive(() => {});
  live.update({ phase: "lost" }, AS_OF_MS);
  return h("div", { class: "show-lost" }, live.el);
}

/** Refused, and any token is refused again: on a page of its own, and over one that must not be lost. */
export function signIn() {
  const { form } = createSignIn({ title: ui.design_page, why: ui.token_refused, onToken: () => ui.token_refused });
  const again = h("button", { type: "button", class: "button", text: ui.again_title, onclick: () => void signInAgain(async () => ui.token_refused) });
  return [form, h("div", { class: "show-line" }, again)];
}

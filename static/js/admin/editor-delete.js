/* Owns deleting: the question before, and who still uses it where the server says so. */

import { RequestError } from "../lib/client.js";
import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { confirm, openDialog } from "../ui/dialog.js";
import { hrefOf } from "../ui/route.js";
import { messageOf, pathOf } from "./editor-save.js";
import { usersIn } from "./editor-users.js";
import { nameOf } from "./shell-names.js";

/**
 * Asks and deletes; true if it is gone.
 * @param {import("./main.js").Context} context @param {import("./form-types.js").Collection} collection
 * @param {{id: string}} value @param {string|null} etag
 */
export async function askAndRemove(context, collection, value, etag) {
  const name = nameOf(collection.id, value);
  if (!(await confirm({ title: forms.delete_title(name), text: forms.delete_text, action: forms.delete, danger: true }))) return false;
  try {
    await context.api.remove(pathOf(collection, value.id), etag);
  } catch (problem) {
    await explain(context, name, problem);
    return false;
  }
  await context.names.refresh(collection.id);
  context.toaster.tell(forms.deleted(name));
  return true;
}

/** @param {import("./main.js").Context} context @param {string} name @param {unknown} problem */
async function explain({ names }, name, problem) {
  const { code, status, detail = "" } = /** @type {{code?: string, status?: number, detail?: string}} */ (problem instanceof RequestError ? problem.problem : {});
  const users = code === "in_use" ? usersIn(detail) : [];
  const text = code === "in_use" ? forms.in_use : code === "built_in" ? forms.built_in : status === 412 ? forms.changed_meanwhile : messageOf(problem);
  const links = users.map(({ collection, id, text }) => h("li", {}, collection ? h("a", { href: hrefOf([collection, id]), text: forms.user(titleOf(collection), names.label(collection, id)) }) : text));
  const list = links.length ? h("ul", { class: "form-users" }, ...links) : h("p", { class: "muted", text: code === "in_use" ? detail : "" });
  const dialog = openDialog({ title: forms.not_deleted(name), body: h("div", {}, h("p", { text }), list), actions: [{ id: "ok", label: forms.understood, kind: "primary" }] });
  for (const link of links) link.querySelector("a")?.addEventListener("click", () => link.closest("dialog")?.close());
  await dialog;
}

/** @param {string} collection */
function titleOf(collection) {
  return /** @type {Record<string, {one: string}>} */ (forms.collections)[collection].one;
}

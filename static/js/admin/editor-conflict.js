/* Owns the question after somebody else saved first: what they changed, what of it one changed oneself, and whose stands. */

import { h } from "../lib/dom.js";
import { admin, forms } from "../strings.en.js";
import { openDialog } from "../ui/dialog.js";
import { newId } from "../ui/id.js";
import { differences } from "./diff.js";
import { diffTable } from "./diff-view.js";
import { meet, merge } from "./form-merge.js";
import { isObject } from "./form-pointer.js";
import { valueText } from "./editor-values.js";

/**
 * Shows the other's changes; gives what the form is to show now, or null where one goes back to it without a choice.
 * @param {import("./form-types.js").Collection} collection
 * @param {import("./shell-names.js").Names} names
 * @param {{base: unknown, mine: unknown, theirs: unknown}} three
 */
export async function settleConflict(collection, names, { base, mine, theirs }) {
  const meetings = meet(base, mine, theirs);
  /** @type {Set<string>} */
  const kept = new Set(meetings.filter(({ contested }) => contested).map(({ pointer }) => pointer));
  const rows = meetings.map((meeting) => row(collection, names, meeting, kept));
  const text = meetings.length ? forms.conflict_text : forms.conflict_same;
  const body = h("div", { class: "form-conflict" }, h("p", { text }), ...rows);
  const actions = [{ id: "back", label: forms.back_to_form }, { id: "take", label: forms.conflict_go_on, kind: /** @type {const} */ ("primary") }];
  const answer = await openDialog({ title: forms.conflict_title, body, actions, wide: true });
  return answer === "take" ? merge(base, mine, theirs, kept) : null;
}

/**
 * @param {import("./form-types.js").Collection} collection
 * @param {import("./shell-names.js").Names} names
 * @param {import("./form-merge.js").Meeting} meeting
 * @param {Set<string>} kept
 */
function row(collection, names, { pointer, before, after, mine, contested }, kept) {
  const { label, say } = valueText(collection, names, pointer);
  /** Of what has parts, each part that differs. @param {unknown} one @param {unknown} other @param {[string, string]} of */
  const inParts = (one, other, of) => diffTable({ label, collection: collection.id, names, kind: "change", of, changes: differences(one, other, pointer) });
  const parted = [before, after, mine].some((value) => isObject(value) && Object.values(value).some(isObject));
  const changed = parted ? inParts(before, after, [admin.before, admin.after]) : h("p", {}, h("span", { class: "form-old", text: say(before) }), " → ", h("span", { class: "form-new", text: say(after) }));
  if (!contested) return h("div", { class: "form-conflict-row" }, h("h3", { text: label }), changed);
  const name = newId("whose");
  const choice = (/** @type {boolean} */ own, /** @type {string} */ text) => {
    const radio = h("input", { type: "radio", name, onchange: () => (own ? kept.add(pointer) : kept.delete(pointer)) });
    radio.checked = own;
    return h("label", { class: "choice" }, radio, h("span", { text }));
  };
  return h("fieldset", { class: "form-conflict-row" }, h("legend", { text: label }), choice(true, forms.keep_mine(say(mine))), choice(false, forms.take_theirs(say(after))),
    parted ? inParts(mine, after, [forms.mine, forms.theirs]) : null);
}

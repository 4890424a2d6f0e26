/* Owns the id of a new resource: made of its name until somebody writes another one. It cannot be changed later. */

import { forms } from "../strings.en.js";
import { textField } from "../ui/fields.js";
import { idFrom } from "./editor-save.js";

const PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** @param {import("./main.js").Context} context @param {import("./form-types.js").Collection} collection */
export function idField({ names }, collection) {
  const field = textField({ name: "id", label: forms.id, help: forms.id_help, required: true, max: 64 });
  const taken = new Set(names.items(collection.id).map(({ id }) => id));
  let own = false;
  field.input.addEventListener("input", () => (own = field.get() !== ""));
  return {
    el: field.el,
    get: () => field.get().trim(),
    isOwn: () => own,
    forget: () => (own = false),
    /** @param {string} name */
    follow(name) {
      if (!own && document.activeElement !== field.input) field.set(idFrom(name, taken));
    },
    check: () => (PATTERN.test(field.get().trim()) ? [] : [{ pointer: "/id", message: field.get().trim() ? forms.id_wrong : forms.missing }]),
    /** @param {readonly import("./form-types.js").Wrong[]} wrong */
    show(wrong) {
      const mine = wrong.filter(({ pointer }) => pointer === "/id");
      field.error(mine.length ? mine.map(({ message }) => message).join(" ") : null);
      return { placed: mine.map(({ message }) => ({ label: forms.id, message, focus: () => field.input.focus() })), rest: wrong.filter((each) => !mine.includes(each)) };
    },
  };
}

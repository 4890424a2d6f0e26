/* Owns rows of a list in a step: context variables, and the records that a work stream routes. */

import { h, icon, setAttr, setShown, setText } from "../lib/dom.js";
import { rules } from "../strings.en.js";
import { newId } from "../ui/id.js";

/** @typedef {import("./flow-steps.js").Problem} Problem */
/** @typedef {{name: string, label: string, required?: boolean, max: number, options?: {value: string, label: string}[], code?: boolean}} Column */

/**
 * @param {object} options
 * @param {string} options.pointer of the list
 * @param {Column[]} options.columns
 * @param {Record<string, any>[]} options.value
 * @param {string} options.add
 * @param {string} options.none
 * @param {(at: number) => string} options.rowLabel
 * @param {() => Record<string, any>} options.blank
 * @param {(row: Record<string, any>, changed: string, before: Record<string, any>) => Record<string, any>} [options.follow] what follows from a change in the same row
 * @param {(rows: Record<string, any>[]) => void} options.onChange
 */
export function createRows({ pointer, columns, value, add, none, rowLabel, blank, follow, onChange }) {
  let rows = value;
  const list = h("ol", { class: "flow-rows" });
  const empty = h("p", { class: "muted", text: none });
  const el = h("div", { class: "flow-list" }, list, empty, h("div", { class: "flow-list-foot" }, h("button", { type: "button", class: "button", onclick: () => {
    rows = [...rows, blank()];
    draw();
    onChange(rows);
    list.lastElementChild?.querySelector("input")?.focus();
  } }, icon("plus"), add)));

  function draw() {
    list.replaceChildren(...rows.map(rowNode));
    setShown(empty, rows.length === 0);
  }

  /** @param {Record<string, any>} row @param {number} at */
  function rowNode(row, at) {
    const controls = new Map(columns.map((column) => [column.name, control(column, row)]));
    const error = h("p", { id: newId("error"), class: "field-error", hidden: true });
    for (const [name, input] of controls) {
      input.addEventListener("input", () => {
        const before = rows[at];
        const changed = { ...before, [name]: input.value };
        rows = rows.map((one, i) => (i === at ? follow?.(changed, name, before) ?? changed : one));
        for (const [other, field] of controls) if (other !== name && field.value !== rows[at][other]) field.value = rows[at][other] ?? "";
        onChange(rows);
      });
    }
    const remove = h("button", { type: "button", class: "icon-button", "aria-label": rules.remove_row(at + 1), title: rules.remove_row(at + 1), onclick: () => {
      rows = rows.filter((_, i) => i !== at);
      draw();
      onChange(rows);
      (list.children[Math.min(at, rows.length - 1)]?.querySelector("input") ?? el.querySelector("button"))?.focus();
    } }, icon("trash"));
    const fields = columns.map(({ name, label }) => {
      const input = /** @type {HTMLElement} */ (controls.get(name));
      return h("div", { class: "field" }, h("label", { class: "field-label", for: input.id, text: label }), input);
    });
    return h("li", {}, h("div", { class: "flow-row", role: "group", "aria-label": rowLabel(at + 1) }, ...fields, remove, error));
  }

  /** @param {readonly {at: number, name: string, message: string}[]} wrong @returns {Problem[]} */
  function show(wrong) {
    [...list.children].forEach((node, at) => {
      const own = wrong.filter((one) => one.at === at);
      const error = /** @type {HTMLElement} */ (node.querySelector(".field-error"));
      setText(error, [...new Set(own.map(({ message }) => message))].join(" "));
      setShown(error, own.length > 0);
      columns.forEach(({ name }) => {
        const input = node.querySelector(`[name="${name}"]`);
        const bad = own.some((one) => one.name === name);
        if (input) setAttr(input, "aria-invalid", bad ? "true" : null);
        if (input) setAttr(input, "aria-describedby", bad ? error.id : null);
      });
    });
    return wrong.map(({ at, name, message }) => {
      const input = list.children[at]?.querySelector(`[name="${name}"]`) ?? list.children[at]?.querySelector("input");
      return { pointer: `${pointer}/${at}${name ? `/${name}` : ""}`, message: `${rowLabel(at + 1)}: ${message}`, focus: () => input instanceof HTMLElement && input.focus() };
    });
  }

  draw();
  return {
    el,
    set(/** @type {Record<string, any>[]} */ next) {
      rows = next;
      draw();
    },
    check: () => show(rows.flatMap((row, at) => columns.filter(({ name, required }) => required && !String(row[name] ?? "").trim()).map(({ name }) => ({ at, name, message: rules.missing.missing })))),
    /** @param {Record<string, string>} map */
    place(map) {
      const own = Object.entries(map).filter(([one]) => one.startsWith(`${pointer}/`));
      return show(own.map(([one, message]) => {
        const [at, name = ""] = one.slice(pointer.length + 1).split("/");
        return { at: Number(at), name, message };
      }));
    },
  };
}

/** @param {Column} column @param {Record<string, any>} row */
function control({ name, max, options, code }, row) {
  const input = options
    ? h("select", { id: newId("row"), name }, ...options.map(({ value, label }) => h("option", { value, text: label })))
    : h("input", { id: newId("row"), name, type: "text", maxlength: max, autocomplete: "off", spellcheck: code ? "false" : null });
  input.value = row[name] ?? "";
  return input;
}

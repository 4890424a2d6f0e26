/*
 * Owns the audit log on the page: who did what when, how it was before and is after it; narrowed by time, person and subject.
 * The server tells the oldest first: the time is read to its end, and the newest shown first, earlier ones when somebody wants them.
 */

import { RequestError } from "../lib/client.js";
import { h, setShown, setText } from "../lib/dom.js";
import { admin } from "../strings.en.js";
import { comboField, selectField, textField } from "../ui/fields.js";
import { createStatus } from "../ui/status.js";
import { hrefOf } from "../ui/route.js";
import { actNode, actorText, collectionText } from "./audit-act.js";
import { SUBJECTS, dayBefore, pathOf, shown } from "./audit-state.js";

/** @typedef {import("./audit-state.js").Act} Act */
/** @typedef {import("./audit-state.js").Filters} Filters */
/** @typedef {import("./main.js").Context} Context */

const DAYS = 7;
/** Acts that are shown at a time, and pages that are read without being asked again. */
const SHOWN = 500;
const PAGES = 10;

/** @param {Context["api"]} _api @param {Context} context */
export function createAudit(_api, context) {
  return createLog(context, { history: false, days: DAYS });
}

/** The log, or the part of it that is the configuration's history. @param {Context} context @param {{history: boolean, days: number}} kind */
export function createLog(context, { history, days }) {
  const { api, names } = context;
  /** @type {Act[]} */
  let acts = [];
  /** @type {string|null} */
  let cursor = null;
  let asked = 0;
  let most = SHOWN;
  const filters = createFilters(names, { from: dayBefore(days, new Date()), history, onChange: () => void load() });
  const heading = h("h2", { tabindex: -1 });
  const back = h("a", { class: "admin-back", href: hrefOf(["history"]), text: admin.history_title });
  const status = createStatus();
  const count = h("p", { class: "list-count", role: "status" });
  const list = h("ol", { class: "acts" });
  const later = h("button", { type: "button", class: "button", text: admin.later_acts, onclick: () => void read() });
  const earlier = h("button", { type: "button", class: "button", text: admin.earlier_acts, onclick: () => showEarlier() });
  const el = h("div", { class: "admin-page" },
    h("div", { class: "admin-head" }, h("div", { class: "admin-title" }, back, heading, h("p", { class: "form-lead", text: history ? admin.history_lead : admin.audit_lead }))),
    filters.el, h("div", { class: "list-tools" }, count, later), status.el, list, h("div", { class: "form-actions" }, earlier));
  setShown(later, false);
  setShown(earlier, false);

  async function load() {
    acts = [];
    cursor = null;
    most = SHOWN;
    asked++;
    list.replaceChildren();
    setText(count, "");
    setShown(later, false);
    setShown(earlier, false);
    status.loading();
    await read();
  }

  async function read() {
    const mine = asked;
    try {
      for (let page = 0; page === 0 || (cursor !== null && page < PAGES); page++) {
        const { value } = await api.get(pathOf(filters.get(), cursor));
        if (mine !== asked) return;
        acts = [...acts, ...value.items];
        cursor = value.next_cursor;
        if (cursor !== null) setText(count, admin.acts_read(acts.length));
      }
      show();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      if (mine !== asked) return;
      setShown(later, false);
      status.failed(textOf(problem), () => void read());
    }
  }

  function show() {
    const found = shown(acts, history);
    const single = filters.get().id !== "";
    list.replaceChildren(...found.slice(0, most).map((act) => actNode(act, names, single)));
    filters.seen(acts);
    setShown(later, cursor !== null);
    setShown(earlier, found.length > most);
    setText(count, cursor !== null ? admin.acts_first(found.length) : found.length > most ? admin.acts_newest(most, found.length) : admin.acts_shown(found.length));
    if (found.length === 0) status.empty(admin.no_acts, admin.no_acts_help);
    else status.none();
  }

  /** The focus goes to the first of those that come. */
  function showEarlier() {
    const before = list.childElementCount;
    most += SHOWN;
    show();
    list.children[before]?.querySelector("summary")?.focus();
  }

  return {
    el,
    /** @param {string[]} parts a collection, and one of it */
    show([collection = "", id = ""]) {
      const of = collection && id ? admin.history_of(names.label(collection, id)) : null;
      setText(heading, of ?? (history ? admin.history_title : admin.audit_title));
      setShown(back, of !== null);
      filters.about(SUBJECTS.includes(collection) ? collection : "", id);
      void load();
    },
    stop: () => void asked++,
    focus: () => heading.focus(),
  };
}

/** @param {RequestError} problem */
function textOf(problem) {
  const [first] = problem.problem.errors ?? [];
  return first ? `${first.field.slice(1)}: ${first.message}` : problem.message;
}

/** @param {Context["names"]} names @param {{from: string, history: boolean, onChange: () => void}} options */
function createFilters(names, { from: start, history, onChange }) {
  const from = dayInput(admin.from, start);
  const to = dayInput(admin.to, "");
  const people = names.items("agents").filter(({ role }) => role !== "agent").map(({ id }) => ({ value: id, label: names.label("agents", id), hint: id }));
  const actor = comboField({ name: "actor", label: admin.actor, options: people, placeholder: admin.anybody });
  const subjects = SUBJECTS.filter((one) => !history || one !== "conversations");
  const collection = selectField({ name: "collection", label: admin.subject, options: [{ value: "", label: admin.everything }, ...subjects.map((value) => ({ value, label: collectionText(value) }))] });
  const id = textField({ name: "id", label: admin.subject_id, placeholder: admin.any_id });
  const el = h("form", { class: "act-filters", "aria-label": admin.filters, onchange: onChange, onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    from.el, to.el, actor.el, collection.el, id.el);
  return {
    el,
    /** @returns {Filters} */
    get: () => ({ from: from.input.value, to: to.input.value, actor: actor.get(), collection: collection.get(), id: collection.get() ? id.get().trim() : "" }),
    /** Those who did something can be chosen, keys too. @param {readonly Act[]} acts */
    seen(acts) {
      const known = new Map(people.map((one) => [one.value, one]));
      for (const act of acts) if (act.by.id !== null && !known.has(act.by.id)) known.set(act.by.id, { value: act.by.id, label: actorText(act, names), hint: act.by.id });
      actor.update([...known.values()]);
    },
    /** One resource has its whole history shown. @param {string} of @param {string} one */
    about(of, one) {
      collection.set(of);
      id.set(one);
      from.input.value = one ? "" : start;
    },
  };
}

/** @param {string} label @param {string} value */
function dayInput(label, value) {
  const input = h("input", { type: "date" });
  input.value = value;
  return { el: h("label", { class: "field" }, h("span", { class: "field-label", text: label }), input), input };
}

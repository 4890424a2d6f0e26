/*
 * Owns what is configured, as far as other parts name it: every resource by id, but customers. Lists and comboboxes show people's
 * names, the server takes ids. Loaded once, a collection again when something in it was saved or deleted.
 */

import { RequestError } from "../lib/client.js";
import { forms } from "../strings.en.js";
import { collection } from "./fields/index.js";
import { read } from "./form-pointer.js";

/** Collections whose ids stand in other resources. */
const NAMED = ["work-streams", "queues", "agents", "channels", "presences", "skills", "capacity-profiles", "operating-hours", "notification-templates"];
const MOST = 5000;

/** @typedef {{id: string, [member: string]: any}} Resource */
/** @typedef {{value: string, label: string, hint?: string}} Option */
/** @typedef {ReturnType<typeof createNames>} Names */

/** @param {{list: (path: string, max?: number) => Promise<{value: any[]}>}} api */
export function createNames(api) {
  /** @type {Map<string, Resource[]>} */
  const known = new Map();
  /** @type {Set<() => void>} */
  const listeners = new Set();

  /** Takes a collection anew; without one, all of them. @param {string} [id] */
  async function reload(id) {
    const wanted = id === undefined ? NAMED : NAMED.filter((each) => each === id);
    await Promise.all(wanted.map(async (each) => known.set(each, (await api.list(`/v1/${each}`, MOST)).value)));
    for (const listener of listeners) listener();
  }

  /** After something was saved: where it cannot be asked, what is known stays, since the save itself has worked. @param {...string} ids */
  async function refresh(...ids) {
    try {
      await Promise.all(ids.map(reload));
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
    }
  }

  /** @param {string} id a collection @returns {readonly Resource[]} */
  const items = (id) => known.get(id) ?? [];

  /** @param {string} id a collection @param {string} one */
  const get = (id, one) => items(id).find((item) => item.id === one);

  /** What people call it; its id where it has no name, or is not known. @param {string} id a collection @param {string} one */
  function label(id, one) {
    const base = id === "presences" ? /** @type {Record<string, string>} */ (forms.options.base_presence)[one] : undefined;
    const item = get(id, one);
    return base ?? (item ? nameOf(id, item) : one);
  }

  return {
    reload,
    refresh,
    items,
    get,
    label,
    /** For comboboxes, by name. @param {string} id a collection @returns {Option[]} */
    options(id) {
      const all = items(id).map((item) => ({ value: item.id, label: label(id, item.id), hint: item.id }));
      return all.sort((a, b) => a.label.localeCompare(b.label));
    },
    /** Hears that something was loaded; gives a function that ends it. @param {() => void} listener */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @param {string} id a collection @param {Resource} item @returns {string} */
export function nameOf(id, item) {
  const title = collection(id)?.title;
  return String((title && read(item, title)) || item.id);
}

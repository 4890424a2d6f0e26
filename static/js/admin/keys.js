/* Owns the page of API keys and agents' tokens: who may come in over the API, and the ways to shut them out again. */

import { RequestError } from "../lib/client.js";
import { h, icon } from "../lib/dom.js";
import { admin, forms } from "../strings.en.js";
import { confirm, openDialog } from "../ui/dialog.js";
import { createTable } from "../ui/table.js";
import { hrefOf } from "../ui/route.js";
import { idFrom, messageOf } from "./editor-save.js";
import { showSecret } from "./editor-secret.js";
import { createAgentTokens } from "./keys-tokens.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {{id: string, name: string, role: string, channel_ids: string[]}} Key */

const MOST = 5000;

/** @param {Context["api"]} api @param {Context} context */
export function createKeys(api, context) {
  const heading = h("h2", { tabindex: -1, text: forms.places.keys });
  const mayAct = context.role === "admin";
  /** @type {Key[]} */
  let keys = [];
  const table = createTable({
    label: admin.keys_title,
    columns: columnsOf(context, (key) => called(key, keys), { again: (key) => void again(key), revoke: (key) => void revoke(key) }),
    keyOf: (key) => key.id,
    empty: { title: forms.collections["api-keys"].none ?? "", help: forms.collections["api-keys"].lead },
    rowLabel: (key) => key.name,
  });

  async function load() {
    table.update(keys, { status: "loading" });
    try {
      keys = (await api.list("/v1/api-keys", MOST)).value;
      table.update(keys);
    } catch (problem) {
      table.update([], { status: "failed", onRetry: () => void load(), failure: messageOf(problem) });
    }
  }

  /**
   * A key has one token at a time, so a new token is another key's like it: that one first, and the old one goes only when somebody
   * says so. Whatever fails between, no program is shut out.
   * @param {Key} key
   */
  async function again(key) {
    const { id, ...body } = key;
    const next = idFrom(id.replace(/-\d{1,2}$/, ""), new Set(keys.map((each) => each.id)));
    if (!(await confirm({ title: admin.rotate_title(key.name), text: admin.rotate_text(next), action: admin.rotate }))) return;
    await told(async () => showSecret((await api.create(pathOf(next), body)).value).then(() => retire(key, next)));
  }

  /** @param {Key} key @param {string} next its successor */
  async function retire({ id, name }, next) {
    await load();
    const actions = [{ id: "keep", label: admin.keep_both }, { id: "revoke", label: admin.revoke_old, kind: /** @type {const} */ ("danger") }];
    if ((await openDialog({ title: admin.retire_title(id), body: h("p", { text: admin.retire_text(next) }), actions, role: "alertdialog" })) === "revoke") await remove(id, name);
  }

  /** @param {Key} key */
  async function revoke({ id, name }) {
    if (!(await confirm({ title: admin.revoke_title(name), text: admin.revoke_text, action: admin.revoke, danger: true }))) return;
    await told(() => remove(id, name));
  }

  /** @param {string} id @param {string} name */
  async function remove(id, name) {
    await api.remove(pathOf(id), null);
    context.toaster.tell(admin.revoked(name));
  }

  /** @param {() => Promise<void>} work */
  async function told(work) {
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof RequestError)) throw problem;
      context.toaster.tell(messageOf(problem), "assertive");
    }
    await load();
  }

  const make = mayAct ? h("a", { class: "button primary", href: hrefOf(["api-keys", "+"]), text: forms.new_one(forms.collections["api-keys"].one) }) : null;
  const list = h("section", { class: "tools-part", "aria-label": admin.keys_title },
    h("div", { class: "admin-head" }, h("div", { class: "admin-title" }, h("h3", { class: "form-heading", text: admin.keys_title }), h("p", { class: "form-lead", text: forms.collections["api-keys"].lead })), make), table.el);
  const el = h("div", { class: "admin-page tools" }, h("div", { class: "admin-head" }, h("div", { class: "admin-title" }, heading, mayAct ? null : h("p", { class: "form-lead", text: admin.keys_admin_only }))),
    ...(mayAct ? [list, createAgentTokens(context)] : []));
  if (mayAct) void load();
  return { el, focus: () => heading.focus(), stop() {} };
}

/** A key's name, with its id where another key is called the same. @param {Key} key @param {readonly Key[]} keys */
function called({ id, name }, keys) {
  return keys.some((other) => other.id !== id && other.name === name) ? `${name} (${id})` : name;
}

/** @param {Context} context @param {(key: Key) => string} nameOf @param {{again: (key: Key) => void, revoke: (key: Key) => void}} acts @returns {import("../ui/table.js").Column<Key>[]} */
function columnsOf({ names }, nameOf, { again, revoke }) {
  const words = /** @type {Record<string, string>} */ (forms.options.key_role);
  const channels = (/** @type {Key} */ key) => (key.channel_ids.length > 0 ? key.channel_ids.map((id) => names.label("channels", id)).join(", ") : forms.all);
  return [
    { id: "name", label: forms.name_column, width: "minmax(150px, 2fr)", sort: (a, b) => a.name.localeCompare(b.name), cell: (key) => h("div", { class: "list-name" }, h("a", { href: hrefOf(["api-keys", key.id]), text: key.name }), h("code", { class: "list-id", text: key.id })) },
    { id: "role", label: admin.role, sort: (a, b) => a.role.localeCompare(b.role), cell: (key) => h("span", { title: words[key.role], text: /** @type {Record<string, string>} */ (admin.roles)[key.role] ?? key.role }) },
    { id: "channels", label: forms.collections.channels.title, cell: channels },
    { id: "acts", label: admin.key_acts, width: "minmax(250px, 2fr)", cell: (key) => h("div", { class: "form-actions key-acts" },
      h("button", { type: "button", class: "button small", "aria-label": admin.rotate_of(nameOf(key)), onclick: () => again(key) }, icon("key"), admin.rotate),
      h("button", { type: "button", class: "button small danger", "aria-label": admin.revoke_of(nameOf(key)), onclick: () => revoke(key), text: admin.revoke })) },
  ];
}

/** @param {string} id */
function pathOf(id) {
  return `/v1/api-keys/${encodeURIComponent(id)}`;
}

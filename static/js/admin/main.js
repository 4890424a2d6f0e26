/* Owns the start of the administrator's page and its addresses: `#/queues`, `#/queues/vip`, `#/queues/+` (new), `#/queues/+/vip` (a copy). */

import { h } from "../lib/dom.js";
import { forms } from "../strings.en.js";
import { createApi } from "../ui/api.js";
import { own } from "../lib/own.js";
import { confirm } from "../ui/dialog.js";
import { openPage } from "../ui/page.js";
import { hrefOf, onRoute } from "../ui/route.js";
import { createShell } from "../ui/shell.js";
import { signInAgain } from "../ui/sign-in-again.js";
import { createStatus } from "../ui/status.js";
import { createToaster } from "../ui/toaster.js";
import { createEditor } from "./editor.js";
import { messageOf } from "./editor-save.js";
import { collection } from "./fields/index.js";
import { createCollectionList } from "./list.js";
import { createNames } from "./shell-names.js";
import { PARTS, nameGroups, places } from "./shell-nav.js";

/** @typedef {ReturnType<typeof createApi>} Api */
/** @typedef {import("./shell-nav.js").Part} Part */

/**
 * What every part of the page is given. `reload` takes the names of everything anew and shows the place again, as after an import.
 * @typedef {{api: Api, role: import("../ui/role.js").Role, names: import("./shell-names.js").Names, toaster: ReturnType<typeof createToaster>, reload: () => Promise<void>}} Context
 */

const HOME = "work-streams";

async function start() {
  const page = await openPage({ page: "admin", title: () => forms.title });
  let leaving = false;
  let asking = false;
  // Once the answer is dealt with, so that a form that was being saved counts as not saved.
  const api = createApi(() => page.token, () => setTimeout(() => void refused()));
  const names = createNames(api);
  const toaster = createToaster();
  const shell = createShell({ title: forms.title, nav: places(), current: HOME, onSignOut: () => void signOut() });
  nameGroups(shell.el);
  document.body.replaceChildren(shell.el, toaster.el);
  /** @type {Context} */
  const context = { api, role: page.role, names, toaster, reload: async () => (await names.reload(), await stage.again()) };
  const stage = createStage(context, shell);
  await loadNames(names, shell.main);
  onRoute((parts) => void stage.go(parts.length ? parts : [names.items("channels").length === 0 && page.role === "admin" ? "guide" : HOME]));
  addEventListener("beforeunload", (event) => {
    if (stage.isDirty() && !leaving) event.preventDefault();
  });

  /** By choice; what is not saved is asked about, as before any other leaving. */
  async function signOut() {
    leaving = !stage.isDirty() || (await confirm({ title: forms.leave_title, text: forms.leave_text, action: forms.leave, danger: true }));
    if (leaving) page.signOut();
  }

  /** The token is not valid any more. What was typed stays while one signs in anew, until somebody says that it may go. */
  async function refused() {
    if (asking) return;
    asking = true;
    const answer = stage.isDirty() ? await signInAgain(page.signIn) : "leave";
    asking = false;
    if (answer === "signed_in") toaster.tell(forms.signed_in_again);
    leaving = answer === "leave";
    if (leaving) page.signOut(forms.signed_out);
  }
}

/** The place at the side to which an address belongs. @param {string[]} parts */
function placeOf([first, second]) {
  if (first === "api-keys" && PARTS.keys) return "keys";
  return first !== "flow" ? first : second === "channel" ? "channels" : HOME;
}

/** Until the names are there; tries again when somebody says so. @param {import("./shell-names.js").Names} names @param {HTMLElement} main */
async function loadNames(names, main) {
  const status = createStatus();
  main.replaceChildren(status.el);
  for (;;) {
    status.loading();
    try {
      return await names.reload();
    } catch (problem) {
      await new Promise((/** @type {(value: void) => void} */ resolve) => status.failed(messageOf(problem), resolve));
    }
  }
}

/** The place that is shown, one at a time; what is not saved is asked about before it goes. @param {Context} context @param {ReturnType<typeof createShell>} shell */
function createStage(context, shell) {
  /** @type {Part|null} */
  let part = null;
  /** @type {string[]} */
  let at = [];
  let asking = false;

  const isDirty = () => part?.isDirty?.() ?? false;

  /** @param {string[]} parts */
  async function go(parts) {
    if (asking || hrefOf(parts) === hrefOf(at)) return;
    if (isDirty() && !(await mayLeave())) return;
    const within = part?.show && parts[0] === at[0] && !collection(parts[0]);
    at = parts;
    shell.update({ current: placeOf(parts) });
    document.title = [places().find(({ id }) => id === placeOf(parts))?.label, forms.title].filter(Boolean).join(" – ");
    if (within) return part?.show?.(parts.slice(1));
    await put(parts, true);
  }

  /** The address goes back to where one still is while the question stands. */
  async function mayLeave() {
    const wanted = location.hash;
    asking = true;
    history.replaceState(null, "", hrefOf(at));
    const yes = await confirm({ title: forms.leave_title, text: forms.leave_text, action: forms.leave, danger: true });
    asking = false;
    if (yes) history.replaceState(null, "", wanted);
    return yes;
  }

  /** @param {string[]} parts @param {boolean} moved */
  async function put(parts, moved) {
    part?.stop?.();
    const next = await create(context, parts);
    if (at !== parts) return next.stop?.();
    part = next;
    shell.main.replaceChildren(part.el);
    part.show?.(parts.slice(1));
    if (!moved) return;
    shell.main.scrollTop = 0;
    part.focus?.();
    if (document.activeElement === document.body) shell.main.focus({ preventScroll: true });
  }

  return { go, isDirty, again: () => put(at, false) };
}

/** @param {Context} context @param {string[]} parts @returns {Promise<Part>} */
async function create(context, [place, id, from]) {
  const load = own(PARTS, place);
  if (load) return (await load())(context.api, context);
  const found = collection(place);
  if (!found) return { el: h("div", { class: "admin-page" }, h("h2", { text: forms.no_place }), h("p", {}, h("a", { href: hrefOf([HOME]), text: forms.home }))) };
  if (found.single) return createEditor(context, found, { id: place });
  if (!id) return createCollectionList(context, found);
  return createEditor(context, found, id === "+" ? { id: null, from } : { id });
}

void start();

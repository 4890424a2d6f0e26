/* Owns the start of the design page: every part of the pages in each of its states, and the display choices to see them in. No token. */

import { h } from "../lib/dom.js";
import { speak } from "../lib/language.js";
import { ui } from "../strings.en.js";
import { selectField } from "../ui/fields.js";
import { onRoute } from "../ui/route.js";
import { createShell } from "../ui/shell.js";
import { createToaster } from "../ui/toaster.js";
import { buttons, colours, icons, marks, type } from "./basics.js";
import { charts } from "./charts.js";
import { fields } from "./fields.js";
import { floats, notices } from "./floats.js";
import { lists } from "./lists.js";
import { signIn, statuses } from "./states.js";
import { talk } from "./talk.js";

/** @typedef {keyof typeof ui.design.section} SectionName */

/** In the order of the page. @type {Record<SectionName, (toaster: ReturnType<typeof createToaster>) => Node[]>} */
const SECTIONS = { colours, type, buttons, marks, fields, lists, statuses, floats, notices, charts, talk, signIn, icons };

await speak(callboardDisplay.language());
const names = /** @type {SectionName[]} */ (Object.keys(SECTIONS));
const nav = names.map((id) => ({ id, label: ui.design.section[id], href: `#/${id}` }));
const toaster = createToaster();
const shell = createShell({ title: ui.design_page, nav, current: names[0] });
const sections = new Map(names.map((name) => [name, section(name)]));
shell.main.append(head(), ...sections.values());
document.title = `${ui.design_page} – Callboard`;
document.body.replaceChildren(shell.el, toaster.el);
onRoute(([name]) => {
  const wanted = names.find((one) => one === name);
  if (!wanted) return;
  shell.update({ current: wanted });
  const el = sections.get(wanted);
  el?.scrollIntoView({ block: "start" });
  el?.querySelector("h2")?.focus({ preventScroll: true });
});

/** @param {SectionName} name */
function section(name) {
  const id = `section-${name}`;
  return h("section", { class: "show", "aria-labelledby": id }, h("h2", { id, class: "show-title", tabindex: -1, text: ui.design.section[name] }), ...SECTIONS[name](toaster));
}

/** The lead, and the display choices, each a field of its own. */
function head() {
  const choices = /** @type {(keyof ReturnType<typeof callboardDisplay.read>)[]} */ (Object.keys(callboardDisplay.CHOICES)).map(choice);
  return h("div", { class: "show-head" }, h("p", { class: "page-lead", text: ui.design.lead }), h("div", { class: "show-choices" }, ...choices));
}

/** @param {keyof ReturnType<typeof callboardDisplay.read>} name */
function choice(name) {
  const values = /** @type {Record<string, string>} */ (ui.display_values[name]);
  const options = callboardDisplay.CHOICES[name].map((value) => ({ value, label: values[value] }));
  const field = selectField({ name, label: ui.display_choices[name], options, value: callboardDisplay.read()[name] });
  field.el.addEventListener("change", () => {
    const before = callboardDisplay.language();
    callboardDisplay.change({ [name]: field.get() });
    if (callboardDisplay.language() !== before) location.reload();
  });
  return field.el;
}

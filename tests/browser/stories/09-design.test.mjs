/* Owns the stories of the design system: each part by keyboard, the display choices, and the look of all of it. */

import assert from "node:assert/strict";
import { look } from "../helpers/looks.mjs";
import { popOf, startChat } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

/** Chooses by the design page's own fields. @param {import("playwright-core").Page} page @param {Record<string, string>} choices */
async function choose(page, choices) {
  for (const [name, label] of Object.entries(choices)) await page.getByRole("combobox", { name, exact: true }).selectOption({ label });
}

/** The name of what has the focus. @param {import("playwright-core").Page} page */
function focused(page) {
  return page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim() ?? "");
}

story("every_part_stands_light_and_dark_roomy_and_compact", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  await page.getByRole("grid", { name: "Conversations", exact: true }).waitFor();
  await look(page, "design");
  await choose(page, { Density: "Compact" });
  assert.equal(await page.evaluate(() => document.documentElement.dataset.density), "compact");
  await look(page, "design-compact");
});

story("every_part_stands_from_right_to_left", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  await choose(page, { Direction: "Right to left (to try)" });
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
  await look(page, "design-rtl");
});

story("where_the_system_sets_the_colours_on_and_off_can_still_be_told_apart", async ({ server, open }) => {
  const page = await open(`${server.base}/design`, { forcedColors: "active", viewport: { width: 390, height: 844 } });
  const form = page.getByRole("form", { name: "Filled in" });
  const background = (/** @type {string} */ name) => form.getByRole("switch", { name }).evaluate((el) => getComputedStyle(el).backgroundColor);
  assert.notEqual(await background("Decline is allowed"), await background("Record the refusals"));
  const combo = form.getByRole("combobox", { name: "Queue", exact: true });
  await combo.fill("sal");
  const marked = form.getByRole("listbox", { name: "Queue", exact: true }).getByRole("option", { name: "Sales" });
  assert.equal(await marked.evaluate((el) => getComputedStyle(el).outlineStyle), "solid");
  await combo.press("Escape");
  assert.equal(await page.getByRole("main").evaluate((el) => el.scrollWidth - el.clientWidth), 0, "nothing runs out of a narrow page");
});

story("a_chosen_theme_and_language_hold_on_every_page_before_it_is_painted", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await choose(page, { Theme: "Dark" });
  const dark = await background();
  assert.notEqual(dark, light);
  await choose(page, { Language: "Deutsch" });
  await page.getByRole("heading", { name: "Schaltflächen" }).waitFor();
  // Without what builds the page: the theme stands before that.
  await page.route("**/agent/main.js", (route) => route.abort());
  for (const path of ["/agent", "/"]) {
    await page.goto(server.base + path);
    assert.equal(await background(), dark, path);
  }
  await page.unroute("**/agent/main.js");
  await page.getByRole("link", { name: /^Verwaltung/ }).waitFor();
  await page.goto(`${server.base}/agent`);
  await page.getByRole("button", { name: "Anmelden" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  await page.getByRole("button", { name: "Darstellung" }).click();
  await page.getByRole("menuitemradio", { name: "Wie das System" }).click();
  assert.equal(await background(), light);
  await page.goto(server.chat);
  await page.getByLabel("Your name").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en", "a channel's language is its own");
});

story("the_desk_speaks_the_chosen_language_and_stands_from_right_to_left", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await desk.getByRole("button", { name: "Display" }).click();
  await desk.getByRole("menuitemradio", { name: "Deutsch" }).click();
  await desk.getByText("Verbunden", { exact: true }).waitFor();
  await startChat(await open(server.chat), { name: "Maria Schneider", topic: "Delivery", message: "Hello" });
  const pop = popOf(desk, "Maria Schneider");
  await pop.getByText("Warteschlange", { exact: true }).waitFor();
  await look(desk, "desk-german-pop");
  await pop.getByRole("button", { name: "Annehmen" }).click();
  await desk.getByRole("textbox", { name: "Nachricht an Maria Schneider" }).waitFor();
  await look(desk, "desk-german");
  await desk.getByRole("button", { name: "Darstellung" }).click();
  await desk.getByRole("menuitemradio", { name: /^Von rechts nach links/ }).click();
  await look(desk, "desk-german-rtl");
  await desk.getByRole("button", { name: "Darstellung" }).click();
  await desk.getByRole("menuitemradio", { name: "Kompakt" }).click();
  await look(desk, "desk-german-rtl-compact");
});

story("the_sign_in_form_says_what_is_wrong_with_a_token_and_lets_the_right_one_in", async ({ server, open }) => {
  const page = await open(`${server.base}/admin#/queues`);
  const token = page.getByLabel("Token");
  const tries = [["nonsense", "This token is not valid"], [server.desks[0].split("token=")[1], "This token does not belong to an administrator"], ["", "Enter a token."]];
  for (const [text, answer] of tries) {
    await token.fill(text);
    await token.press("Enter");
    await page.getByRole("alert").getByText(answer, { exact: false }).waitFor();
    assert.equal(await token.getAttribute("aria-invalid"), "true");
  }
  const key = await server.admin("PUT", "/v1/api-keys/shop", { name: "Shop", role: "backend" });
  await token.fill(key.token);
  await token.press("Enter");
  await page.getByRole("alert").getByText("does not belong to an administrator", { exact: false }).waitFor();
  const right = await server.admin("PUT", "/v1/api-keys/office", { name: "Office", role: "admin" });
  await token.fill(right.token);
  await token.press("Enter");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  assert.equal(new URL(page.url()).hash, "#/queues", "the place that was asked for");
  const pages = page.getByRole("navigation", { name: "Pages" });
  await pages.getByRole("link", { name: "Supervisor" }).click();
  await page.waitForURL("**/supervisor**");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  assert.equal(await token.count(), 0, "one token serves both pages in a tab");
  await pages.getByRole("link", { name: "Administration" }).click();
  await page.waitForURL("**/admin**");
  await page.getByRole("button", { name: "Sign out" }).click();
  await token.waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, "nothing is left behind");
});

story("menus_tabs_and_dialogs_are_used_by_keyboard_alone", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  const actions = page.getByRole("button", { name: "Actions", exact: true });
  await actions.press("Enter");
  assert.match(await focused(page), /^Edit/);
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), "Delete");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("m");
  assert.equal(await focused(page), "Make a copy");
  await page.keyboard.press("Enter");
  await page.getByText("Picked: Make a copy").waitFor();
  assert.equal(await focused(page), "Actions", "the button has the focus again");
  await actions.press("ArrowUp");
  assert.equal(await focused(page), "Delete");
  await page.keyboard.press("Escape");
  assert.equal(await actions.getAttribute("aria-expanded"), "false");

  await page.getByRole("tab", { name: "General" }).press("ArrowRight");
  await page.getByRole("tabpanel", { name: "Distribution" }).waitFor();
  await page.keyboard.press("End");
  assert.equal(await focused(page), "Routing rules");
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tabpanel", { name: "General" }).waitFor();

  const opener = page.getByRole("button", { name: "Open a dialog" });
  await opener.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Move a conversation" });
  await dialog.waitFor();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    assert.ok(await dialog.evaluate((el) => el.contains(document.activeElement)), "Tab stays in the dialog");
  }
  for (let i = 0; i < 7; i++) {
    await page.keyboard.press("Shift+Tab");
    assert.ok(await dialog.evaluate((el) => el.contains(document.activeElement)), "Shift+Tab stays in the dialog");
  }
  await look(page, "design-dialog", "dialog");
  await page.keyboard.press("Escape");
  await page.getByText("Answer: nothing").waitFor();
  assert.equal(await focused(page), "Open a dialog");
  await page.getByRole("button", { name: "Ask before deleting" }).press("Enter");
  await page.getByRole("alertdialog", { name: "Delete this queue?" }).getByRole("button", { name: "Delete" }).press("Enter");
  await page.getByText("Answer: true").waitFor();
  assert.equal(await focused(page), "Ask before deleting");
});

story("a_combo_finds_by_letters_keeps_what_is_picked_and_gives_back_what_was_not", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  const form = page.getByRole("form", { name: "Filled in" });
  const combo = form.getByRole("combobox", { name: "Queue", exact: true });
  assert.equal(await combo.inputValue(), "VIP");
  await combo.fill("uber");
  const options = page.getByRole("listbox", { name: "Queue", exact: true }).getByRole("option");
  assert.deepEqual(await options.allInnerTexts(), ["Überseeversand\n7 agents"]);
  await look(page, "design-combo", "form");
  await combo.press("Enter");
  assert.equal(await combo.inputValue(), "Überseeversand");
  await combo.press("ArrowDown");
  await combo.press("Home");
  await combo.fill("re");
  await combo.press("Escape");
  assert.equal(await combo.inputValue(), "Überseeversand");
  await combo.fill("nothing like it");
  await form.getByText("Nothing matches.").waitFor();
  await combo.press("Tab");
  assert.equal(await combo.inputValue(), "Überseeversand");

  const words = form.getByRole("textbox", { name: "Words" });
  await words.fill("silver");
  await words.press("Enter");
  const chosen = page.getByRole("list", { name: "Words" }).getByRole("listitem");
  assert.deepEqual(await chosen.allInnerTexts(), ["gold", "VIP", "silver"]);
  await words.press("Backspace");
  await page.getByRole("button", { name: "Remove gold" }).press("Enter");
  assert.deepEqual(await chosen.allInnerTexts(), ["VIP"]);
  const skills = form.getByRole("combobox", { name: "Skills" });
  await skills.fill("vip");
  await skills.press("Enter");
  assert.deepEqual(await form.getByRole("list", { name: "Skills" }).getByRole("listitem").allInnerTexts(), ["Sales", "Returns", "VIP"]);
  const locked = page.getByRole("form", { name: "Locked" });
  assert.equal(await locked.getByRole("button").count(), 0, "nothing of what is locked can be taken out");
  for (const field of await locked.getByRole("spinbutton").or(locked.getByRole("combobox")).or(locked.getByRole("textbox")).or(locked.getByRole("switch")).all()) assert.ok(await field.isDisabled(), await field.getAttribute("name"));
  const answer = form.getByRole("spinbutton", { name: "Time to answer" });
  await answer.fill("2");
  await answer.press("Tab");
  await page.getByText("From 5 to 600 seconds.").waitFor();
});

story("rows_are_walked_by_arrows_sorted_by_their_headings_and_opened_by_enter", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  const grid = page.getByRole("grid", { name: "Conversations", exact: true });
  const names = async () => (await grid.getByRole("row").all()).slice(1, 4).map((row) => row.getByRole("gridcell").first().innerText());
  await page.getByRole("button", { name: "Show 500" }).click();
  await grid.getByRole("row", { name: /^Customer 1,/ }).press("ArrowDown");
  assert.match(await focused(page), /^Customer 2,/);
  await page.keyboard.press("Enter");
  await page.getByText("Customer 2 opened.").first().waitFor();
  await page.keyboard.press("End");
  assert.match(await focused(page), /^Customer 500,/);
  await page.keyboard.press("Home");
  assert.match(await focused(page), /^Customer 1,/);

  const heading = grid.getByRole("columnheader", { name: "Customer" });
  const sort = heading.getByRole("button");
  await sort.press("Enter");
  assert.equal(await heading.getAttribute("aria-sort"), "ascending");
  await sort.press("Enter");
  assert.equal(await heading.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await Promise.all(await names()), ["Customer 500", "Customer 499", "Customer 498"]);
  await sort.press("Enter");
  assert.deepEqual(await Promise.all(await names()), ["Customer 1", "Customer 2", "Customer 3"]);
});

story("nothing_jumps_when_a_list_comes", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  const grid = page.getByRole("grid", { name: "A list that comes" });
  const below = page.getByRole("grid", { name: "Conversations", exact: true });
  const heading = grid.getByRole("columnheader", { name: "Waiting" });
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole("button", { name: "Load once more" }).click();
    const before = [await heading.boundingBox(), width > 560 ? await below.boundingBox() : null];
    await page.getByRole("button", { name: "Let it come" }).click();
    await grid.getByRole("row", { name: /^Customer 6,/ }).waitFor();
    assert.deepEqual([await heading.boundingBox(), width > 560 ? await below.boundingBox() : null], before, `at ${width} pixels`);
  }
});

story("short_words_say_themselves_and_can_be_taken_back", async ({ server, open }) => {
  const page = await open(`${server.base}/design`);
  await page.getByRole("button", { name: "Say what went wrong" }).click();
  await page.getByRole("alert").getByText("The queue was not saved", { exact: false }).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Say something with an action" }).click();
  await look(page, "design-toasts", "section");
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await page.getByRole("status").getByText("The rule is back.").waitFor({ state: "attached" });
  assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
});

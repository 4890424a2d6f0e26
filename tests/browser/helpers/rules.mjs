/* Owns what an administrator does with rules and flows, in people's words: by keyboard alone, roles and names only. */

import assert from "node:assert/strict";

const MOST_TABS = 120;

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

/**
 * The administrator's page at an address of it, signed in with a key of its own.
 * @param {import("./story.mjs").Stage} stage
 * @param {string} hash
 */
export async function openAdmin({ server, open }, hash) {
  const { token } = await server.admin("PUT", `/v1/api-keys/story-${Math.random().toString(36).slice(2)}`, { name: "Story", role: "admin" });
  const page = await open(`${server.base}/admin#token=${token}`);
  await page.getByRole("navigation", { name: "Administration" }).or(page.getByRole("main")).first().waitFor();
  await page.getByRole("link", { name: "Work streams" }).first().waitFor();
  await goTo(page, hash);
  return page;
}

/** @param {Page} page @param {string} hash */
export function goTo(page, hash) {
  return page.evaluate((hash) => void (location.hash = hash), hash);
}

/** Goes to a control with Tab, as somebody without a mouse does. @param {Page} page @param {Locator} control @param {"Tab"|"Shift+Tab"} [key] */
export async function reach(page, control, key = "Tab") {
  await control.waitFor();
  for (let presses = 0; presses < MOST_TABS; presses++) {
    if (await control.evaluate((el) => el === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${control} is not reached by ${key}`);
}

/** Goes there and presses. @param {Page} page @param {Locator} control @param {"Tab"|"Shift+Tab"} [key] */
export async function press(page, control, key) {
  await reach(page, control, key);
  await page.keyboard.press("Enter");
}

/** Goes there and writes over what stands there. @param {Page} page @param {Locator} field @param {string} text */
export async function type(page, field, text) {
  await reach(page, field);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Chooses from a list by arrow keys, as letters do not do for one who types slowly. @param {Page} page @param {Locator} list @param {string} label */
export async function arrowTo(page, list, label) {
  await reach(page, list);
  const chosen = () => list.evaluate((el) => el.selectedOptions[0].label);
  for (let presses = 0; presses < MOST_TABS && !(await chosen()).startsWith(label); presses++) await page.keyboard.press("ArrowDown");
  assert.ok((await chosen()).startsWith(label), `${label} is in the list`);
}

/** Finds an option of a combobox by its first letters. @param {Page} page @param {Locator} combo @param {string} text */
export async function choose(page, combo, text) {
  await reach(page, combo);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** The same with the pointer's way to the field. @param {Page} page @param {Locator} combo @param {string} text */
export async function pick(page, combo, text) {
  await combo.focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** The card of a rule. @param {Page} page @param {string} name */
export function ruleCard(page, name) {
  return page.getByRole("group", { name: `Rule ${name}`, exact: true });
}

/** By what a card is dragged; it has no name of its own, since the keyboard has other ways. @param {Page} page @param {string} name */
export function gripOf(page, name) {
  return ruleCard(page, name).getByTitle("Drag to another place");
}

/** What the try-it pane says. @param {Page} page */
export function answerOf(page) {
  return page.getByRole("region", { name: "Try it" }).getByRole("status");
}

/** The names of the rules in their order. @param {Page} page @param {string} [list] */
export function ruleNames(page, list = "Routing rules") {
  return page.getByRole("group", { name: list, exact: true }).getByRole("textbox", { name: "Name of the rule" }).evaluateAll((all) => all.map((el) => el.value));
}

/* Owns what people do on the pages, in their words: a customer starts a chat, an agent reads a pop, somebody waits. Roles and names only. */

import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";

/** @typedef {import("playwright-core").Page} Page */

/** As long as a page waits for anything; how often it is asked meanwhile. */
const WITHIN_MS = 30_000;
const EVERY_MS = 50;

/**
 * Asks until the answer is this one: for what comes a moment after an act and is no element to wait for, as the text of a field.
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {T} wanted
 * @param {string} [what]
 */
export async function until(ask, wanted, what) {
  const over = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await ask();
    if (isDeepStrictEqual(found, wanted)) return;
    if (Date.now() > over) assert.deepEqual(found, wanted, what);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** Waits until it has the focus. @param {import("playwright-core").Locator} locator @param {string} [what] */
export function hasFocus(locator, what = `${locator} has the focus`) {
  return until(() => locator.evaluate((el) => el.getRootNode().activeElement === el), true, what);
}

/**
 * A customer fills in the form and starts the chat.
 * @param {Page} page
 * @param {{name: string, topic?: string, message: string}} customer
 */
export async function startChat(page, { name, topic, message }) {
  await page.getByLabel("Your name").fill(name);
  if (topic) await page.getByLabel("What is it about? (optional)").fill(topic);
  await page.getByLabel("Your message").fill(message);
  await page.getByRole("button", { name: "Start chat" }).click();
  await page.getByRole("button", { name: "End chat" }).waitFor();
}

/** The agent's desk is connected. @param {Page} page */
export async function deskReady(page) {
  await page.getByText("Connected", { exact: true }).waitFor();
}

/** The screen pop of a customer. @param {Page} page @param {string} name */
export function popOf(page, name) {
  return page.getByRole("alertdialog", { name: new RegExp(name) });
}

/** The seconds that a pop has left. @param {import("playwright-core").Locator} pop */
export async function secondsLeft(pop) {
  const [minutes, seconds] = (await pop.getByRole("timer").innerText()).split(":").map(Number);
  return minutes * 60 + seconds;
}

/** The first of several desks at which the pop of this customer stands. @param {Page[]} desks @param {string} name */
export async function whoHasPop(desks, name) {
  const at = await Promise.any(desks.map((desk, i) => popOf(desk, name).waitFor().then(() => i)));
  return { holder: desks[at], other: desks[1 - at] };
}

/** Writes into the open conversation, or chat, and sends. @param {Page} page @param {RegExp|string} field @param {string} text */
export async function write(page, field, text) {
  const box = page.getByRole("textbox", { name: field });
  await box.fill(text);
  await box.press("Enter");
}

/** A line in the messages. @param {Page} page @param {string} text */
export function line(page, text) {
  return page.getByRole("log").getByText(text, { exact: true });
}

/* Owns what an administrator does with forms, in their words. Roles and names only. */

import assert from "node:assert/strict";
import { forms } from "../../../static/js/strings.en.js";

/** @typedef {import("playwright-core").Page} Page */

/** An administrator's page at a place. @param {(url: string, options?: object) => Promise<Page>} open @param {import("./server.mjs").Server} server @param {string} place @param {object} [options] */
export async function adminAt(open, server, place, options) {
  const page = await open(`${server.base}/admin#token=${server.token}`, options);
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  await page.goto(`${server.base}/admin#/${place}`);
  if (place.includes("/")) await page.locator("form").waitFor();
  return page;
}

/** A field by its name. @param {Page} page @param {string} name */
export function field(page, name) {
  return page.getByRole("form").getByLabel(name, { exact: true }).filter({ visible: true }).first();
}

/** A section of the form. @param {Page} page @param {string} name */
export function section(page, name) {
  return page.getByRole("region", { name, exact: true });
}

/** Saves, and hears that it was saved; an earlier notice that says the same is not taken for it. @param {Page} page @param {string} name */
export async function saved(page, name) {
  const answered = page.waitForResponse((response) => ["PUT", "PATCH"].includes(response.request().method()));
  await page.getByRole("button", { name: "Save" }).click();
  assert.ok((await answered).ok(), `${name} is saved`);
  await page.getByText(forms.saving, { exact: true }).waitFor({ state: "hidden" });
  await page.getByRole("region", { name: "Notices" }).getByText(`${name}: saved.`).last().waitFor();
}

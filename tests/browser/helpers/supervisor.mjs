/* Owns the supervisor of the stories: made over the API, with a token, and the page signed in with it. Roles and names only. */

import assert from "node:assert/strict";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"Queues"|"Agents"|"Work streams"} Table */

/**
 * Makes a supervisor and opens the board.
 * @param {import("./story.mjs").Stage} stage
 * @param {string} [place] the part of the address after `#`, once signed in
 */
export async function openBoard({ server, open }, place) {
  await server.admin("PUT", "/v1/agents/sue", { name: "Sue", role: "supervisor" });
  const { token } = await server.admin("POST", "/v1/agents/sue/tokens", { ttl_seconds: 3600 });
  const page = await open(`${server.base}/supervisor#token=${token}`);
  await boardReady(page);
  if (place) await page.evaluate((to) => void (globalThis.location.hash = to), place);
  return page;
}

/** The board is there and live. @param {Page} page */
export async function boardReady(page) {
  await page.getByText("Live", { exact: true }).waitFor();
}

/** One of the board's tables. @param {Page} page @param {Table} name */
function tableOf(page, name) {
  return page.getByRole("grid", { name, exact: true }).or(page.getByRole("table", { name, exact: true }));
}

/** A row of one of the board's tables. @param {Page} page @param {Table} table @param {string} name */
export function rowOf(page, table, name) {
  return tableOf(page, table).getByRole("row", { name, exact: true });
}

/**
 * Waits until a cell, found by its row and the heading over it, shows this.
 * @param {Page} page @param {Table} table @param {string} row @param {string} column @param {string|RegExp} text
 */
export async function cell(page, table, row, column, text) {
  await rowOf(page, table, row).waitFor();
  const heads = await tableOf(page, table).getByRole("columnheader").allInnerTexts();
  const at = heads.findIndex((head) => head.replace(/\s+/g, " ").trim() === column);
  assert.ok(at >= 0, `${table} has a column ${column}`);
  const cells = rowOf(page, table, row).getByRole("gridcell");
  const wanted = typeof text === "string" ? new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`) : text;
  await cells.nth(at).filter({ hasText: wanted }).waitFor();
}

/** Picks a presence in an agent's menu. @param {Page} page @param {string} agent @param {string} presence */
export async function choose(page, agent, presence) {
  await page.getByRole("button", { name: `Actions for ${agent}` }).click();
  await page.getByRole("menuitemradio", { name: presence, exact: true }).click();
}

/** The agent's own page says that this is the presence. @param {Page} desk @param {string} presence */
export async function deskShows(desk, presence) {
  const shown = desk.getByRole("banner").getByText(presence).or(desk.getByRole("combobox", { name: "Presence" }));
  await shown.first().waitFor();
  await desk.waitForFunction((text) => {
    const bar = document.querySelector("header");
    const select = bar?.querySelector("select");
    return select ? select.selectedOptions[0]?.text === text : bar?.innerText.includes(text);
  }, presence);
}

/* Owns the supervisor of the stories: made over the API, with a token, and the page signed in with it. Roles and names only. */

/** @typedef {import("playwright-core").Page} Page */

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

/** A row of one of the board's tables. @param {Page} page @param {"Queues"|"Agents"|"Work streams"} table @param {string} name */
export function rowOf(page, table, name) {
  return page.getByRole("grid", { name: table }).or(page.getByRole("table", { name: table })).getByRole("row", { name, exact: true });
}

/** A cell of a row, by the heading over it. @param {Page} page @param {"Queues"|"Agents"|"Work streams"} table @param {string} name @param {string} column */
export async function cellOf(page, table, name, column) {
  const heads = await page.getByRole("grid", { name: table }).or(page.getByRole("table", { name: table })).getByRole("columnheader").allInnerTexts();
  return rowOf(page, table, name).getByRole("gridcell").or(rowOf(page, table, name).getByRole("cell")).nth(heads.findIndex((head) => head.trim() === column));
}

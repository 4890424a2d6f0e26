/* Owns the frame of a story: a server and a browser for it, everything clean at its end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertClean, launchBrowser, newWatch, openPage } from "./browser.mjs";
import { deskReady } from "./people.mjs";
import { startServer } from "./server.mjs";
import { startSite } from "./site.mjs";

const STORY_WITHIN_MS = 120_000;
/** The demo's agents in the order of their printed desktops; all serve all queues here, so that a story knows who can be asked. */
const AGENTS = ["ana", "ben"];
const QUEUES = ["support", "sales", "vip"];

/**
 * @typedef {object} Stage
 * @property {import("./server.mjs").Server} server
 * @property {import("playwright-core").Browser} browser
 * @property {import("./browser.mjs").Watch} watch
 * @property {(url: string, options?: object) => Promise<import("playwright-core").Page>} open
 * @property {(count: number) => Promise<import("playwright-core").Page[]>} openDesks
 * @property {(options?: object) => Promise<import("./site.mjs").Site>} elsewhere a web site of another origin, with the widget on it
 */

/**
 * Tells one story. `agents` is merged into the demo's agents before anybody signs in.
 * @param {string} name
 * @param {(stage: Stage) => Promise<void>} tell
 * @param {{agents?: object, work_stream?: object}} [setup]
 */
export function story(name, tell, { agents = {}, work_stream } = {}) {
  test(name, { timeout: STORY_WITHIN_MS }, async () => {
    const server = await startServer();
    const browser = await launchBrowser();
    const watch = newWatch();
    const sites = [];
    try {
      for (const id of AGENTS) await server.admin("PATCH", `/v1/agents/${id}`, { queue_ids: QUEUES, ...agents });
      if (work_stream) await server.admin("PATCH", "/v1/work-streams/web-push", work_stream);
      const open = (url, options) => openPage(browser, url, watch, options);
      const elsewhere = async (options) => {
        const site = await startSite({ desk: server.base, ...options });
        sites.push(site);
        return site;
      };
      await tell({ server, browser, watch, open, openDesks: (count) => openDesks(server, open, count), elsewhere });
      assertClean(watch, [server.base, ...sites.map((site) => site.origin)]);
    } finally {
      for (const site of sites) site.stop();
      await browser.close();
      await server.stop();
    }
  });
}

/** The desks of the first agents, signed in and connected. */
async function openDesks(server, open, count) {
  assert.ok(server.desks.length >= count, "the demo prints a desktop for each agent");
  const desks = await Promise.all(server.desks.slice(0, count).map((url) => open(url)));
  await Promise.all(desks.map(deskReady));
  return desks;
}

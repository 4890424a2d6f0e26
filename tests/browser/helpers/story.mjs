/* Owns the frame of a story: a server and windows for it in the file's browser, everything clean and closed at its end. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { assertClean, launchBrowser, newWatch, openPage } from "./browser.mjs";
import { tellMore } from "./failure.mjs";
import { deskReady } from "./people.mjs";
import { startServer } from "./server.mjs";
import { startSite } from "./site.mjs";
import { RATE } from "./slow.mjs";

const STORY_WITHIN_MS = 300_000 * RATE;
/** What a story that takes too long has to say of it. */
const TOLD_WITHIN_MS = 60_000;
/** As long as no story takes: no pop goes while somebody looks at something else. */
const POP_SECONDS = 600;
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

/** The browser of the file; each story has windows of its own in it. @type {Promise<import("playwright-core").Browser>|null} */
let shared = null;
after(async () => (await shared)?.close());

/** One that is there: it may have died with an earlier story. */
async function browserOfFile() {
  if (!(await shared?.catch(() => null))?.isConnected()) shared = launchBrowser();
  return /** @type {Promise<import("playwright-core").Browser>} */ (shared);
}

/**
 * Tells one story. `agents` is merged into the demo's agents before anybody signs in.
 * @param {string} name
 * @param {(stage: Stage) => Promise<void>} tell
 * @param {{agents?: object, work_stream?: object}} [setup]
 */
export function story(name, tell, { agents = {}, work_stream } = {}) {
  test(name, { timeout: STORY_WITHIN_MS + TOLD_WITHIN_MS }, async () => {
    const opening = browserOfFile();
    opening.catch(() => {});
    const server = await startServer();
    const watch = newWatch();
    const sites = [];
    try {
      const browser = await opening;
      await Promise.all(AGENTS.map((id) => server.admin("PATCH", `/v1/agents/${id}`, { queue_ids: QUEUES, ...agents })));
      await server.admin("PATCH", "/v1/work-streams/web-push", { distribution: { notification: { timeout_seconds: POP_SECONDS } } });
      if (work_stream) await server.admin("PATCH", "/v1/work-streams/web-push", work_stream);
      const open = (url, options) => openPage(browser, url, watch, options);
      const elsewhere = async (options) => {
        const site = await startSite({ desk: server.base, ...options });
        sites.push(site);
        return site;
      };
      await inTime(tell({ server, browser, watch, open, openDesks: (count) => openDesks(server, open, count), elsewhere }));
      assertClean(watch, [server.base, ...sites.map((site) => site.origin)]);
    } catch (error) {
      await tellMore(error, name, watch, server.said);
      throw error;
    } finally {
      for (const site of sites) site.stop();
      const browser = await opening.catch(() => null);
      await Promise.all([...(browser?.contexts() ?? []).map((context) => context.close()), server.stop()]);
    }
  });
}

/** Fails by itself before the runner would, which could say nothing of the pages. @param {Promise<void>} told */
async function inTime(told) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const over = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`not told within ${STORY_WITHIN_MS / 1000} s`)), STORY_WITHIN_MS); });
  try {
    await Promise.race([told, over]);
  } finally {
    clearTimeout(timer);
    told.catch(() => {});
  }
}

/** The desks of the first agents, signed in and connected. */
async function openDesks(server, open, count) {
  assert.ok(server.desks.length >= count, "the demo prints a desktop for each agent");
  const desks = await Promise.all(server.desks.slice(0, count).map((url) => open(url)));
  await Promise.all(desks.map(deskReady));
  return desks;
}

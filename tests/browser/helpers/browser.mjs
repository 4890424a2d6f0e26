/*
 * Owns the browser of the stories: Chromium by its path, a window for each person, and an eye on every request. Pages are
 * used as people use them, by role and name; `axe` looks at what stands there.
 */

import assert from "node:assert/strict";
import axe from "axe-core";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Launches Chromium for one file of stories. */
export function launchBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

/**
 * What the pages asked for and what went wrong in them.
 * @typedef {{hosts: Set<string>, errors: string[]}} Watch
 */

/** @returns {Watch} */
export function newWatch() {
  return { hosts: new Set(), errors: [] };
}

/**
 * Opens a page in a window of its own (own storage), as one person's. Nothing moves there: what is looked at is not halfway.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {Watch} watch
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, url, watch, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", reducedMotion: "reduce", ...options });
  await context.addInitScript({ content: axe.source });
  return newPage(context, url, watch);
}

/** @param {import("playwright-core").BrowserContext} context @param {string} url @param {Watch} watch */
export async function newPage(context, url, watch) {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("request", (request) => note(watch, request.url()));
  page.on("websocket", (socket) => note(watch, socket.url()));
  page.on("pageerror", (error) => watch.errors.push(String(error)));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) watch.errors.push(message.text());
  });
  await page.goto(url);
  return page;
}

/** @param {Watch} watch @param {string} url */
function note(watch, url) {
  if (!url.startsWith("about:")) watch.hosts.add(new URL(url).host);
}

/**
 * Nothing went to another host, nothing threw, nothing broke the content security policy.
 * @param {Watch} watch @param {string[]} bases
 */
export function assertClean(watch, bases) {
  const ours = new Set(bases.map((base) => new URL(base).host));
  assert.ok(watch.hosts.size > 0, "something was asked for");
  assert.deepEqual([...watch.hosts].filter((host) => !ours.has(host)), []);
  assert.deepEqual(watch.errors, []);
}

/**
 * Axe finds nothing, by all of its rules, in each frame by itself.
 * @param {import("playwright-core").Page} page
 * @param {string} what
 * @param {string|null} [within] what of the page itself is looked at, where the rest is not ours
 */
export async function assertAccessible(page, what, within = null) {
  for (const frame of page.frames()) {
    const part = frame === page.mainFrame() ? within : null;
    const { violations } = await frame.evaluate((part) => globalThis.axe.run(part ?? document, { resultTypes: ["violations"], iframes: false }), part);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; ")}`);
    assert.deepEqual(found, [], what);
  }
}

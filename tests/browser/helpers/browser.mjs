/*
 * Owns the browser of the stories: Chromium by its path, a window for each person, and an eye on every request. Pages are
 * used as people use them, by role and name; `axe` looks at what stands there.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { slowPage, slowWindow } from "./slow.mjs";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Long enough for a machine that does three other things: what comes is not waited for any longer than it takes. */
const ACT_WITHIN_MS = 30_000;
const MOST_SAID = 20;

/** The small one: every page of a window reads it. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Launches Chromium for one file of stories. */
export function launchBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
}

/**
 * What the pages asked for and what went wrong in them.
 * @typedef {{hosts: Set<string>, errors: string[], said: string[], pages: import("playwright-core").Page[]}} Watch `said`: the last warnings
 */

/** @returns {Watch} */
export function newWatch() {
  return { hosts: new Set(), errors: [], said: [], pages: [] };
}

/**
 * Opens a page in a window of its own (own storage), as one person's. Nothing moves there: what is looked at is not halfway.
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {Watch} watch
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, url, watch, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", reducedMotion: "reduce", timezoneId: noonZone(), ...options });
  await context.addInitScript({ content: AXE });
  context.on("page", (opened) => watch.pages.push(opened));
  await slowWindow(context);
  return newPage(context, url, watch);
}

/** Where it is about noon: the day does not change while a story is told. @param {Date} [now] */
export function noonZone(now = new Date()) {
  const east = 12 - now.getUTCHours();
  // Their names count westwards.
  return `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}`;
}

/** @param {import("playwright-core").BrowserContext} context @param {string} url @param {Watch} watch */
export async function newPage(context, url, watch) {
  const page = await context.newPage();
  page.setDefaultTimeout(ACT_WITHIN_MS);
  await slowPage(page);
  page.on("request", (request) => note(watch, request.url()));
  page.on("websocket", (socket) => note(watch, socket.url()));
  page.on("pageerror", (error) => watch.errors.push(String(error)));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) watch.errors.push(message.text());
    if (/^(error|warning)$/.test(message.type()) && watch.said.push(message.text()) > MOST_SAID) watch.said.shift();
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

/** What a change of colours alone can break. @type {import("axe-core").RunOptions} */
const BY_COLOUR = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

/**
 * Axe finds nothing, by all of its rules, in each frame by itself.
 * @param {import("playwright-core").Page} page
 * @param {string} what
 * @param {string|null} [within] what of the page itself is looked at, where the rest is not ours
 * @param {boolean} [recoloured] the same was looked at before in other colours
 */
export async function assertAccessible(page, what, within = null, recoloured = false) {
  // What is half faded in has no contrast yet.
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const frame of page.frames()) {
    const part = frame === page.mainFrame() ? within : null;
    const options = { resultTypes: ["violations"], iframes: false, selectors: false, ...(recoloured ? BY_COLOUR : {}) };
    const run = (/** @type {object} */ more) => frame.evaluate(([part, options]) => globalThis.axe.run(part ?? document, options), [part, { ...options, ...more }]);
    let { violations } = await run({});
    if (violations.length === 0) continue;
    // Where is worth its time only now; should it be gone meanwhile, it was there.
    const again = await run({ selectors: true });
    if (again.violations.length) ({ violations } = again);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target ?? node.html} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`).join("; ")}`);
    assert.deepEqual(found, [], what);
  }
}

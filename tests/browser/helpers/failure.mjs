/*
 * Owns what is told of a story that failed, so that its log alone leads to the cause: the address of every page, what stands on it,
 * what it and the server said last, and where a picture of it is kept (in the folder STORY_FAILED, else one of the machine's own).
 */

import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const FOLDER = path.resolve(process.env.INIT_CWD ?? ".", process.env.STORY_FAILED ?? path.join(tmpdir(), "callboard-stories"));
const LINES = 40;
const WITHIN_MS = 10_000;

/**
 * Adds to an error what stood on the pages when it came.
 * @param {unknown} error
 * @param {string} name of the story
 * @param {import("./browser.mjs").Watch} watch
 * @param {string[]} server what it said last
 */
export async function tellMore(error, name, watch, server) {
  if (!(error instanceof Error)) return;
  const open = watch.pages.filter((page) => !page.isClosed());
  const pages = await Promise.all(open.map((page, i) => pageTold(page, path.join(FOLDER, `${name}-${i + 1}.png`))));
  const list = (/** @type {string} */ title, /** @type {string[]} */ lines) => (lines.length ? [title, ...lines.map((line) => `  ${line}`)] : []);
  const told = [...pages.flat(), ...list("Errors of the pages:", watch.errors), ...list("Warnings of the pages:", watch.said), ...list("The server's last words:", server)];
  error.stack = `${error.stack}\n\nWhen ${name} failed:\n${told.join("\n")}\n`;
}

/** @param {import("playwright-core").Page} page @param {string} picture */
async function pageTold(page, picture) {
  const lines = [`Page ${page.url()}`];
  for (const frame of page.frames()) {
    const text = await inTime(frame.evaluate(() => document.body?.innerText ?? ""), "(it does not answer)");
    const shown = text.split("\n").map((line) => line.trim()).filter(Boolean);
    if (frame !== page.mainFrame() && shown.length) lines.push(`  in the frame ${frame.url()}`);
    lines.push(...shown.slice(0, LINES).map((line) => `  | ${line}`));
    if (shown.length > LINES) lines.push(`  | … ${shown.length - LINES} lines more`);
  }
  await mkdir(FOLDER, { recursive: true });
  const kept = await inTime(page.screenshot({ path: picture, timeout: WITHIN_MS }).then(() => picture), "none could be made");
  return [...lines, `  picture: ${kept}`];
}

/** @param {Promise<string>} answer @param {string} otherwise */
async function inTime(answer, otherwise) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(() => resolve(otherwise), WITHIN_MS); });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}

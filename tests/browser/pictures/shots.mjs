/*
 * Owns taking a picture of what stands on a page, at 1440 and 390 pixels, light and dark, as small WebP. The browser itself writes them,
 * so that nothing else need be installed.
 */

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../docs/img/", import.meta.url));
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const QUALITY = 82;

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{sizes?: number[], schemes?: string[], before?: (page: Page, width: number) => Promise<void>}} Options `before` each one: what a width needs to show the same */

/**
 * @param {Page} page
 * @param {string} name of the files: `name-1440-light.webp`
 * @param {Options} [options]
 */
export async function picture(page, name, { sizes = [1440, 390], schemes = ["light", "dark"], before } = {}) {
  const session = await page.context().newCDPSession(page);
  for (const size of SIZES.filter(({ width }) => sizes.includes(width))) {
    await page.setViewportSize(size);
    await page.mouse.move(0, 0);
    await before?.(page, size.width);
    for (const colorScheme of SCHEMES.filter((one) => schemes.includes(one))) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
      await writeFile(path.join(FOLDER, `${name}-${size.width}-${colorScheme}.webp`), Buffer.from(data, "base64"));
    }
  }
  await page.setViewportSize(SIZES[0]);
  await session.detach();
}

/**
 * From its beginning, with nothing in focus, once all is there: for `before` where neither is what the picture is of.
 * @param {Page} page
 */
export async function calm(page) {
  await page.waitForFunction(() => !/Loading|Waiting for the board/.test(document.querySelector("main")?.innerText ?? ""));
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    document.querySelector("main")?.scrollTo(0, 0);
    document.querySelector("nav [aria-current='page'].shell-link")?.scrollIntoView({ inline: "center", block: "nearest" });
  });
}

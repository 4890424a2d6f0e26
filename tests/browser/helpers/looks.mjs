/*
 * Owns the look at a state of a page, at 1440 and 390 pixels, light and dark: axe finds nothing, in the page and in its frames. With
 * STORY_SHOTS naming a folder, a screenshot of each is left there for people to look at.
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { assertAccessible } from "./browser.mjs";

const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const folder = process.env.STORY_SHOTS ? path.resolve(process.env.INIT_CWD ?? ".", process.env.STORY_SHOTS) : null;

/** @param {import("playwright-core").Page} page @param {string} name @param {string} [within] a selector, where the rest is not ours */
export async function look(page, name, within) {
  if (folder) await mkdir(folder, { recursive: true });
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const what = `${name}-${size.width}-${colorScheme}`;
      await assertAccessible(page, what, within);
      if (folder) await page.screenshot({ path: path.join(folder, `${what}.png`) });
    }
  }
  await page.setViewportSize(SIZES[0]);
}

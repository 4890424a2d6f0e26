/*
 * Owns the look at a state of a page, at 1440 and 390 pixels, light and dark: axe finds nothing, in the page and in its frames. With
 * STORY_SHOTS naming a folder, a screenshot of each is left there for people to look at.
 */

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { assertAccessible } from "./browser.mjs";

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** @type {[{width: number, height: number}, ("light"|"dark")[]][]} */
const LOOKS = [[WIDE, ["light", "dark"]], [NARROW, ["dark", "light"]]];
const folder = process.env.STORY_SHOTS ? path.resolve(process.env.INIT_CWD ?? ".", process.env.STORY_SHOTS) : null;

/**
 * The two schemes differ in colours alone (tests/browser/unit/styles.test.mjs): the second of a size is looked at for these.
 * @param {import("playwright-core").Page} page @param {string} name @param {string} [within] a selector, where the rest is not ours
 */
export async function look(page, name, within) {
  if (folder) await mkdir(folder, { recursive: true });
  for (const [size, schemes] of LOOKS) {
    await page.setViewportSize(size);
    for (const [i, colorScheme] of schemes.entries()) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const what = `${name}-${size.width}-${colorScheme}`;
      await assertAccessible(page, what, within, i > 0);
      if (folder) await page.screenshot({ path: path.join(folder, `${what}.png`) });
    }
  }
  await page.setViewportSize(WIDE);
}

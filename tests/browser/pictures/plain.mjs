/* Owns the pictures of the pages that need no token: the start, the sign-in form, the design system. */

import { picture } from "./shots.mjs";

/** @param {{server: import("../helpers/server.mjs").Server, open: (url: string, options?: object) => Promise<import("playwright-core").Page>}} stage */
export async function plainPictures({ server, open }) {
  const page = await open(`${server.base}/`);
  await page.getByRole("link", { name: /^Agent desk/ }).waitFor();
  await picture(page, "start");
  await page.goto(`${server.base}/agent`);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await picture(page, "sign-in");
  await page.goto(`${server.base}/design`);
  await page.getByRole("heading", { name: "Colours" }).waitFor();
  await picture(page, "design");
  await page.evaluate(() => void (location.hash = "#/lists"));
  await page.getByRole("grid", { name: "A list that comes" }).waitFor();
  await picture(page, "design-lists");
  await page.context().close();
}

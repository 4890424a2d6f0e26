/*
 * Owns the pictures in docs/img: `npm run pictures`, with CALLBOARD_BIN naming the program. Starts the demo, brings traffic, walks through
 * the pages and takes each at 1440 and 390 pixels, light and dark. What is named after it (`npm run pictures -- desk`) is taken alone.
 */

import path from "node:path";
import { launchBrowser, newWatch, openPage } from "../helpers/browser.mjs";
import { startServer } from "../helpers/server.mjs";
import { startSite } from "../helpers/site.mjs";
import { adminPictures } from "./admin.mjs";
import { chatPictures, deskPictures } from "./desk.mjs";
import { plainPictures } from "./plain.mjs";
import { arrive, bot, configure } from "./scene.mjs";
import { supervisorPictures } from "./supervisor.mjs";

if (!process.env.CALLBOARD_BIN) throw new Error("CALLBOARD_BIN must name the callboard program");
process.env.CALLBOARD_BIN = path.resolve(process.env.INIT_CWD ?? ".", process.env.CALLBOARD_BIN);
const WAYS = { plain: plainPictures, desk: deskPictures, supervisor: supervisorPictures, admin: adminPictures, chat: chatPictures };
const wanted = process.argv.slice(2);
const server = await startServer();
const browser = await launchBrowser();
const watch = newWatch();
/** @type {import("./scene.mjs").Bot[]} */
let bots = [];
try {
  await configure(server);
  bots = await Promise.all(["ben", "cleo", "dara", "emil", "fatima"].map((id) => bot(server, id)));
  await past();
  const open = (/** @type {string} */ url, /** @type {object} */ options) => openPage(browser, url, watch, options);
  const elsewhere = (/** @type {object} */ options) => startSite({ desk: server.base, ...options });
  for (const [name, way] of Object.entries(WAYS)) if (wanted.length === 0 || wanted.includes(name)) await way({ server, open, elsewhere, bots });
} finally {
  for (const one of bots) one.stop();
  await browser.close();
  await server.stop();
}
for (const error of watch.errors) console.error(error);

/** What happened before the first picture: some served, some gone before anybody had them, some still with their agents, some waiting. */
async function past() {
  for (let round = 0; round < 3; round++) {
    await arrive(server, 12, round * 12);
    await until(() => bots.reduce((sum, { held }) => sum + held.length, 0) >= 8);
    for (const one of bots) await one.finish();
  }
  for (const id of await arrive(server, 3, 3, { context: { tier: "gold", topic: "Contract" } })) await server.admin("POST", `/v1/conversations/${id}/end`);
  await arrive(server, 30, 5);
}

/** @param {() => boolean} holds */
async function until(holds) {
  for (let i = 0; i < 100 && !holds(); i++) await new Promise((done) => setTimeout(done, 50));
}

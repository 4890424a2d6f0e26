/*
 * Owns the measurement of Open work items with 500 of them: how long frames take while one scrolls, at rest and while items change, and
 * while one types into the search. Prints percentiles; asserts nothing of speed. `CALLBOARD_BIN=… npm run bench`; no part of the suite.
 */

import path from "node:path";
import { launchBrowser, newWatch, openPage } from "../helpers/browser.mjs";
import { deskReady } from "../helpers/people.mjs";
import { startServer } from "../helpers/server.mjs";

const ITEMS = 500;
const AT_ONCE = 25;
const FRAMES = 600;

process.env.CALLBOARD_BIN = path.resolve(process.env.INIT_CWD ?? ".", process.env.CALLBOARD_BIN ?? "");
const server = await startServer();
const browser = await launchBrowser();
try {
  await measure();
} finally {
  await browser.close();
  await server.stop();
}

async function measure() {
  await server.admin("PATCH", "/v1/agents/ana", { queue_ids: ["support", "sales", "vip"] });
  const ids = await inBatches(ITEMS, (i) => server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: `Customer ${i}` }, context: { topic: `Topic ${i}` }, message: { text: "hello" } }));
  const desk = await openPage(browser, server.desks[0], newWatch());
  await deskReady(desk);
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByText(`${ITEMS} items`, { exact: true }).waitFor();
  const list = desk.getByRole("list", { name: "Open work items" });
  console.log(`frame times in ms over ${FRAMES} frames, ${ITEMS} items (a frame is 16.7 ms at 60 a second)`);
  report("at rest", await list.evaluate(frames, { count: FRAMES, step: 0 }));
  report("scrolling", await list.evaluate(frames, { count: FRAMES, step: 120 }));
  const { changes, stop } = changing(ids.map(({ id }) => id));
  report("scrolling, items change", await list.evaluate(frames, { count: FRAMES, step: 120 }));
  await stop();
  console.log(`  (${changes()} changes meanwhile; the server sends them at most 4 times a second)`);
  const search = desk.getByRole("searchbox", { name: "Search open work items" });
  report("from a key to its frame", await search.evaluate(typing, ["t", "to", "top", "topic", "topic 4", "topic 49", "topic 499", "topic 49", "topic 4", "topic", "t", ""]));
}

/** The time of each frame, while it scrolls up and down by `step` pixels a frame. Runs in the page. */
function frames(list, { count, step }) {
  const box = list.parentElement;
  return new Promise((done) => {
    const took = [];
    let by = step;
    let last = performance.now();
    const next = (now) => {
      took.push(now - last);
      last = now;
      if (box.scrollTop + by < 0 || box.scrollTop + by > box.scrollHeight - box.clientHeight) by = -by;
      box.scrollTop += by;
      if (took.length < count) requestAnimationFrame(next);
      else done(took);
    };
    requestAnimationFrame(next);
  });
}

/** From each input to the frame that shows what it found. Runs in the page. */
async function typing(input, texts) {
  const took = [];
  for (const text of texts) {
    await new Promise((done) => requestAnimationFrame(done));
    const start = performance.now();
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    // The frame that was asked for, drawn: a task after it.
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - start);
  }
  return took;
}

/** Changes one item after the other until it is stopped. @param {string[]} ids */
function changing(ids) {
  let count = 0;
  let going = true;
  const run = (async () => {
    while (going) {
      await server.admin("PATCH", `/v1/conversations/${ids[(count * 7) % ids.length]}/context`, { topic: `Changed ${count}` });
      count += 1;
    }
  })();
  return {
    changes: () => count,
    stop: () => ((going = false), run),
  };
}

/** @param {number} count @param {(i: number) => Promise<any>} make */
async function inBatches(count, make) {
  const made = [];
  for (let i = 0; i < count; i += AT_ONCE) made.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => make(i + j)))));
  return made;
}

/** @param {string} what @param {number[]} took */
function report(what, took) {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
  console.log(`  ${what.padEnd(26)} p50 ${at(0.5)}  p90 ${at(0.9)}  p99 ${at(0.99)}  max ${at(1)}`);
}

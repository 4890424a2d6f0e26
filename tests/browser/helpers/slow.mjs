/*
 * Owns a slow machine: with STORY_SLOW=6 every page thinks six times slower, and each answer and each frame of a socket comes up to
 * LATE_MS late, at random, in its order. A story that fails then waits for the wrong thing, or not at all.
 */

/** How many times slower; 1 where nobody asks for it. */
export const RATE = Math.max(1, Number(process.env.STORY_SLOW ?? 1));
const LATE_MS = 300;

/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("playwright-core").Page} Page */

const late = () => Math.random() * LATE_MS;
const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Every page of this window becomes slow, those that it opens itself, too. @param {BrowserContext} context */
export async function slowWindow(context) {
  if (RATE === 1) return;
  context.on("page", (page) => void slowPage(page));
  await context.route("**/*", async (route) => {
    await wait(late());
    // The page may be gone meanwhile.
    await route.continue().catch(() => {});
  });
  await context.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    const [up, down] = [inTurn(), inTurn()];
    socket.onMessage((frame) => up(() => server.send(frame)));
    server.onMessage((frame) => down(() => socket.send(frame)));
    socket.onClose((code, reason) => up(() => server.close({ code, reason })));
    server.onClose((code, reason) => down(() => socket.close({ code, reason })));
  });
}

/** Its own process is throttled, and that of each frame of another site. @param {Page} page */
export async function slowPage(page) {
  if (RATE === 1) return;
  const throttle = async (/** @type {Page|import("playwright-core").Frame} */ of) => {
    const session = await page.context().newCDPSession(of);
    await session.send("Emulation.setCPUThrottlingRate", { rate: RATE });
  };
  // A frame of the same site is throttled with its page, and one that is gone need not be.
  page.on("framenavigated", (frame) => void (frame.parentFrame() && throttle(frame).catch(() => {})));
  await throttle(page).catch(() => {});
}

/** Runs one after the other, each late. */
function inTurn() {
  let due = 0;
  let last = Promise.resolve();
  return (/** @type {() => unknown} */ run) => {
    due = Math.max(due, Date.now() + late());
    const at = due;
    last = last.then(() => wait(at - Date.now())).then(run).then(() => {}, () => {});
  };
}

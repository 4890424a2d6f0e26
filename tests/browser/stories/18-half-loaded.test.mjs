/* Owns the look at pages that are not there yet: what they asked for is held back, then fails, in a window so low that everything scrolls. */

import assert from "node:assert/strict";
import { assertAccessible } from "../helpers/browser.mjs";
import { until } from "../helpers/people.mjs";
import { goTo } from "../helpers/rules.mjs";
import { story } from "../helpers/story.mjs";
import { openBoard } from "../helpers/supervisor.mjs";

const WIDE = { width: 1440, height: 320 };
const NARROW = { width: 390, height: 320 };
/** What only a server can say. */
const UNTRUE = /^(Nothing on your desk|Nobody waits)$/;
const api = (/** @type {URL} */ url) => url.pathname.startsWith("/v1/") && url.pathname !== "/v1/me";

/**
 * Stands between a page and the API: holds back what is asked, lets it fail, or lets it through.
 * @param {import("playwright-core").Page} page
 */
async function between(page) {
  /** @type {import("playwright-core").Route[]} */
  const held = [];
  let how = "hold";
  await page.route(api, (route) => (how === "fail" ? route.abort() : how === "pass" ? route.continue() : void held.push(route)));
  return {
    hold: () => (how = "hold"),
    pass: () => (how = "pass"),
    async fail() {
      how = "fail";
      await Promise.all(held.splice(0).map((route) => route.abort().catch(() => {})));
    },
  };
}

/** Goes to places whose list is held back, then fails, and comes when one tries again. @param {import("playwright-core").Page} page @param {Record<string, string>} places by hash, what fails there */
async function walk(page, places) {
  const { hold, fail, pass } = await between(page);
  for (const [place, what] of Object.entries(places)) {
    hold();
    await page.setViewportSize(WIDE);
    await goTo(page, `#/${place}`);
    await page.getByRole("main").getByText(/^Loading/).first().waitFor({ state: "attached" });
    await assertAccessible(page, `${place}: held back`);
    await fail();
    await page.getByRole("main").getByText(what).first().waitFor();
    await page.getByRole("main").getByRole("button", { name: "Try again" }).first().waitFor();
    await page.setViewportSize(NARROW);
    await assertAccessible(page, `${place}: failed`);
    assert.equal(await page.getByText("not_connected").count(), 0, `${place} says it in words`);
    pass();
    await page.getByRole("main").getByRole("button", { name: "Try again" }).evaluateAll((all) => all.forEach((button) => button.click()));
    await page.getByRole("main").getByText(what).first().waitFor({ state: "hidden" });
  }
}

story("the_supervisors_lists_are_right_while_they_come_and_where_they_do_not", async (stage) => {
  const { id } = await stage.server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: "Ines Aydin" } });
  const board = await openBoard(stage, "/tools");
  const gone = /server cannot be reached|could not be loaded/;
  await walk(board, { conversations: gone, "queues/vip": gone, "agents/ana": gone, "intervals/queues/vip": gone, [`conversations/${id}`]: gone });
});

story("the_administrators_lists_are_right_while_they_come_and_where_they_do_not", async ({ server, open }) => {
  const page = await open(`${server.base}/admin#token=${server.token}`);
  await page.getByRole("grid", { name: "Work streams" }).waitFor();
  const gone = /server cannot be reached/;
  await walk(page, { queues: gone, "queues/vip": gone, audit: gone, checks: gone, keys: gone, guide: gone, skills: gone });
  await page.getByText("No skill yet").waitFor();
  await assertAccessible(page, "skills: none");
});

story("what_the_desk_has_closed_is_right_while_it_comes_and_where_it_does_not_and_where_there_is_nothing", async ({ openDesks }) => {
  const [desk] = await openDesks(1);
  await desk.setViewportSize(WIDE);
  const { fail, pass } = await between(desk);
  await desk.getByRole("button", { name: /^Closed/ }).click();
  await desk.getByText(/^Loading/).filter({ visible: true }).first().waitFor();
  await assertAccessible(desk, "closed: held back");
  await fail();
  await desk.getByText("The closed conversations could not be loaded.").waitFor();
  await desk.setViewportSize(NARROW);
  await assertAccessible(desk, "closed: failed");
  pass();
  await desk.getByRole("button", { name: "Load again" }).click();
  await desk.getByText("You closed nothing in the last 24 hours.").waitFor();
  await assertAccessible(desk, "closed: none");
});

story("a_page_whose_first_words_do_not_come_says_so_and_can_be_used", async ({ server, open }) => {
  const tokens = { "/supervisor": server.token, "/admin": server.token, "/agent": new URL(server.desks[0]).hash.slice("#token=".length) };
  for (const path of ["/supervisor", "/admin", "/agent", new URL(server.chat).pathname, "/design", "/"]) {
    const page = await open("about:blank", { viewport: WIDE });
    const { fail } = await between(page);
    await page.routeWebSocket(api, () => {});
    await page.goto(`${server.base}${path}${tokens[path] ? `#token=${tokens[path]}` : ""}`);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await assertAccessible(page, `${path}: held back`);
    if (tokens[path]) assert.equal(await page.getByText(UNTRUE).filter({ visible: true }).count(), 0, `${path} takes nothing for nought that it does not know`);
    await fail();
    await page.setViewportSize(NARROW);
    if (path === "/admin") await page.getByRole("button", { name: "Try again" }).waitFor();
    if (path.startsWith("/chat")) await page.getByText("The chat cannot be reached", { exact: false }).waitFor();
    await assertAccessible(page, `${path}: failed`);
    await page.context().close();
  }
});

story("a_question_whose_answer_takes_its_time_is_right_while_it_waits", async (stage) => {
  const { id } = await stage.server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: "Ines Aydin" } });
  const board = await openBoard(stage, `/conversations/${id}`);
  await board.getByRole("button", { name: "Force close" }).click();
  const question = board.getByRole("dialog", { name: "Close this conversation by force?" });
  await question.getByRole("textbox", { name: "Reason" }).fill("a test by staff");
  const { fail } = await between(board);
  await question.getByRole("button", { name: "Force close" }).click();
  await until(() => question.getByRole("button", { name: "Cancel" }).getAttribute("aria-disabled"), "true");
  await assertAccessible(board, "while it waits");
  await fail();
  await question.getByRole("alert").filter({ hasText: "The server cannot be reached." }).waitFor();
  await until(() => question.getByRole("button", { name: "Force close" }).getAttribute("aria-disabled"), null, "it can be tried again");
});

story("five_hundred_conversations_are_a_list_like_any_other", async (stage) => {
  for (let i = 0; i < 500; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, k) => stage.server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: `Customer ${i + k}` }, context: { topic: i + k === 77 ? "An umbrella" : "Tea" } })));
  }
  const board = await openBoard(stage, "/conversations");
  await board.getByText("500 conversations", { exact: true }).waitFor();
  const list = board.getByRole("grid", { name: "Conversations" });
  await list.getByRole("row").nth(1).press("End");
  await board.waitForFunction(() => document.activeElement?.matches("tbody > tr:nth-child(500)"));
  await board.getByRole("searchbox", { name: "Search in what is shown" }).fill("umbrella");
  await board.getByText("1 conversation", { exact: true }).waitFor();
  await list.getByRole("row", { name: "Customer 77", exact: true }).waitFor();
});

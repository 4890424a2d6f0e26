/* Owns the stories of the supervisor's board: pushed, never reloaded; presences set from afar; figures as a file; a connection lost and back. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { assertAccessible } from "../helpers/browser.mjs";
import { look } from "../helpers/looks.mjs";
import { deskReady, hasFocus, line, popOf, startChat } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";
import { boardReady, cell, choose, deskShows, openBoard, rowOf } from "../helpers/supervisor.mjs";

const pick = (server) => server.chat.replace(/channel=[^&]*/, "channel=web-pick");

story("a_conversation_that_waits_shows_on_the_board_without_a_reload_and_leaves_it_when_it_is_taken", async (stage) => {
  const { server, open, openDesks } = stage;
  const board = await openBoard(stage);
  await rowOf(board, "Queues", "Sales").waitFor();
  await board.evaluate(() => void (globalThis.never_reloaded = true));
  await look(board, "board-empty");
  const [desk] = await openDesks(1);
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await startChat(await open(pick(server)), { name: "Ines Aydin", message: "Is anybody there?" });
  await cell(board, "Queues", "Sales", "Waiting", "1");
  await cell(board, "Queues", "Sales", "Longest wait", /^\d+:\d\d$/);
  await startChat(await open(server.chat), { name: "Tom Okafor", message: "hello" });
  await popOf(desk, "Tom Okafor").waitFor();
  await cell(board, "Queues", "Support", "On offer", "1");
  await cell(board, "Agents", "Ana", "Conversations", "1 on offer");
  await look(board, "board-busy");
  await board.getByRole("link", { name: "Sales", exact: true }).click();
  await board.getByRole("grid", { name: "Waiting" }).getByRole("link", { name: "Ines Aydin" }).waitFor();
  await look(board, "board-queue");

  await desk.keyboard.press("Escape");
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByRole("button", { name: "Take Ines Aydin" }).click();
  await board.getByText("Nobody waits in this queue").waitFor();
  await board.getByRole("grid", { name: "In work" }).getByRole("link", { name: "Ines Aydin" }).waitFor();
  await board.getByRole("link", { name: "Board", exact: true }).first().click();
  await cell(board, "Queues", "Sales", "Waiting", "0");
  await cell(board, "Queues", "Sales", "Active", "1");
  await cell(board, "Agents", "Ana", "Conversations", "1 on offer · 1 active");
  await board.getByRole("link", { name: "1 on offer · 1 active" }).click();
  await board.getByRole("grid", { name: "Conversations" }).getByRole("link", { name: "Ines Aydin" }).waitFor();
  await board.getByRole("grid", { name: "Conversations" }).getByRole("link", { name: "Tom Okafor" }).waitFor();
  await look(board, "board-agent");
  assert.equal(await board.evaluate(() => globalThis.never_reloaded), true);
});

story("the_supervisor_sets_an_agents_presence_and_the_agents_page_says_so", async (stage) => {
  const board = await openBoard(stage);
  const [desk] = await stage.openDesks(1);
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await board.getByRole("button", { name: "Actions for Ana" }).click();
  await assertAccessible(board, "board-menu");
  await board.getByRole("menuitemradio", { name: "Away" }).click();
  const question = board.getByRole("alertdialog", { name: "Set Ana to Away?" });
  await question.getByText(/Ana gets no more work in Away/).waitFor();
  await look(board, "board-confirm");
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
  await cell(board, "Agents", "Ana", "Presence", "Available");

  await choose(board, "Ana", "Away");
  await board.getByRole("button", { name: "Set to Away" }).click();
  await cell(board, "Agents", "Ana", "Presence", "Away");
  await deskShows(desk, "Away");
  await choose(board, "Ana", "Available");
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await deskShows(desk, "Available");
  await board.getByRole("button", { name: "Actions for Ben" }).click();
  assert.equal(await board.getByRole("menuitemradio", { name: "Available" }).getAttribute("aria-disabled"), "true", "Ben is not there");
});

const impatient = { work_stream: { distribution: { notification: { kind: "screen_pop_decline", timeout_seconds: 2 } } } };

story("an_agent_who_missed_an_offer_is_put_back_to_work_from_the_board", async (stage) => {
  const { server, open, openDesks } = stage;
  await server.admin("PATCH", "/v1/settings", { missed_notifications: true });
  const board = await openBoard(stage);
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  // The pop stands for some seconds alone.
  await Promise.all([startChat(customer, { name: "Maria Schneider", message: "hello" }), popOf(desk, "Maria Schneider").waitFor()]);
  await cell(board, "Agents", "Ana", "Presence", "Inactive");
  await board.getByRole("button", { name: "Actions for Ana" }).click();
  await board.getByRole("menuitem", { name: /^Reset missed offers/ }).click();
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await deskShows(desk, "Available");
}, impatient);

story("an_alarm_is_shown_and_kept_in_a_list", async (stage) => {
  const { server, open } = stage;
  const board = await openBoard(stage);
  await server.admin("PUT", "/v1/queues/night", { name: "Night" });
  await server.admin("PATCH", "/v1/work-streams/web-pick", { fallback_queue_id: "night" });
  await rowOf(board, "Queues", "Night").waitFor();
  await startChat(await open(pick(server)), { name: "Ines Aydin", message: "Is anybody there?" });
  await board.getByRole("button", { name: "Alarms, 1 new" }).click();
  const list = board.getByRole("dialog", { name: "Alarms" });
  await list.getByText(/Conversations wait in a queue that nobody serves/).waitFor();
  await look(board, "board-alarms");
  await board.keyboard.press("Escape");
  await board.reload();
  await boardReady(board);
  await board.getByRole("button", { name: "Alarms", exact: true }).click();
  await list.getByText(/Conversations wait in a queue that nobody serves/).waitFor();
  await list.getByRole("button", { name: "Clear the list" }).click();
  await board.getByRole("button", { name: "Alarms", exact: true }).click();
  await list.getByText("No alarm since this page was opened.").waitFor();
});

story("the_board_opens_for_an_api_key_of_a_supervisor_and_not_for_an_agent", async (stage) => {
  const { server, open } = stage;
  const { token } = await server.admin("PUT", "/v1/api-keys/wall", { name: "The screen on the wall", role: "supervisor" });
  const board = await open(`${server.base}/supervisor#token=${token}`);
  await boardReady(board);
  await cell(board, "Agents", "Ben", "Presence", "Offline");
  assert.ok(!board.url().includes(token), "the token leaves the address");
  await server.admin("DELETE", "/v1/api-keys/wall");
  await board.getByText("This token is not valid, or has expired.", { exact: false }).waitFor();

  const agent = await server.admin("POST", "/v1/agents/ben/tokens", { ttl_seconds: 3600 });
  const refused = await open(`${server.base}/supervisor#token=${agent.token}`);
  await refused.getByText("This token does not belong to a supervisor.", { exact: false }).waitFor();
});

story("the_administrators_token_opens_every_place_of_the_supervisors_page_and_sets_a_presence", async (stage) => {
  const { server, open, openDesks } = stage;
  const [desk] = await openDesks(1);
  const board = await open(`${server.base}/supervisor#token=${server.token}`);
  await boardReady(board);
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await choose(board, "Ana", "Away");
  await board.getByRole("button", { name: "Set to Away" }).click();
  await deskShows(desk, "Away");
  const { id } = await server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: "Ines Aydin" }, message: { text: "Hello" } });
  await cell(board, "Queues", "Sales", "Waiting", "1");
  const places = { "/queues/sales": board.getByRole("grid", { name: "Waiting" }).getByRole("link", { name: "Ines Aydin" }), "/agents/ana": board.getByRole("heading", { name: "Ana", exact: true }), "/intervals": board.getByRole("button", { name: "Download CSV" }),
    "/conversations": board.getByRole("link", { name: "Ines Aydin" }), [`/conversations/${id}`]: board.getByRole("heading", { name: "Story of the conversation with Ines Aydin" }), "/tools": board.getByRole("form", { name: "Simulate" }) };
  for (const [place, shown] of Object.entries(places)) {
    await board.evaluate((to) => void (globalThis.location.hash = to), place);
    await shown.first().waitFor();
    await assertAccessible(board, `administrator ${place}`);
  }
});

story("figures_by_interval_are_shown_and_downloaded_as_the_server_writes_them", async (stage) => {
  const { server, open, openDesks } = stage;
  const [desk] = await openDesks(1);
  for (const name of ["Ines Aydin", "Jonas Berg"]) await startChat(await open(pick(server)), { name, message: "hello" });
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByRole("button", { name: "Take Ines Aydin" }).click();
  await line(desk, "hello").waitFor();
  const board = await openBoard(stage, "#/intervals");
  const lines = board.getByRole("table", { name: "By interval" });
  await lines.getByRole("row", { name: /^Sales/ }).waitFor();
  await look(board, "intervals-total");
  await board.getByText(/^Columns \(/).click();
  await board.getByRole("group", { name: "Fairness" }).getByLabel("Spread").check();
  await lines.getByRole("columnheader", { name: "Spread" }).waitFor();
  await look(board, "intervals-columns");
  await board.getByText(/^Columns \(/).click();
  await board.getByLabel("By", { exact: true }).selectOption({ label: "Quarter hour" });
  await board.getByText(/^(\d+ lines|1 to 200 of \d+)$/).waitFor();

  const [download] = await Promise.all([board.waitForEvent("download"), board.getByRole("button", { name: "Download CSV" }).click()]);
  assert.match(download.suggestedFilename(), /^callboard-queues-\d{4}-\d\d-\d\d-15m\.csv$/);
  const [header, ...rows] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  assert.match(header, /^queue_id,from,to,abandon_rate,abandoned,active_seconds_count,.*,wait_seconds_p90,wait_seconds_p99,/);
  const arrived = header.split(",").indexOf("arrived");
  assert.equal(rows.filter((row) => row.startsWith("sales,")).reduce((sum, row) => sum + Number(row.split(",")[arrived]), 0), 2);

  await lines.getByRole("link", { name: "Sales" }).first().click();
  await board.getByRole("heading", { name: "Sales, the whole time" }).waitFor();
  await board.getByText(/^From 0 to 1 each: a spread of 1/).waitFor();
  await look(board, "intervals-queue");
  await board.getByLabel("Show", { exact: true }).selectOption({ label: "Agents" });
  await lines.getByRole("link", { name: "Ana" }).first().click();
  await board.getByRole("heading", { name: "Ana, the whole time" }).waitFor();
  await look(board, "intervals-agent");
});

story("a_lost_connection_shows_with_the_time_of_its_data_and_comes_back_by_itself", async (stage) => {
  const { server, openDesks } = stage;
  const board = await openBoard(stage);
  const [desk] = await openDesks(1);
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await server.kill();
  const lost = board.getByText(/Connection lost, data as of \d\d:\d\d:\d\d/);
  await lost.waitFor();
  await board.getByText("Not connected", { exact: true }).waitFor();
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await look(board, "board-lost");
  await server.restart();
  await boardReady(board);
  await lost.waitFor({ state: "hidden" });
  await board.getByRole("region", { name: "Notices" }).getByText("Connected again. Everything is up to date.").first().waitFor();
  await deskReady(desk);
  await cell(board, "Agents", "Ana", "Presence", "Available");
  await board.context().setOffline(true);
  await lost.waitFor();
  await board.context().setOffline(false);
  await boardReady(board);
});

story("five_hundred_agents_and_a_hundred_queues_are_searched_and_sorted_while_one_types", async (stage) => {
  const { server } = stage;
  const whole = await server.admin("GET", "/v1/configuration");
  for (let i = 0; i < 100; i++) whole.queues[`team-${i}`] = { name: `Team ${i}` };
  for (let i = 0; i < 500; i++) whole.agents[`agent-${i}`] = { name: `Person ${i}`, queue_ids: [`team-${i % 100}`] };
  await server.admin("PUT", "/v1/configuration", whole);
  const board = await openBoard(stage);
  await rowOf(board, "Agents", "Person 499").waitFor({ state: "attached" });
  await board.getByRole("searchbox", { name: "Search agents" }).pressSequentially("person 499");
  await board.getByText("1 of 504", { exact: true }).waitFor();
  await board.getByRole("searchbox", { name: "Search agents" }).fill("");
  await board.getByRole("searchbox", { name: "Search work streams" }).fill("picked");
  await board.getByText("1 of 3", { exact: true }).waitFor();
  await board.getByRole("combobox", { name: "Queue" }).selectOption({ label: "Default messaging queue" });
  await board.getByText("504", { exact: true }).waitFor();
  await board.getByRole("combobox", { name: "Queue" }).selectOption({ label: "Team 7" });
  await board.getByText("5 of 504", { exact: true }).waitFor();
  await board.getByRole("grid", { name: "Queues" }).getByRole("button", { name: "Queue", exact: true }).click();
  await board.getByRole("grid", { name: "Queues" }).getByRole("button", { name: "Queue", exact: true }).click();
  await board.getByRole("grid", { name: "Queues" }).getByRole("row").nth(1).getByText("VIP").waitFor();
  await board.getByRole("combobox", { name: "Presence" }).selectOption({ label: "Offline" });
  await board.getByRole("combobox", { name: "Queue" }).selectOption({ label: "All" });
  await rowOf(board, "Agents", "Ben").focus();
  for (let i = 0; i < 3; i++) await board.keyboard.press("Tab");
  await hasFocus(board.getByRole("searchbox", { name: "Search work streams" }), "500 agents are one stop");
  await assertAccessible(board, "board-many");
});

/* Owns the stories of what supervisors and administrators do that nobody planned for: odd ids and addresses, a token that ends, a list that fails. */

import assert from "node:assert/strict";
import { assertAccessible } from "../helpers/browser.mjs";
import { adminAt, field } from "../helpers/forms.mjs";
import { hasFocus, until } from "../helpers/people.mjs";
import { goTo } from "../helpers/rules.mjs";
import { story } from "../helpers/story.mjs";
import { cell, openBoard, rowOf } from "../helpers/supervisor.mjs";

story("a_queue_whose_id_is_a_word_of_the_language_stands_on_the_board_as_any_other", async (stage) => {
  await stage.server.admin("PUT", "/v1/queues/constructor", { name: "Building" });
  await stage.server.admin("PUT", "/v1/agents/constructor", { name: "Con Structor", queue_ids: ["constructor"] });
  const board = await openBoard(stage);
  await cell(board, "Queues", "Building", "Waiting", "0");
  await rowOf(board, "Agents", "Con Structor").waitFor();
  await board.getByRole("link", { name: "Building", exact: true }).click();
  await board.getByRole("heading", { name: "Building" }).waitFor();
});

story("who_goes_to_another_place_by_keyboard_stands_at_its_heading_and_the_window_names_it", async (stage) => {
  const board = await openBoard(stage);
  await board.getByRole("searchbox", { name: "Search queues" }).fill("sal");
  await rowOf(board, "Queues", "Sales").focus();
  await board.keyboard.press("Enter");
  const heading = board.getByRole("heading", { name: "Sales", level: 2 });
  await heading.waitFor();
  await hasFocus(heading, "focus is at the queue's name");
  await until(async () => (await board.title()).startsWith("Sales – "), true);
  await board.goBack();
  await rowOf(board, "Queues", "Sales").waitFor();
  await hasFocus(rowOf(board, "Queues", "Sales"), "focus is where one left the board");
  await until(() => board.getByRole("searchbox", { name: "Search queues" }).inputValue(), "sal", "and so is the search");
  await until(async () => (await board.title()).startsWith("Board – "), true);
  await goTo(board, "#/intervals");
  await board.getByRole("button", { name: "Download CSV" }).waitFor();
  const kind = board.getByRole("main").getByRole("combobox").first();
  await kind.focus();
  await kind.press("ArrowDown");
  await board.waitForURL(/intervals\/./);
  await hasFocus(kind, "a field that changes the address keeps the focus");
});

story("an_unknown_conversation_is_asked_for_once_and_not_for_ever", async (stage) => {
  const board = await openBoard(stage);
  let asked = 0;
  board.on("request", (request) => (asked += request.url().endsWith("/v1/conversations/nope") ? 1 : 0));
  await board.clock.install();
  await goTo(board, "#/conversations/nope");
  await board.getByText("There is no such conversation").waitFor();
  await board.clock.runFor(20_000);
  await goTo(board, "#/conversations");
  await board.getByRole("heading", { name: "Conversations", level: 2 }).waitFor();
  assert.equal(asked, 1);
});

story("a_list_that_cannot_be_read_again_keeps_what_it_has_and_says_so", async (stage) => {
  const { server } = stage;
  await server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: "Ines Aydin" } });
  const board = await openBoard(stage, "/conversations");
  const row = board.getByRole("row", { name: "Ines Aydin" });
  await row.waitFor();
  await board.route("**/v1/conversations?*", (route) => route.abort());
  await board.getByRole("button", { name: "Refresh" }).click();
  await board.getByRole("button", { name: "Try again" }).waitFor();
  await row.waitFor();
  await board.unroute("**/v1/conversations?*");
  await board.getByRole("button", { name: "Try again" }).click();
  await board.getByRole("button", { name: "Try again" }).waitFor({ state: "detached" });
  await row.waitFor();
});

story("a_list_that_loads_or_fails_leaves_no_region_that_only_a_mouse_can_scroll", async (stage) => {
  const board = await openBoard(stage);
  await board.setViewportSize({ width: 1440, height: 420 });
  await rowOf(board, "Agents", "Ana").waitFor();
  /** @type {() => void} */
  let letGo = () => {};
  const held = new Promise((done) => { letGo = () => done(null); });
  await board.route("**/v1/conversations?*", (route) => held.then(() => route.abort()));
  await goTo(board, "#/agents/ana");
  await board.getByText("Loading").first().waitFor();
  await assertAccessible(board, "while it loads");
  letGo();
  await board.getByRole("button", { name: "Try again" }).first().waitFor();
  await assertAccessible(board, "where it failed");
});

story("an_address_of_the_administration_made_up_by_hand_says_that_nothing_is_there", async ({ server, open }) => {
  const page = await adminAt(open, server, "queues");
  for (const place of ["constructor", "__proto__", "toString", "nowhere"]) {
    await goTo(page, `#/${place}`);
    await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    await goTo(page, "#/queues");
    await page.getByRole("grid", { name: "Queues" }).waitFor();
    await until(async () => (await page.title()).startsWith("Queues – "), true);
  }
});

story("a_token_that_ends_while_a_form_is_filled_in_takes_nothing_that_was_typed_until_one_says_so", async ({ server, open }) => {
  const { token } = await server.admin("PUT", "/v1/api-keys/short", { name: "Short", role: "admin" });
  const page = await adminAt(open, { ...server, token }, "queues/vip");
  await field(page, "Name").fill("VIP, typed with care");
  await server.admin("DELETE", "/v1/api-keys/short");
  await page.getByRole("button", { name: "Save" }).click();
  const question = page.getByRole("dialog", { name: "You are signed out" });
  await question.getByRole("button", { name: "Close" }).click();
  assert.equal(await field(page, "Name").inputValue(), "VIP, typed with care");
  await page.getByRole("button", { name: "Save" }).click();
  await question.getByRole("button", { name: "Leave without saving" }).click();
  await page.getByText("Your token is not valid any more. Sign in again.").waitFor();
  await until(() => page.evaluate(() => sessionStorage.getItem("callboard.token.admin")), null);
});

story("a_variable_that_is_no_number_and_half_a_time_are_told_and_not_taken_for_what_is_not_known", async (stage) => {
  const board = await openBoard(stage, "/tools");
  const amount = board.getByRole("spinbutton", { name: "Amount" });
  await amount.pressSequentially("--5e");
  await board.getByRole("button", { name: "Simulate", exact: true }).click();
  await board.getByText("Nothing simulated yet").waitFor();
  await until(() => amount.getAttribute("aria-invalid"), "true");
  await amount.fill("5");
  const at = board.getByLabel("At (optional)");
  await at.pressSequentially("11");
  await board.getByRole("button", { name: "Simulate", exact: true }).click();
  await board.getByText("The date or the time is incomplete.").waitFor();
  await board.getByText("Nothing simulated yet").waitFor();
  await until(() => at.getAttribute("aria-invalid"), "true");
  await at.fill("2026-11-21T03:00");
  await board.getByRole("button", { name: "Simulate", exact: true }).click();
  await board.getByText("Nothing simulated yet").waitFor({ state: "hidden" });
});

story("a_server_that_is_gone_is_no_agent_who_is_not_connected_and_no_wrong_value", async (stage) => {
  const { server, open } = stage;
  const { id } = await server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: "Ines Aydin" } });
  const page = await adminAt(open, server, "queues/vip");
  const board = await openBoard(stage, `/conversations/${id}`);
  await board.getByRole("heading", { name: /Ines Aydin/ }).waitFor();
  await server.kill();
  await board.getByText("The story could not be loaded. The server cannot be reached.").waitFor();
  await field(page, "Name").fill("VIP, typed with care");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("Not saved", { exact: true }).waitFor();
  await server.restart();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("region", { name: "Notices" }).getByText("VIP, typed with care: saved.").last().waitFor();
  await board.getByText("The story could not be loaded").waitFor({ state: "detached" });
});

story("a_what_if_of_no_capacity_given_is_not_one_of_capacity_nought", async (stage) => {
  const board = await openBoard(stage, "/tools");
  let asked = 0;
  board.on("request", (request) => (asked += request.url().endsWith("/v1/routing/whatif") ? 1 : 0));
  await board.getByRole("tab", { name: "What if" }).click();
  await board.getByRole("combobox", { name: "Change", exact: true }).selectOption("capacity");
  const capacity = board.getByRole("spinbutton", { name: /capacity/i });
  await capacity.fill("");
  await board.getByRole("button", { name: "Play", exact: true }).click();
  await board.getByRole("tabpanel").getByText("must be a number").waitFor();
  assert.equal(asked, 0);
});

/* Owns the stories of the desk's sides: command bar, open work items, customer panel, top bar. */

import assert from "node:assert/strict";
import { look } from "../helpers/looks.mjs";
import { deskReady, hasFocus, line, popOf, startChat, until, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";
import { between } from "../helpers/wire.mjs";

const MARIA = { name: "Maria Schneider", topic: "delivery", message: "Where is my order?" };
const TOM = { name: "Tom Okafor", topic: "invoice", message: "I paid twice." };

/** A customer whom the desk has accepted. */
async function accepted(desk, open, server, customer) {
  const chat = await open(server.chat);
  await startChat(chat, customer);
  await popOf(desk, customer.name).getByRole("button", { name: "Accept" }).click();
  await line(desk, customer.message).waitFor();
  return chat;
}

const commands = (desk) => desk.getByRole("dialog", { name: "Command bar" });
const found = (desk) => commands(desk).getByRole("option");

const part = (desk, name) => desk.getByRole("complementary", { name: "Customer and context" }).getByRole("button", { name, exact: true });

/** Opens the command bar, types, and does what is found first. */
async function command(desk, text) {
  await desk.keyboard.press("Control+k");
  await desk.keyboard.type(text);
  await desk.keyboard.press("Enter");
}

story("the_command_bar_does_everything_by_keyboard_and_gives_the_focus_back", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const chat = await accepted(desk, open, server, MARIA);
  const box = desk.getByRole("combobox", { name: /^Message to Maria/ }).or(desk.getByRole("textbox", { name: /^Message to Maria/ }));
  await box.fill("half a sentence");
  await desk.keyboard.press("Control+k");
  await found(desk).filter({ hasText: "End the conversation" }).waitFor();
  await look(desk, "desk-commands");
  await desk.keyboard.press("Escape");
  await commands(desk).waitFor({ state: "hidden" });
  await hasFocus(box, "the focus is back in the text");

  await command(desk, "away");
  await desk.getByRole("button", { name: "Presence: Away" }).waitFor();
  await command(desk, "avail");
  await desk.getByRole("button", { name: "Presence: Available" }).waitFor();
  await startChat(await open(server.chat), TOM);
  await popOf(desk, "Tom Okafor").waitFor();
  await desk.keyboard.press("Control+k");
  await desk.keyboard.press("Alt+a");
  await line(desk, TOM.message).waitFor();
  await desk.keyboard.press("Escape");
  await command(desk, "maria");
  await line(desk, MARIA.message).waitFor();
  await hasFocus(box, "one can write at once");
  await until(() => box.inputValue(), "half a sentence");
  await command(desk, "internal note");
  await desk.getByRole("textbox", { name: /^Internal note/ }).waitFor();

  await desk.keyboard.press("Control+k");
  await desk.keyboard.type("zzz");
  await commands(desk).getByText("Nothing fits.").waitFor();
  await desk.keyboard.press("Escape");
  await server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name: "Ines Aydin" }, message: { text: "Who takes me?" } });
  await desk.getByRole("button", { name: /^Open work items 1/ }).waitFor();
  await command(desk, "take ines");
  await line(desk, "Who takes me?").waitFor();
  await command(desk, "set aside");
  await desk.getByRole("list", { name: "Waiting for the customer" }).getByRole("button", { name: /Ines Aydin/ }).waitFor();
  await command(desk, "theme: dark");
  await until(() => desk.evaluate(() => document.documentElement.dataset.theme), "dark");
  await command(desk, "keyboard short");
  await desk.getByText("Command bar: find whatever can be done").waitFor();
  await chat.close();
});

/** A customer of a record, who wrote before; the function lets them write again. */
async function customerWithPast(server) {
  await server.admin("PUT", "/v1/customers/maria", { name: "Maria Schneider" });
  const customer = { id: "maria", name: "Maria Schneider", email: "maria@customer.example" };
  for (const text of ["My first order is late.", "My second order is late."]) {
    const { id } = await server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer, message: { text } });
    await server.admin("POST", `/v1/conversations/${id}/close`, {});
  }
  return () => server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer, context: { topic: "delivery", tier: "gold" }, message: { text: MARIA.message } });
}

story("the_customer_panel_says_who_wrote_before_what_happened_and_why_it_came_here", async ({ server, openDesks }) => {
  const write = await customerWithPast(server);
  const [desk] = await openDesks(1);
  const asked = [];
  desk.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const isAsked = (end) => asked.some((path) => path.endsWith(end));
  await write();
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await line(desk, MARIA.message).waitFor();
  const panel = desk.getByRole("complementary", { name: "Customer and context" });
  await panel.getByRole("definition").filter({ hasText: "maria@customer.example" }).waitFor();
  await panel.getByRole("term").filter({ hasText: /^Tier$/ }).waitFor();
  await panel.getByRole("term").filter({ hasText: /^Waited$/ }).waitFor();
  assert.deepEqual(["/earlier", "/events", "/decisions"].filter(isAsked), [], "nothing is asked for before somebody looks");

  await part(desk, "Why did I get this?").press("Enter");
  await panel.getByText(/^Ana chosen: /).waitFor();
  await panel.getByText(/Rule 1 .* matched/).first().waitFor();
  await part(desk, "Timeline").press("Enter");
  await panel.getByRole("listitem").filter({ hasText: "Offered to Ana" }).waitFor();
  await panel.getByRole("listitem").filter({ hasText: /Ana has it, after/ }).waitFor();
  await desk.getByRole("button", { name: "Wait", exact: true }).click();
  await desk.getByRole("list", { name: "Waiting for the customer" }).getByRole("button", { name: /Maria/ }).click();
  await panel.getByRole("listitem").filter({ hasText: "Ana set it aside until the customer writes" }).waitFor();
  await panel.getByText(/^Ana chosen: /).scrollIntoViewIfNeeded();
  await look(desk, "desk-customer");

  await part(desk, "Earlier conversations").press("Enter");
  const list = panel.getByRole("list", { name: "Earlier conversations" });
  await list.getByRole("button").nth(1).press("Enter");
  await panel.getByRole("heading", { name: "Read only, closed" }).waitFor();
  await panel.getByRole("log").getByText("My first order is late.").waitFor();
  await look(desk, "desk-earlier");
  await desk.setViewportSize({ width: 390, height: 844 });
  await desk.getByRole("button", { name: "Customer and context" }).click();
  await look(desk, "desk-earlier-narrow");
  await panel.getByRole("button", { name: "Back to the list" }).press("Enter");
  await hasFocus(list.getByRole("button").nth(1), "the focus is back in the list");
});

story("what_the_customer_panel_cannot_load_is_said_and_tried_again", async ({ server, openDesks }) => {
  const write = await customerWithPast(server);
  const [desk] = await openDesks(1);
  await desk.route(/\/earlier\?/, (route) => route.abort());
  await write();
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await part(desk, "Earlier conversations").click();
  const again = desk.getByRole("complementary", { name: "Customer and context" }).getByRole("button", { name: "Try again" });
  await again.waitFor();
  await look(desk, "desk-panel-failed");
  await desk.unroute(/\/earlier\?/);
  await again.click();
  await desk.getByRole("list", { name: "Earlier conversations" }).getByRole("button").nth(1).waitFor();
});

/** Waiting to be taken from the list. */
function waiting(server, name, more = {}) {
  return server.admin("POST", "/v1/conversations", { channel_id: "web-pick", customer: { name }, message: { text: "hello" }, ...more });
}

const names = (desk) => desk.getByRole("list", { name: "Open work items" }).getByRole("listitem").evaluateAll((rows) => rows.map((row) => row.firstElementChild.textContent));

story("open_items_are_searched_filtered_sorted_and_taken_by_keyboard_with_the_names_people_know", async ({ server, openDesks }) => {
  await server.admin("PATCH", "/v1/work-streams/web-push", { distribution: { select_from_push: true } });
  await server.admin("PATCH", "/v1/agents/cleo", { queue_ids: [] });
  const [desk, ben] = await openDesks(2);
  for (const page of [ben]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("do not disturb");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Presence: Busy: do not disturb" }).waitFor();
  }
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByText("Nothing is waiting", { exact: true }).waitFor();
  await look(desk, "desk-open-empty");
  await waiting(server, "Ines Aydin");
  await waiting(server, "Chidi Nwosu", { context: { topic: "invoice" } });
  // It goes to Ana, who is offered it; it stands in the list, too.
  await server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer: { name: "Maria Schneider" }, context: { tier: "gold" }, message: { text: "hello" } });
  await popOf(desk, "Maria Schneider").waitFor();
  await desk.getByText("3 items", { exact: true }).waitFor();
  const list = desk.getByRole("list", { name: "Open work items" });
  await list.getByText("on offer to you", { exact: false }).waitFor();
  await ben.getByRole("button", { name: /^Open work items/ }).click();
  await ben.getByRole("list", { name: "Open work items" }).getByText("on offer to Ana", { exact: false }).waitFor();
  await look(ben, "desk-open-items-sides");

  await ben.getByLabel("Sort by").selectOption("Customer");
  await until(() => names(ben), ["Chidi Nwosu", "Ines Aydin", "Maria Schneider"]);
  await ben.getByLabel("Queue", { exact: true }).selectOption("VIP");
  await until(() => names(ben), ["Maria Schneider"]);
  await ben.getByLabel("Queue", { exact: true }).selectOption("All queues");
  const streams = ben.getByLabel("Work stream", { exact: true });
  assert.deepEqual(await streams.evaluate((select) => [...select.querySelectorAll("optgroup")].map(({ label }) => label)), ["Offered by the system (push)", "To be taken (pick)"]);
  await streams.selectOption("Web chat, picked");
  assert.deepEqual(await names(ben), ["Chidi Nwosu", "Ines Aydin"]);
  await streams.selectOption("All work streams");
  const search = ben.getByRole("searchbox", { name: "Search open work items" });
  await search.fill("vip");
  await until(() => names(ben), ["Maria Schneider"]);
  await search.fill("nobody");
  await ben.getByText("No open work item matches your search.").waitFor();
  await search.fill("");
  await ben.getByRole("button", { name: "Take Chidi Nwosu" }).focus();
  await ben.keyboard.press("ArrowDown");
  await ben.keyboard.press("End");
  await ben.keyboard.press("Enter");
  await ben.getByRole("tab", { name: /Maria Schneider/ }).waitFor();
  await desk.getByRole("region", { name: "Incoming conversations" }).getByText(/Maria Schneider: taken by Ben/).waitFor();
});

story("what_the_system_gives_out_is_not_listed_and_the_list_says_so", async ({ openDesks }) => {
  const [desk] = await openDesks(1);
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByText(/^Not listed: work of .*“Web chat, offered”.* is offered by the system\.$/).waitFor();
});

/** Counts what changes in the page below an element, until it is asked. Runs in the page. */
function watchChanges(list) {
  globalThis.changes = 0;
  globalThis.observer = new MutationObserver((records) => {
    for (const { type, addedNodes, removedNodes, target } of records) {
      // The time that a row has waited ticks by itself.
      const at = target instanceof Element ? target : target.parentElement;
      if (!at?.closest("cb-elapsed")) globalThis.changes += type === "childList" ? addedNodes.length + removedNodes.length : 1;
    }
  });
  globalThis.observer.observe(list, { subtree: true, childList: true, attributes: true, characterData: true });
}

story("of_more_than_five_hundred_open_items_every_one_is_found_and_a_change_touches_its_row_alone", async ({ server, openDesks }) => {
  const made = [];
  for (let i = 0; i < 510; i += 51) {
    made.push(...(await Promise.all(Array.from({ length: 51 }, (_, j) => waiting(server, `Customer ${i + j}`, { context: { topic: `Topic ${i + j}` } })))));
  }
  const [desk] = await openDesks(1);
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByText("500 of 510 items", { exact: true }).waitFor();
  const list = desk.getByRole("list", { name: "Open work items" });
  // The names that people know have come, too: what comes with them is no change.
  await desk.getByText(/^Not listed: work of/).waitFor();
  await list.evaluate(watchChanges);
  await server.admin("PATCH", `/v1/conversations/${made[250].id}/context`, { topic: "a new topic" });
  await list.getByText("a new topic", { exact: false }).waitFor({ state: "attached" });
  const changes = await desk.evaluate(() => globalThis.changes);
  assert.ok(changes > 0 && changes <= 6, `${changes} changes`);

  const search = desk.getByRole("searchbox", { name: "Search open work items" });
  await search.fill("topic 400");
  await list.getByRole("listitem").nth(1).waitFor({ state: "detached" });
  await until(() => names(desk), ["Customer 400"]);
  // The ten newest do not fit into what the page holds: the server finds them.
  const { items } = await server.admin("GET", "/v1/conversations?state=open&limit=1000");
  const last = items.sort((a, b) => (a.queued_at + a.id < b.queued_at + b.id ? -1 : 1)).at(-1).customer.name;
  await search.fill(last);
  await desk.getByRole("button", { name: `Take ${last}`, exact: true }).waitFor();
  await desk.getByText("1 item", { exact: true }).waitFor();
  await search.fill("");
  await desk.getByText("500 of 510 items", { exact: true }).waitFor();
});

story("the_top_bar_says_who_one_is_how_one_is_and_what_uses_the_capacity", async ({ server, open, openDesks }) => {
  await server.admin("PUT", "/v1/presences/lunch", { text: "At lunch", base: "away" });
  const [desk] = await openDesks(1);
  await accepted(desk, open, server, MARIA);
  const meter = desk.getByRole("meter", { name: "Capacity" });
  await meter.focus();
  await desk.getByRole("tooltip").getByText("Maria Schneider: 1 unit").waitFor();
  await look(desk, "desk-capacity");
  await desk.keyboard.press("Escape");
  await desk.getByRole("tooltip").waitFor({ state: "hidden" });

  await desk.keyboard.press("Alt+p");
  await desk.keyboard.press("Enter");
  await desk.getByRole("menuitemradio", { name: /^At lunch Away/ }).waitFor();
  await look(desk, "desk-presences");
  await desk.keyboard.type("at l");
  await desk.keyboard.press("Enter");
  await desk.getByRole("button", { name: "Presence: At lunch" }).waitFor();
  await desk.getByTitle("Time in this status").getByText(/^0:(0[1-9]|[1-5]\d)$/).waitFor();
  await desk.getByTitle(/^Ana, serves .*VIP/).waitFor();
});

story("open_items_that_cannot_be_loaded_are_asked_for_again_and_who_is_inactive_takes_none", async ({ server, openDesks }) => {
  await waiting(server, "Ines Aydin");
  const [desk] = await openDesks(1);
  let busy = true;
  await desk.routeWebSocket(/agent-session/, (socket) => {
    const there = socket.connectToServer();
    socket.onMessage((text) => {
      const { type, id } = JSON.parse(text);
      if (busy && type === "pick_list.subscribe") socket.send(JSON.stringify({ type: "reply", id, ok: false, problem: { code: "busy", status: 503, title: "Busy", retryable: true } }));
      else there.send(text);
    });
  });
  await desk.reload();
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByText("The open work items could not be loaded.").waitFor();
  await look(desk, "desk-open-failed");
  busy = false;
  await desk.getByRole("button", { name: "Try again" }).click();
  await desk.getByRole("button", { name: "Take Ines Aydin" }).waitFor();

  await server.admin("PATCH", "/v1/settings", { missed_notifications: true });
  await server.admin("PATCH", "/v1/work-streams/web-push", { distribution: { notification: { kind: "screen_pop_decline", timeout_seconds: 1 } } });
  await server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer: { name: "Maria Schneider" }, message: { text: "hello" } });
  await desk.getByText("You are inactive: nothing can be taken until you are back.").waitFor();
  await look(desk, "desk-open-inactive");
  await desk.getByRole("button", { name: "Take Ines Aydin" }).click();
  await desk.getByRole("region", { name: "Notices" }).getByText("You are inactive. Say that you are back, then you can take it.").waitFor();
  await desk.getByRole("button", { name: "I am back" }).click();
  await desk.getByText("You are inactive: nothing can be taken until you are back.").waitFor({ state: "hidden" });
  await desk.getByRole("button", { name: "Take Ines Aydin" }).click();
  await desk.getByRole("tab", { name: /Ines Aydin/ }).waitFor();
});

story("a_cut_connection_shows_at_once_and_after_it_nothing_was_lost", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await desk.clock.install();
  const wire = await between(desk);
  const chat = await accepted(desk, open, server, MARIA);
  wire.silence();
  await wire.cut();
  await desk.getByText("Connecting…", { exact: true }).waitFor();
  await desk.clock.runFor(2_000);
  await desk.getByText("Connection lost.", { exact: false }).waitFor();
  const box = desk.getByRole("combobox", { name: /^Message to/ }).or(desk.getByRole("textbox", { name: /^Message to/ }));
  await box.fill("while it was down");
  await box.press("Enter");
  await chat.getByRole("textbox", { name: "Write a message" }).fill("meanwhile");
  await chat.getByRole("textbox", { name: "Write a message" }).press("Enter");
  wire.speak();
  await desk.getByText("Back. Nothing was lost. 1 message is being sent.").waitFor();
  for (const page of [desk, chat]) for (const text of ["while it was down", "meanwhile"]) await line(page, text).waitFor();

  // The browser says it, whatever the socket still believes.
  await desk.context().setOffline(true);
  await desk.getByText("Connecting…", { exact: true }).waitFor();
  await desk.clock.runFor(2_000);
  await desk.getByText("Connection lost.", { exact: false }).waitFor();
  await desk.context().setOffline(false);
  await deskReady(desk);
  await write(chat, "Write a message", "still there");
  await line(desk, "still there").waitFor();
});

story("a_connection_that_falls_silent_shows_within_twenty_seconds", async ({ openDesks }) => {
  const [desk] = await openDesks(1);
  await desk.clock.install();
  const wire = await between(desk);
  wire.silence();
  await desk.clock.runFor(20_000);
  await desk.getByText("Connection lost.", { exact: false }).waitFor();
  wire.speak();
  await desk.clock.runFor(20_000);
  await desk.getByText("Connected", { exact: true }).waitFor();
});

story("after_a_restart_of_the_server_the_desk_says_that_it_shows_how_things_stand", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await accepted(desk, open, server, MARIA);
  await server.kill();
  await desk.getByText("Connection lost.", { exact: false }).waitFor();
  await server.restart();
  await desk.getByText("Back. The desk shows how things stand now.").waitFor();
});

/* Owns the stories of one agent's hands: keyboard, focus, several windows, drafts, races for an open work item. */

import assert from "node:assert/strict";
import { newPage } from "../helpers/browser.mjs";
import { look } from "../helpers/looks.mjs";
import { deskReady, hasFocus, line, popOf, startChat, until, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";
import { between } from "../helpers/wire.mjs";

story("two_agents_race_for_an_open_item_one_wins_and_the_other_is_told", async ({ server, open, openDesks }) => {
  const desks = await openDesks(2);
  const wires = await Promise.all(desks.map(between));
  const customer = await open(server.chat.replace(/channel=[^&]*/, "channel=web-pick"));
  await startChat(customer, { name: "Ines Aydin", message: "Who takes me?" });
  const takes = await Promise.all(
    desks.map(async (desk) => {
      await desk.getByRole("button", { name: /^Open work items/ }).click();
      const take = desk.getByRole("button", { name: "Take Ines Aydin" });
      await take.waitFor();
      return take.elementHandle();
    }),
  );
  // Neither hears of the other before both have asked.
  for (const wire of wires) wire.hold();
  await Promise.all(takes.map((take) => take.evaluate((button) => button.click())));
  for (const wire of wires) wire.release();
  const first = (/** @type {(desk: import("playwright-core").Page) => import("playwright-core").Locator} */ of) => Promise.any(desks.map((desk, i) => of(desk).waitFor().then(() => i)));
  const [won, told] = await Promise.all([
    first((desk) => line(desk, "Who takes me?")),
    first((desk) => desk.getByRole("region", { name: "Notices" }).getByText(/Ines Aydin was already taken/)),
  ]);
  assert.equal(told, 1 - won);
  assert.equal(await line(desks[1 - won], "Who takes me?").count(), 0);
});

story("a_pop_never_takes_the_keyboard_from_an_agent_who_writes", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await startChat(await open(server.chat), { name: "Maria Schneider", message: "hello" });
  const first = popOf(desk, "Maria Schneider");
  await hasFocus(first.getByRole("heading"));
  await desk.keyboard.press("Enter");
  await desk.keyboard.press("Space");
  assert.equal(await first.count(), 1, "Enter on the heading accepts nothing");
  await desk.keyboard.press("Alt+a");
  const box = desk.getByRole("textbox", { name: "Message to Maria Schneider" });
  await box.pressSequentially("I am wri");

  const customer = await open(server.chat);
  // The words for screen readers go after some seconds.
  await Promise.all([
    startChat(customer, { name: "Tom Okafor", message: "hello too" }),
    popOf(desk, "Tom Okafor").waitFor(),
    desk.getByRole("alert").getByText(/Incoming conversation from Tom Okafor/).waitFor({ state: "attached" }),
  ]);
  await desk.keyboard.type("ting");
  await until(() => box.inputValue(), "I am writing");

  for (let i = 0; i < 4; i++) await desk.keyboard.press("Escape");
  const smaller = popOf(desk, "Tom Okafor");
  await smaller.getByRole("button", { name: "Show details" }).waitFor();
  await smaller.getByRole("button", { name: "Accept" }).click();
  await line(desk, "hello too").waitFor();
});

story("what_was_typed_is_there_after_a_reload_each_text_with_its_customer", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await startChat(await open(server.chat), { name: "Maria Schneider", message: "hello" });
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await desk.getByRole("textbox", { name: "Message to Maria Schneider" }).fill("half a sentence");
  await startChat(await open(server.chat), { name: "Tom Okafor", message: "hello too" });
  await popOf(desk, "Tom Okafor").getByRole("button", { name: "Accept" }).click();
  await until(() => desk.getByRole("textbox", { name: "Message to Tom Okafor" }).inputValue(), "");
  await desk.reload();
  await desk.getByRole("tab", { name: /Maria Schneider/ }).click();
  await until(() => desk.getByRole("textbox", { name: "Message to Maria Schneider" }).inputValue(), "half a sentence");
  await line(desk, "hello").waitFor();
});

story("an_answer_in_one_window_ends_the_pop_in_the_other_and_says_so", async ({ server, open, watch, openDesks }) => {
  const [desk] = await openDesks(1);
  const second = await newPage(desk.context(), server.desks[0], watch);
  await deskReady(second);
  await startChat(await open(server.chat), { name: "Maria Schneider", message: "hello" });
  await popOf(second, "Maria Schneider").waitFor();
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await second.getByRole("region", { name: "Incoming conversations" }).getByText("Maria Schneider: accepted in another window").waitFor();
  await popOf(second, "Maria Schneider").waitFor({ state: "detached" });
  await line(second, "hello").waitFor();
  await write(desk, /^Message to/, "written in the first window");
  await line(second, "written in the first window").waitFor();

  await startChat(await open(server.chat), { name: "Tom Okafor", message: "hello too" });
  await popOf(desk, "Tom Okafor").getByRole("button", { name: "Accept" }).click();
  await line(desk, "hello too").waitFor();
  await second.getByRole("tab", { name: "Tom Okafor Active" }).waitFor();
});

story("a_customer_who_leaves_ends_the_pop_with_the_reason", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  await startChat(customer, { name: "Maria Schneider", message: "hello" });
  await popOf(desk, "Maria Schneider").waitFor();
  await customer.getByRole("button", { name: "End chat" }).click();
  await desk.getByRole("region", { name: "Incoming conversations" }).getByText("Maria Schneider: the customer left").waitFor();
});

story("a_conversation_is_set_aside_taken_up_again_and_released", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await startChat(await open(server.chat), { name: "Maria Schneider", message: "hello" });
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await desk.getByRole("button", { name: "Wait" }).click();
  await desk.getByRole("list", { name: "Waiting for the customer" }).getByRole("button", { name: /Maria Schneider/ }).click();
  await desk.getByRole("button", { name: "Reopen" }).click();
  await desk.getByRole("textbox", { name: "Message to Maria Schneider" }).waitFor();
  await desk.getByRole("button", { name: "Release" }).click();
  await desk.getByText("Maria Schneider went back to the queue.").first().waitFor();
});

story("after_each_act_the_keyboard_stands_at_what_took_its_place_and_never_in_a_text_to_another_customer", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const key = (name) => desk.keyboard.press(name);
  for (const name of ["Maria Schneider", "Tom Okafor"]) {
    await startChat(await open(server.chat), { name, message: "hello" });
    await popOf(desk, name).waitFor();
    await key("Alt+a");
    await hasFocus(desk.getByRole("textbox", { name: `Message to ${name}` }));
  }
  await key("Alt+r");
  const note = desk.getByLabel("Wrap-up note (optional)");
  await hasFocus(note);
  await desk.keyboard.type("Invoice sent.");
  await key("Tab");
  await hasFocus(desk.getByRole("button", { name: "Close conversation" }));
  await key("Enter");
  await hasFocus(desk.getByRole("heading", { name: "Maria Schneider" }));
  await key("Alt+l");
  const closed = desk.getByRole("list", { name: "Closed" }).getByRole("button", { name: /Tom Okafor/ });
  await closed.waitFor();
  await key("Alt+l");
  await hasFocus(closed);
  await key("Enter");
  await desk.getByText(/^Closed .*: wrapped up\.$/).waitFor();
  await key("Alt+w");
  const row = desk.getByRole("list", { name: "Active" }).getByRole("button", { name: /Maria Schneider/ });
  await hasFocus(row);
  await key("Enter");
  // As on a screen that is magnified four times: one column at a time.
  await desk.setViewportSize({ width: 390, height: 844 });
  await desk.getByRole("button", { name: "Back to the lists" }).press("Enter");
  await hasFocus(row);
  await key("Alt+m");
  await hasFocus(desk.getByRole("textbox", { name: "Message to Maria Schneider" }));
  await desk.getByRole("button", { name: "Wait", exact: true }).press("Enter");
  await hasFocus(desk.getByRole("heading", { name: "Tom Okafor" }));
  await desk.getByRole("button", { name: "Close this view" }).press("Enter");
  await hasFocus(desk.getByRole("list", { name: "Waiting for the customer" }).getByRole("button", { name: /Maria Schneider/ }));
});

story("what_was_typed_outlives_its_window_and_who_signs_out_is_asked_first", async ({ server, open, watch, openDesks }) => {
  const [desk] = await openDesks(1);
  await startChat(await open(server.chat), { name: "Maria Schneider", message: "hello" });
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await desk.getByRole("textbox", { name: "Message to Maria Schneider" }).fill("half a sentence");
  await desk.close();
  const next = await newPage(desk.context(), server.desks[0], watch);
  const box = next.getByRole("textbox", { name: "Message to Maria Schneider" });
  await box.waitFor();
  assert.equal(await box.inputValue(), "half a sentence");
  await next.getByRole("button", { name: "Sign out" }).click();
  const question = next.getByRole("alertdialog", { name: "Sign out?" });
  await question.getByText("1 text that you typed is not sent and will be lost. 1 conversation is still active").waitFor();
  await look(next, "desk-sign-out-asks");
  await next.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  assert.equal(await box.inputValue(), "half a sentence");
  await next.getByRole("button", { name: "Sign out" }).click();
  await question.getByRole("button", { name: "Sign out" }).click();
  await next.getByLabel("Token").waitFor();
  assert.deepEqual(await next.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("callboard.agent.drafts"))), []);
});

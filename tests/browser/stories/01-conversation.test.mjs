/* Owns the story of the product: a customer writes, an agent is asked, another one answers, the work is finished, the next comes. */

import assert from "node:assert/strict";
import { newPage } from "../helpers/browser.mjs";
import { deskReady, line, popOf, secondsLeft, startChat, until, whoHasPop, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

const PERSON = { name: "Maria Schneider", topic: "My order has not arrived", message: "Hello, order 4711 was due on Monday." };

story(
  "a_customer_is_offered_declined_accepted_helped_and_the_next_one_pops_at_once",
  async ({ server, open, openDesks }) => {
    const desks = await openDesks(2);
    const customer = await open(server.chat);
    await startChat(customer, PERSON);

    const { holder, other } = await whoHasPop(desks, PERSON.name);
    const pop = popOf(holder, PERSON.name);
    for (const label of ["Customer", "Channel", "Queue", "Waiting"]) await pop.getByRole("term").filter({ hasText: new RegExp(`^${label}$`) }).waitFor();
    await pop.getByRole("definition").filter({ hasText: PERSON.topic }).waitFor();
    const left = await secondsLeft(pop);
    assert.ok(left > 500 && left <= 600, `${left} s left of 600`);
    assert.equal(await popOf(other, PERSON.name).count(), 0, "one agent at a time");

    await pop.getByRole("button", { name: "Decline" }).click();
    await popOf(other, PERSON.name).getByRole("button", { name: "Accept" }).click();
    await pop.waitFor({ state: "detached" });
    await line(other, PERSON.message).waitFor();
    await customer.getByRole("status").getByText(/is here to help you/).waitFor();

    await write(other, /^Message to/, "Good morning, let me look.");
    await line(customer, "Good morning, let me look.").waitFor();
    await write(customer, "Write a message", "Thank you!");
    await line(other, "Thank you!").waitFor();
    await other.getByRole("button", { name: "Internal note" }).click();
    await write(other, /^Internal note/, "Second complaint this month.");
    await line(other, "Second complaint this month.").waitFor();

    await holder.getByRole("button", { name: /^Presence:/ }).click();
    await holder.getByRole("menuitemradio", { name: "Away" }).click();
    await holder.getByRole("button", { name: "Presence: Away" }).waitFor();
    const next = await open(server.chat);
    await startChat(next, { name: "Tom Okafor", message: "Where is my invoice?" });
    await next.getByRole("status").getByText("You are next in line.", { exact: false }).waitFor();

    await other.getByRole("button", { name: "End", exact: true }).click();
    await customer.getByRole("button", { name: "Start a new chat" }).waitFor();
    assert.equal(await line(customer, "Second complaint this month.").count(), 0, "a note stays inside");
    await other.getByLabel("Wrap-up note (optional)").fill("Sent again by courier.");
    assert.equal(await popOf(other, "Tom Okafor").count(), 0, "wrap-up keeps the capacity");
    await other.getByRole("button", { name: "Close conversation" }).click();
    await popOf(other, "Tom Okafor").waitFor();
  },
  { agents: { capacity: 1 } },
);

story(
  "a_pop_that_times_out_passes_on_and_stays_in_the_list_of_missed_ones",
  async ({ server, open, openDesks }) => {
    const desks = await openDesks(2);
    const customer = await open(server.chat);
    await startChat(customer, PERSON);
    const { holder, other } = await whoHasPop(desks, PERSON.name);
    const missed = holder.getByRole("list", { name: "Missed" }).getByRole("listitem").filter({ hasText: PERSON.name });
    // Each of it stands for some seconds alone.
    await Promise.all([popOf(holder, PERSON.name).waitFor({ state: "detached" }), popOf(other, PERSON.name).waitFor(), missed.filter({ hasText: "timed out" }).first().waitFor()]);
  },
  { work_stream: { distribution: { notification: { timeout_seconds: 8 } } } },
);

story("a_reload_during_a_pop_keeps_the_time_that_is_left", async ({ server, open, watch, openDesks }) => {
  const [desk] = await openDesks(1);
  // A reload of more than five seconds would give the pop back; a second window stays, however slow the first one is.
  await deskReady(await newPage(desk.context(), server.desks[0], watch));
  const customer = await open(server.chat);
  await startChat(customer, PERSON);
  await popOf(desk, PERSON.name).getByRole("timer").filter({ hasText: /^[5-9]:/ }).waitFor();
  const before = await secondsLeft(popOf(desk, PERSON.name));
  await desk.reload();
  const after = await secondsLeft(popOf(desk, PERSON.name));
  assert.ok(after <= before && after > before - 100, `${before} s before, ${after} s after`);
  assert.ok(!desk.url().includes("token"), "the token is not in the address bar");
});

story("the_customer_s_page_goes_on_after_a_reload", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  await startChat(customer, PERSON);
  await popOf(desk, PERSON.name).getByRole("button", { name: "Accept" }).click();
  await customer.reload();
  await line(customer, PERSON.message).waitFor();
  await write(customer, "Write a message", "Still here.");
  await line(desk, "Still here.").waitFor();
  await customer.getByRole("button", { name: "End chat" }).click();
  await customer.getByRole("button", { name: "Start a new chat" }).click();
  await customer.getByRole("button", { name: "Start chat" }).waitFor();
});

story("what_a_customer_types_while_the_chat_ends_is_kept_for_a_new_one", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  await startChat(customer, PERSON);
  await popOf(desk, PERSON.name).getByRole("button", { name: "Accept" }).click();
  await customer.getByRole("status").getByText(/is here to help you/).waitFor();
  await customer.getByLabel("Write a message").fill("One more thing");
  await desk.getByRole("button", { name: "End", exact: true }).click();
  await customer.getByText("Start a new chat to send it: your text is kept.").waitFor();
  await customer.getByRole("button", { name: "Start a new chat" }).click();
  await customer.getByRole("button", { name: "Start chat" }).waitFor();
  await until(() => customer.locator("#first-message").inputValue(), "One more thing");
});

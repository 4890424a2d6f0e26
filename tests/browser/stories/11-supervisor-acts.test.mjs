/* Owns the stories of a supervisor who looks at one conversation, steps in, simulates and asks what if. */

import assert from "node:assert/strict";
import { adminAt } from "../helpers/forms.mjs";
import { look } from "../helpers/looks.mjs";
import { line, popOf, startChat, until, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";
import { entry, handOver, openStory, supervisorAt } from "../helpers/story-page.mjs";

story("a_supervisor_watches_joins_and_takes_over_and_agent_and_customer_see_it", async (stage) => {
  const { server, open, openDesks } = stage;
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  await startChat(customer, { name: "Maria Schneider", message: "My bill is wrong" });
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  const page = await supervisorAt(stage, "/conversations");
  await openStory(page, "Maria Schneider");
  await entry(page, "My bill is wrong").waitFor();
  await page.getByText(/^Not live: looked at every/).waitFor();

  await page.getByRole("button", { name: "Watch live" }).click();
  await page.getByText("Watched live", { exact: true }).waitFor();
  await write(customer, "Write a message", "Are you there?");
  await entry(page, "Are you there?").waitFor();
  await look(page, "story-watched");

  await page.getByRole("button", { name: "Join" }).click();
  await entry(page, "Sue joined as supervisor").waitFor();
  const box = page.getByRole("textbox", { name: "Write into this conversation" });
  await box.fill("Offer her ten percent");
  await page.getByRole("link", { name: "Board", exact: true }).click();
  await page.getByRole("grid", { name: "Queues" }).waitFor();
  await page.goBack();
  await box.waitFor();
  await until(() => box.inputValue(), "Offer her ten percent", "what was typed is there again");
  await box.press("Enter");
  await line(desk, "Offer her ten percent").waitFor();
  await page.getByRole("combobox", { name: "Who sees it" }).selectOption("To customer and agent");
  await box.fill("I am the supervisor, we look into it");
  await page.getByRole("button", { name: "Send" }).click();
  await line(customer, "I am the supervisor, we look into it").waitFor();
  assert.equal(await line(customer, "Offer her ten percent").count(), 0, "an internal note is not the customer's");
  await look(page, "story-joined");

  await page.getByRole("button", { name: "Take over" }).click();
  const question = page.getByRole("alertdialog", { name: "Take this conversation over?" });
  await question.getByText(/It leaves Ana/).waitFor();
  await look(page, "story-take-over");
  await Promise.all([
    desk.getByText(/Maria Schneider was transferred|Maria Schneider is no longer with you/).first().waitFor(),
    question.getByRole("button", { name: "Take over" }).click(),
  ]);
  await entry(page, /^Sue has it, after .*, by transfer$/).waitFor();
  await customer.getByText(/Sue is here to help you/).first().waitFor();
  const [own] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("button", { name: "Open my agent desk" }).click()]);
  await line(own, "Are you there?").or(own.getByText("Maria Schneider").filter({ visible: true }).first()).first().waitFor();
  await look(page, "story-taken-over");
});

story("a_force_close_with_its_reason_ends_it_for_everybody_and_stands_in_the_story", async (stage) => {
  const { server, open, openDesks } = stage;
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  await startChat(customer, { name: "Tom Okafor", message: "Hello" });
  await popOf(desk, "Tom Okafor").getByRole("button", { name: "Accept" }).click();
  const page = await supervisorAt(stage, "/conversations");
  await openStory(page, "Tom Okafor");
  await page.getByRole("button", { name: "Force close" }).click();
  const question = page.getByRole("dialog", { name: "Close this conversation by force?" });
  await question.getByRole("textbox", { name: "Reason" }).fill("a test by staff");
  await look(page, "story-force-close");
  await Promise.all([desk.getByText("Tom Okafor: the conversation is closed.").first().waitFor(), question.getByRole("button", { name: "Force close" }).click()]);
  await entry(page, "Force closed: a test by staff").waitFor();
  await page.getByText("Finished", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Force close" }).waitFor({ state: "hidden" });
  await customer.getByText("This chat has ended.").first().waitFor();
  await look(page, "story-closed");
  const admin = await adminAt(open, server, "audit");
  await admin.getByText(/^Closed conversation/).first().click();
  await admin.getByRole("link", { name: "Open its story" }).click();
  await admin.getByRole("heading", { name: "Story of the conversation with Tom Okafor" }).waitFor();
});

story(
  "the_story_tells_which_rule_matched_and_who_was_passed_over_and_simulate_decides_the_same",
  async (stage) => {
    const { server, openDesks } = stage;
    const desks = await openDesks(2);
    await handOver(server, "Ines Aydin");
    const at = await Promise.any(desks.map((desk, i) => popOf(desk, "Ines Aydin").getByRole("button", { name: "Accept" }).click().then(() => i)));
    const [full, free] = at === 0 ? ["Ana", "Ben"] : ["Ben", "Ana"];
    await line(desks[at], "Hello").waitFor();
    await handOver(server, "Maria Schneider", { context: { tier: "gold", topic: "billing" } });
    await popOf(desks[1 - at], "Maria Schneider").waitFor();

    const page = await supervisorAt(stage, "/conversations");
    await openStory(page, "Maria Schneider");
    await entry(page, "Rule “gold” sent it to VIP").waitFor();
    await entry(page, `Offered to ${free}`).waitFor();
    await page.getByText(`${free} chosen: nobody else can take it (3 of 3 free)`).first().click();
    const steps = ["Rule 1 “gold” matched because tier = gold", "To queue VIP", `${full} passed over: no capacity (1 free, 2 needed)`];
    for (const step of steps) await entry(page, step).waitFor();
    await page.getByText("The full record").click();
    await page.getByRole("table", { name: "Rules and what they read" }).getByRole("row", { name: /gold matched tier = gold/ }).waitFor();
    await page.getByRole("table", { name: "Agents looked at" }).getByRole("row", { name: new RegExp(`^${full} no capacity 1 `) }).waitFor();
    await look(page, "story-decision");

    await popOf(desks[1 - at], "Maria Schneider").getByRole("button", { name: "Decline" }).click();
    await entry(page, `${free} declined`).waitFor();
    await page.getByRole("button", { name: "Decide again under today's configuration" }).click();
    await page.getByRole("complementary").getByText(`${free} chosen: nobody else can take it (3 of 3 free)`).waitFor();

    await page.getByRole("link", { name: "Tools", exact: true }).click();
    const form = page.getByRole("form", { name: "Simulate" });
    await form.getByLabel("Tier").fill("gold");
    await look(page, "simulate-form");
    await form.getByRole("button", { name: "Simulate" }).click();
    const result = page.getByRole("region", { name: "Result" });
    for (const step of [...steps, `${free} chosen: nobody else can take it (3 of 3 free)`]) await result.getByText(step).first().waitFor();
    await look(page, "simulate-result");
    await form.getByRole("combobox", { name: "Comes in over" }).selectOption("A work stream");
    await form.getByRole("combobox", { name: "Work stream" }).fill("offered");
    await page.getByRole("option", { name: "Web chat, offered" }).click();
    await form.getByLabel("Amount").fill("-1");
    await form.getByLabel("Customer's id (optional)").fill("nobody");
    await form.getByRole("button", { name: "Simulate" }).click();
    await form.getByRole("alert").filter({ hasText: "It could not be simulated." }).waitFor();
    // What was decided before is not this one's answer.
    await result.getByText("To queue VIP").first().waitFor({ state: "hidden" });
    await look(page, "simulate-refused");
  },
  // Who declined is not asked again as long as the story is told.
  { agents: { capacity: 3 }, work_stream: { capacity: 2, distribution: { refusal: { decline_cooldown_seconds: 3600 } } } },
);

story("who_waits_is_assigned_with_a_warning_and_a_change_meanwhile_is_told_in_words", async (stage) => {
  const { server, openDesks } = stage;
  const page = await supervisorAt(stage, "/conversations");
  await page.getByText("No conversation fits").waitFor();
  await look(page, "story-list-empty");
  await handOver(server, "Maria Schneider");
  await openStory(page, "Maria Schneider");
  await entry(page, "Nobody could take it").waitFor();
  const [desk] = await openDesks(1);
  await page.getByRole("button", { name: "Assign" }).click();
  const dialog = page.getByRole("dialog", { name: "Assign to an agent" });
  await dialog.getByRole("button", { name: "Assign" }).click();
  await dialog.getByText("Choose an agent.").waitFor();
  const agent = dialog.getByRole("combobox", { name: "Agent" });
  await agent.fill("Ben");
  await page.getByRole("option", { name: /Ben.*not connected/ }).click();
  await dialog.getByText(/Ben is not connected/).waitFor();
  await agent.fill("Ana");
  await page.getByRole("option", { name: /^Ana/ }).click();
  await dialog.getByText("Ana has 1 free, and this takes 2: the agent will be over capacity.").waitFor();
  await look(page, "story-assign");
  await dialog.getByRole("button", { name: "Assign" }).click();
  await entry(page, /^Ana has it, after .*, given by a supervisor$/).waitFor();
  await line(desk, "Hello").waitFor();

  await page.getByRole("button", { name: "Transfer" }).click();
  const transfer = page.getByRole("dialog", { name: "Transfer" });
  await transfer.getByRole("combobox", { name: "Queue" }).fill("Sup");
  await page.getByRole("option", { name: /^Support/ }).click();
  await look(page, "story-transfer");
  const [found] = (await server.admin("GET", "/v1/conversations?state=active")).items;
  await server.admin("POST", `/v1/conversations/${found.id}/close`, { reason: "meanwhile" });
  await transfer.getByRole("button", { name: "Transfer" }).click();
  await transfer.getByText(/That is no longer possible: the conversation is closed/).waitFor();
  await transfer.getByRole("button", { name: "Cancel" }).click();
  await entry(page, "Force closed: meanwhile").waitFor();
}, { agents: { capacity: 1 }, work_stream: { capacity: 2, distribution: { allowed_presences: ["available", "busy", "busy_dnd"] } } });

story("the_list_of_conversations_narrows_by_state_queue_agent_and_words", async (stage) => {
  const { server, openDesks } = stage;
  await handOver(server, "Maria Schneider");
  await handOver(server, "Tom Okafor", { context: { topic: "parking" } });
  const [desk] = await openDesks(1);
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await line(desk, "Hello").waitFor();
  const page = await supervisorAt(stage, "/conversations");
  const of = (name) => page.getByRole("link", { name, exact: true });
  await of("Maria Schneider").waitFor();
  await of("Tom Okafor").waitFor();
  await look(page, "story-list");
  await page.getByRole("searchbox", { name: "Search in what is shown" }).fill("park");
  await page.getByText("1 conversation", { exact: true }).waitFor();
  await of("Maria Schneider").waitFor({ state: "detached" });
  await page.getByRole("searchbox", { name: "Search in what is shown" }).fill("");
  await page.getByRole("combobox", { name: "State" }).selectOption("Active");
  await of("Tom Okafor").waitFor({ state: "detached" });
  await of("Maria Schneider").waitFor();
  await page.getByRole("combobox", { name: "State" }).selectOption("Any");
  const queue = page.getByRole("combobox", { name: "Queue" });
  await queue.fill("Supp");
  await page.getByRole("option", { name: "Support" }).click();
  await of("Maria Schneider").waitFor({ state: "detached" });
  await of("Tom Okafor").press("Enter");
  await page.getByRole("heading", { name: "Story of the conversation with Tom Okafor" }).waitFor();
  await page.getByRole("link", { name: "All conversations" }).click();
  await of("Tom Okafor").waitFor();
});

story("a_key_looks_and_intervenes_and_is_told_that_it_cannot_take_part", async (stage) => {
  const { server, openDesks } = stage;
  const [desk] = await openDesks(1);
  const { id } = await handOver(server, "Maria Schneider");
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  const { token } = await server.admin("PUT", "/v1/api-keys/watch", { name: "Watch", role: "supervisor" });
  const page = await supervisorAt(stage, `/conversations/${id}`, token);
  await page.getByText(/^Live watching and joining take the token of an agent/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Watch live" }).count(), 0);
  await write(desk, /^Message to/, "How can I help?");
  await entry(page, "How can I help?").waitFor();
  await page.getByRole("button", { name: "Messages", exact: true }).click();
  await entry(page, "Rule “gold” sent it to VIP").waitFor({ state: "hidden" });
  await page.evaluate(() => void (globalThis.location.hash = "/conversations/00000000-0000-7000-8000-000000000000"));
  await page.getByText("There is no such conversation").waitFor();
  await look(page, "story-unknown");
});

story("what_if_sets_a_change_beside_what_happened_and_names_what_is_wrong_with_a_document", async (stage) => {
  const { server, openDesks } = stage;
  // Of whom nothing is recorded counts as there whenever anybody was: nobody but Ana serves the queue.
  await server.admin("PATCH", "/v1/agents/ben", { queue_ids: [] });
  const [desk] = await openDesks(1);
  for (const name of ["Maria Schneider", "Tom Okafor"]) {
    await handOver(server, name);
    await popOf(desk, name).getByRole("button", { name: "Accept" }).click();
    await line(desk, "Hello").waitFor();
    await desk.getByRole("button", { name: "End", exact: true }).click();
    await desk.getByRole("button", { name: "Close conversation" }).click();
    await desk.getByText("Nothing on your desk").waitFor();
  }
  const page = await supervisorAt(stage, "/tools/whatif");
  const form = page.getByRole("form", { name: "What if" });
  await form.getByRole("combobox", { name: "Change" }).selectOption("An agent's capacity");
  await form.getByRole("combobox", { name: "Agent" }).fill("Ana");
  await page.getByRole("option", { name: "Ana" }).click();
  await form.getByRole("spinbutton", { name: "Capacity (units)" }).fill("50");
  await look(page, "whatif-form");
  await form.getByRole("button", { name: "Play" }).click();
  const result = page.getByRole("region", { name: "Result" });
  await result.getByText(/^2 conversations, /).waitFor();
  await result.getByRole("table", { name: "All conversations" }).getByRole("row", { name: /^Served 2 2 2 same/ }).waitFor();
  await result.getByRole("table", { name: "VIP" }).waitFor();
  await result.getByRole("table", { name: "Ana" }).getByRole("row", { name: /^Handled 2 2 2/ }).waitFor();
  await look(page, "whatif-result");
  await form.getByRole("combobox", { name: "Change" }).selectOption("A configuration as YAML");
  await form.getByRole("textbox", { name: "YAML" }).fill("queues: {vip: {name: VIP, assignment_methd: longest_idle}}");
  await form.getByRole("button", { name: "Play" }).click();
  await form.getByText("/yaml/queues/vip/assignment_methd: there is no such field").waitFor();
  await look(page, "whatif-refused");
});

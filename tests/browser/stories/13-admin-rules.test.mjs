/* Owns the stories of an administrator who makes work streams, rules and channels, and of the customers who then come in. */

import assert from "node:assert/strict";
import { look } from "../helpers/looks.mjs";
import { hasFocus, popOf, startChat, until } from "../helpers/people.mjs";
import { answerOf, arrowTo, choose, goTo, gripOf, openAdmin, pick, press, ruleCard, ruleNames, type } from "../helpers/rules.mjs";
import { story } from "../helpers/story.mjs";

story("an_administrator_builds_a_work_stream_with_rules_by_keyboard_and_a_conversation_routes_by_it", async (stage) => {
  const { server, openDesks } = stage;
  const [desk] = await openDesks(1);
  const page = await openAdmin(stage, "#/flow/work-stream");
  const next = page.getByRole("button", { name: "Next", exact: true });
  const step = (title) => page.getByRole("heading", { name: title }).waitFor();

  await step("Step 1 of 5: General");
  await press(page, next);
  await page.getByText("2 things to put right").first().waitFor();
  await page.keyboard.type("Web sales");
  await until(() => page.getByLabel("Id", { exact: true }).inputValue(), "web-sales");
  await look(page, "flow-general");
  await press(page, next);
  await step("Step 2 of 5: Work distribution");
  await look(page, "flow-distribution");
  await press(page, next);

  await step("Step 3 of 5: Context variables");
  await press(page, page.getByRole("button", { name: "Add context variable" }));
  await page.keyboard.type("Tier");
  await press(page, page.getByRole("button", { name: "Add context variable" }));
  await page.keyboard.type("Order value");
  await until(() => page.getByRole("group", { name: "Context variable 2" }).getByLabel("Name", { exact: true }).inputValue(), "order_value");
  await arrowTo(page, page.getByRole("group", { name: "Context variable 2" }).getByLabel("Type"), "Num");
  await look(page, "flow-variables");
  await press(page, next);

  await step("Step 4 of 5: Routing rules");
  await addRule(page, "gold", async (card) => {
    await choose(page, card.getByRole("combobox", { name: "Variable" }), "Tier");
    await type(page, card.getByRole("textbox", { name: "Value" }), "gold");
    await choose(page, card.getByRole("combobox", { name: "Queue" }), "VIP");
  });
  await ruleCard(page, "gold").getByText("When Tier equals gold → VIP").waitFor();
  await addRule(page, "big", async (card) => {
    await choose(page, card.getByRole("combobox", { name: "Variable" }), "Order");
    await arrowTo(page, card.getByRole("combobox", { name: "Operator" }), "is more");
    await type(page, card.getByRole("spinbutton", { name: "Value" }), "100");
    await choose(page, card.getByRole("combobox", { name: "Queue" }), "Sales");
  });
  await ruleCard(page, "big").getByText("When Order value is more than 100 → Sales").waitFor();
  await type(page, page.getByRole("region", { name: "Try it" }).getByLabel("Order value"), "250");
  await answerOf(page).getByText("Rule 2 “big” matches: to Sales.").waitFor();
  await type(page, page.getByRole("region", { name: "Try it" }).getByLabel("Tier"), "Gold");
  await answerOf(page).getByText("Rule 1 “gold” matches: to VIP. Ana would get it now.").waitFor();
  await ruleCard(page, "big").getByText("Not reached").waitFor();
  await look(page, "flow-rules");
  await press(page, page.getByRole("button", { name: "Back", exact: true }));
  await step("Step 3 of 5: Context variables");
  await press(page, next);
  await until(() => ruleNames(page), ["gold", "big"], "nothing is lost by going back");
  await press(page, next);
  await step("Step 5 of 5: Review");
  await page.getByText("gold: When Tier equals gold → VIP").waitFor();
  await look(page, "flow-review");
  await press(page, page.getByRole("button", { name: "Create work stream" }));

  await step("The work stream Web sales is ready");
  await look(page, "flow-stream-made");
  await press(page, page.getByRole("link", { name: "Add a channel to it" }));
  await step("Step 1 of 3: General");
  await type(page, page.getByLabel("Name", { exact: true }), "Sales chat");
  await press(page, next);
  await step("Step 2 of 3: Work stream");
  await until(() => page.getByRole("combobox", { name: "Work stream", exact: true }).inputValue(), "Web sales");
  await press(page, next);
  await press(page, page.getByRole("button", { name: "Create channel" }));
  await step("The channel Sales chat is ready");
  await page.getByText(`<script src="${server.base}/static/widget.js" data-channel="sales-chat" async></script>`).waitFor();
  await look(page, "flow-channel-made");

  const made = await server.admin("POST", "/v1/conversations", { channel_id: "sales-chat", customer: { name: "Maria Schneider" }, context: { tier: "GOLD", order_value: 250 } });
  assert.deepEqual([made.work_stream_id, made.queue_id], ["web-sales", "vip"]);
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await desk.getByRole("tab", { name: /Maria Schneider/ }).waitFor();
});

/** A rule with one condition, made by keyboard. */
async function addRule(page, name, fill) {
  await press(page, page.getByRole("button", { name: "Add rule" }));
  await page.keyboard.press("Control+A");
  await page.keyboard.type(name);
  const card = ruleCard(page, name);
  await press(page, card.getByRole("button", { name: "Add condition" }));
  await fill(card);
}

story("the_order_of_rules_is_changed_by_keyboard_and_what_is_tried_comes_out_otherwise", async (stage) => {
  const { server } = stage;
  const page = await openAdmin(stage, "#/flow/rules/web-push");
  const pane = page.getByRole("region", { name: "Try it" });
  await pane.getByLabel("Tier").fill("gold");
  await pane.getByLabel("Topic").fill("sales");
  await answerOf(page).getByText("Rule 1 “gold” matches: to VIP.").waitFor();
  await ruleCard(page, "gold").getByText("Matches", { exact: true }).waitFor();

  const name = ruleCard(page, "sales").getByRole("textbox", { name: "Name of the rule" });
  await name.focus();
  await page.keyboard.press("Alt+ArrowUp");
  await until(() => ruleNames(page), ["sales", "gold"]);
  await hasFocus(name, "the focus goes with the rule");
  await page.getByText("sales is now rule 1 of 2.").waitFor();
  await answerOf(page).getByText("Rule 1 “sales” matches: to Sales.").waitFor();
  const routed = async () => (await server.admin("POST", "/v1/conversations", { channel_id: "web-chat", context: { tier: "gold", topic: "sales" } })).queue_id;
  assert.equal(await routed(), "vip", "what is tried is not saved");
  await page.getByRole("button", { name: "Save", exact: true }).press("Enter");
  await page.getByText("The rules of Web chat, offered are saved", { exact: false }).waitFor();
  assert.equal(await routed(), "sales");

  await gripOf(page, "gold").dragTo(ruleCard(page, "sales"), { targetPosition: { x: 40, y: 4 } });
  await page.getByText("gold is now rule 1 of 2.").waitFor();
  await until(() => ruleNames(page), ["gold", "sales"]);
  await answerOf(page).getByText("Rule 1 “gold” matches: to VIP.").waitFor();
  await gripOf(page, "gold").dragTo(ruleCard(page, "gold"), { targetPosition: { x: 40, y: 60 } });
  await page.getByRole("button", { name: "Move gold up" }).press("Enter");
  await until(() => ruleNames(page), ["gold", "sales"], "at the end it stays");
  await look(page, "rules-tried");
});

story("two_administrators_change_the_rules_and_the_second_puts_both_together", async (stage) => {
  const { server } = stage;
  const page = await openAdmin(stage, "#/flow/rules/web-push");
  await ruleCard(page, "gold").getByRole("textbox", { name: "Description (optional)" }).fill("Ours");
  await server.admin("PATCH", "/v1/work-streams/web-push", { capacity: 7 });
  const save = page.getByRole("button", { name: "Save", exact: true });
  await save.click();
  await page.getByText("The rules of Web chat, offered are saved", { exact: false }).waitFor();
  const { capacity, routing_rules: [gold, sales] } = await server.admin("GET", "/v1/work-streams/web-push");
  assert.deepEqual([capacity, gold.description], [7, "Ours"], "what another changed elsewhere is in nobody's way");

  await server.admin("PATCH", "/v1/work-streams/web-push", { routing_rules: [sales] });
  await ruleCard(page, "gold").getByRole("textbox", { name: "Description (optional)" }).fill("Ours again");
  await save.click();
  const dialog = page.getByRole("dialog", { name: "Somebody else saved first" });
  await dialog.getByRole("radio", { name: /^Mine: gold; sales/ }).waitFor();
  await look(page, "rules-conflict");
  await dialog.getByRole("radio", { name: /^Theirs: sales/ }).check();
  await dialog.getByRole("button", { name: "Go on with this" }).click();
  await page.getByText("Both versions are put together.", { exact: false }).first().waitFor();
  await until(() => ruleNames(page), ["sales"]);
  await save.click();
  await page.getByText("The rules of Web chat, offered are saved", { exact: false }).waitFor();
  assert.deepEqual((await server.admin("GET", "/v1/work-streams/web-push")).routing_rules.map(({ name }) => name), ["sales"]);
});

story("a_rule_that_is_never_reached_is_warned_of_while_it_is_written_and_on_the_page_of_checks", async (stage) => {
  const { server } = stage;
  await server.admin("PUT", "/v1/queues/nobody", { name: "Nobody's" });
  const page = await openAdmin(stage, "#/flow/rules/web-push");
  await page.getByRole("button", { name: "Copy gold" }).click();
  await until(() => ruleNames(page), ["gold", "gold 2", "sales"]);
  await ruleCard(page, "gold 2").getByText("Never reached: “gold” holds whenever this one would.").waitFor();
  const card = ruleCard(page, "gold 2");
  await pick(page, card.getByRole("combobox", { name: "Queue" }), "Nobody");
  await card.getByText("No agent serves this queue.").waitFor();
  await look(page, "rules-warnings");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The rules of Web chat, offered are saved", { exact: false }).waitFor();

  await goTo(page, "#/checks");
  const found = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: "Rule gold 2" }) });
  await found.getByText("Never reached: “gold” holds whenever this one would.").waitFor();
  await found.getByText("No agent serves this queue.").waitFor();
  await look(page, "checks");
  await found.first().getByRole("link").click();
  await page.getByRole("button", { name: "Delete gold 2" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The rules of Web chat, offered are saved", { exact: false }).waitFor();
  await goTo(page, "#/checks");
  await page.getByText("Nothing to mend").waitFor();
  await look(page, "checks-none");
});

story("every_kind_of_condition_and_outcome_is_written_and_what_is_wrong_stands_at_its_place", async (stage) => {
  const { server } = stage;
  await server.admin("PUT", "/v1/skills/tax", { name: "Tax law", max_level: 5 });
  const page = await openAdmin(stage, "#/flow/rules/web-push");
  await page.getByRole("button", { name: "Add set of rules" }).click();
  const set = page.getByRole("group", { name: "Set New set" });
  await set.getByRole("button", { name: "Add rule" }).click();
  const written = set.getByRole("group", { name: "Rule New rule" });
  await written.getByRole("button", { name: "Add skill" }).click();
  await pick(page, written.getByRole("combobox", { name: "Skill" }), "Tax");
  await written.getByRole("spinbutton", { name: "At least level" }).fill("9");
  await written.getByRole("spinbutton", { name: "Priority" }).fill("50");
  await written.getByLabel("Write a variable…").selectOption("Amount");
  await written.getByRole("spinbutton", { name: "Amount" }).fill("3");
  await written.getByText("Always → Amount = 3, priority 50, Tax law from level 9").waitFor();

  const gold = ruleCard(page, "gold");
  await gold.getByRole("button", { name: "Add group" }).click();
  const group = gold.getByRole("group", { name: "Group 2" });
  await group.getByRole("button", { name: "Add condition" }).click();
  await pick(page, group.getByRole("combobox", { name: "Variable" }), "weekday");
  await group.getByRole("combobox", { name: "Operator" }).selectOption("is one of");
  await pick(page, group.getByRole("combobox", { name: "Values" }), "Sat");
  await group.getByRole("button", { name: "Add condition" }).click();
  const second = group.getByRole("group", { name: "Condition 2.2" });
  await pick(page, second.getByRole("combobox", { name: "Variable" }), "Amount");
  await second.getByRole("combobox", { name: "Operator" }).selectOption("is between");
  await second.getByRole("spinbutton", { name: "From" }).fill("1");
  await gold.getByText("When Tier equals gold and (Weekday is one of Saturday or Amount is between …) → VIP").waitFor();
  await gold.getByLabel("Kind of target").selectOption("several queues by percentage");
  await gold.getByRole("group", { name: "Share 1" }).getByLabel("Percent").fill("70");
  await gold.getByText("Together 120 %, must be 100 %.").waitFor();

  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("3 things to put right").waitFor();
  await second.getByText("Give a value.").waitFor();
  await look(page, "rules-wrong");
  await second.getByRole("spinbutton", { name: "To" }).fill("5");
  await gold.getByRole("group", { name: "Share 2" }).getByLabel("Percent").fill("30");
  await pick(page, gold.getByRole("group", { name: "Share 2" }).getByRole("combobox", { name: "Queue" }), "Supp");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await written.getByText("the skill's levels run from 1 to 5").waitFor();
  await written.getByRole("spinbutton", { name: "At least level" }).fill("5");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The rules of Web chat, offered are saved", { exact: false }).waitFor();
  await look(page, "rules-all-kinds");

  const { classification, routing_rules } = await server.admin("GET", "/v1/work-streams/web-push");
  assert.deepEqual(classification[0].rules[0].set, { variables: { amount: 3 }, skills: [{ skill_id: "tax", min_level: 5 }], priority: 50 });
  assert.deepEqual(routing_rules[0].when, { all: [
    { variable: "tier", operator: "equals", value: "gold" },
    { any: [{ variable: "time.weekday", operator: "in", value: [6] }, { variable: "amount", operator: "between", value: [1, 5] }] },
  ] });
  assert.deepEqual(routing_rules[0].route_to, { split: [{ queue_id: "vip", percent: 70 }, { queue_id: "support", percent: 30 }] });
});

story("a_channel_with_a_work_stream_made_in_place_works_from_the_chat_page_to_the_desk", async (stage) => {
  const { server, open, openDesks } = stage;
  const [desk] = await openDesks(1);
  const page = await openAdmin(stage, "#/flow/channel");
  await page.getByLabel("Name", { exact: true }).fill("Garden shop");
  await page.getByRole("textbox", { name: "Allowed web sites" }).fill("garden");
  await page.keyboard.press("Enter");
  await look(page, "flow-channel");
  const next = page.getByRole("button", { name: "Next", exact: true });
  await next.click();
  await page.getByLabel("Work stream of this channel").selectOption("A new one, made with the channel");
  await page.getByLabel("Name of the work stream").fill("Garden");
  await pick(page, page.getByRole("combobox", { name: "Fallback queue" }), "VIP");
  await look(page, "flow-channel-stream");
  await next.click();
  await page.getByRole("button", { name: "Create channel" }).click();

  await page.getByRole("heading", { name: "Step 1 of 3: General" }).waitFor();
  await page.getByRole("button", { name: /Allowed web sites: must be an origin/ }).waitFor();
  assert.equal((await server.admin("GET", "/v1/work-streams/garden")).fallback_queue_id, "vip");
  await look(page, "flow-channel-wrong");
  await page.getByRole("alert").getByText("The work stream garden is made, the channel is not.").waitFor();
  await page.getByRole("button", { name: "Delete work stream garden again" }).click();
  await page.getByText("The work stream garden is deleted again.").first().waitFor();
  assert.ok(!(await server.admin("GET", "/v1/work-streams")).items.some(({ id }) => id === "garden"));

  await page.getByRole("button", { name: /General/ }).click();
  await page.getByRole("button", { name: "Remove garden" }).click();
  await page.getByRole("button", { name: /Review/ }).click();
  await page.getByRole("button", { name: "Create channel" }).click();
  await page.getByRole("heading", { name: "The channel Garden shop is ready" }).waitFor();
  const customer = await open(new URL(await page.getByRole("link", { name: "Open the chat page" }).getAttribute("href"), server.base).href);
  await startChat(customer, { name: "Tom Okafor", message: "Do you have roses?" });
  await popOf(desk, "Tom Okafor").getByRole("button", { name: "Accept" }).click();
  await customer.getByRole("status").getByText("Ana is here to help you.").waitFor();
  const { items } = await server.admin("GET", "/v1/conversations?work_stream_id=garden");
  assert.deepEqual(items.map(({ channel_id, queue_id }) => [channel_id, queue_id]), [["garden-shop", "vip"]]);
});

story("what_is_written_in_a_flow_survives_a_reload_and_a_work_stream_of_records_is_made", async (stage) => {
  const { server } = stage;
  const page = await openAdmin(stage, "#/flow/work-stream");
  const next = page.getByRole("button", { name: "Next", exact: true });
  await page.getByLabel("Name", { exact: true }).fill("Cases");
  await page.getByLabel("Channel type").selectOption("Record");
  await page.getByRole("heading", { name: "Step 1 of 6: General" }).waitFor();
  await next.click();
  assert.ok(!(await page.getByRole("switch", { name: "Agent affinity" }).isVisible()), "records have none");
  await next.click();
  await page.getByRole("button", { name: "Add kind of record" }).click();
  await page.getByRole("group", { name: "Record 1" }).getByLabel("Logical name").fill("incident");
  await next.click();
  await page.getByRole("group", { name: "Record 1" }).getByText("This must be given.").waitFor();
  await page.getByRole("group", { name: "Record 1" }).getByLabel("Set name").fill("incidents");
  await page.reload();
  await page.getByRole("heading", { name: "Step 1 of 6: General" }).waitFor();
  await until(() => page.getByLabel("Name", { exact: true }).inputValue(), "Cases");
  for (let step = 1; step < 6; step++) await next.click();
  await page.getByText("incident (incidents)").waitFor();
  await page.getByRole("button", { name: "Create work stream" }).click();
  await page.getByRole("link", { name: "Connector for records" }).waitFor();
  const made = await server.admin("GET", "/v1/work-streams/cases");
  assert.deepEqual(made.entity_configurations.map(({ entity_logical_name, entity_set_name }) => [entity_logical_name, entity_set_name]), [["incident", "incidents"]]);
  assert.deepEqual([made.fallback_queue_id, made.auto_close_after_inactivity_seconds], ["default-record", null]);
  await goTo(page, "#/checks");
  await page.getByRole("link", { name: "Connector for records" }).waitFor({ state: "detached" });
  await goTo(page, "#/flow/work-stream");
  await until(() => page.getByLabel("Name", { exact: true }).inputValue(), "", "what was made is not begun again");
});

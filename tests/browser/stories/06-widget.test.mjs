/* Owns the story of the widget: a chat on somebody else's page, from another origin, from the survey to the end. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { look } from "../helpers/looks.mjs";
import { hasFocus, line, popOf, until, write } from "../helpers/people.mjs";
import { CONSENT, DETAILS, KIND, LINE, chatOf, heardBy, launcherOf, openShop } from "../helpers/shop.mjs";
import { story } from "../helpers/story.mjs";

story("a_chat_on_another_site_from_the_survey_to_the_transcript", async ({ server, open, openDesks, elsewhere }) => {
  const site = await elsewhere();
  await openShop(server, [site.origin], {
    survey: [LINE, KIND, DETAILS, CONSENT], page_variables: ["basket"], theme: { color: "#7a1f5c", position: "right" },
    post_chat_survey_url: "https://survey.example/?c={conversation_id}",
  });
  const [desk] = await openDesks(1);
  const page = await open(site.origin);
  await page.evaluate(() => globalThis.callboard("setContext", { basket: "two pounds of Assam" }));
  await launcherOf(page).waitFor();
  await look(page, "widget-launcher");

  await launcherOf(page).press("Enter");
  const chat = chatOf(page);
  await chat.getByRole("button", { name: "Start chat" }).click();
  await chat.getByText("Please agree to go on.").waitFor();
  assert.equal(await chat.getByText("Please answer this.").count(), 2, "at each field that wants an answer");
  await hasFocus(chat.getByLabel("Your name"), "the first wrong one has the focus");
  await look(page, "widget-survey");
  const own = await open(`${server.base}/chat?channel=shop`);
  await own.getByRole("radio", { name: "A return" }).waitFor();
  assert.equal(await own.getByText("More for the demo").count(), 0, "the page by itself asks the same");
  await look(own, "chat-survey");
  await chat.getByLabel("Your name").fill("Maria Schneider");
  await chat.getByRole("radio", { name: "A return" }).check();
  await chat.getByLabel("Anything else? (optional)").fill("It is broken.\nThe lid too.");
  await chat.getByRole("checkbox", { name: "You may store this chat" }).check();
  await chat.getByLabel("Your message").fill("My pot came broken.");
  await chat.getByRole("button", { name: "Start chat" }).click();
  await chat.getByRole("status").getByText(/in line/).waitFor();

  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await chat.getByRole("status").getByText("Ana is here to help you.").waitFor();
  for (const known of ["two pounds of Assam", "return"]) await desk.getByRole("definition").filter({ hasText: known }).first().waitFor();
  await desk.getByRole("textbox", { name: /^Message to/ }).pressSequentially("Good");
  await chat.getByText("Ana is typing…").waitFor();
  await chat.getByLabel("Write a message").pressSequentially("Th");
  await desk.getByText("Maria Schneider is typing…").waitFor();
  await write(desk, /^Message to/, "Good morning, let me look.");
  await line(chat, "Good morning, let me look.").waitFor();
  await write(chat, "Write a message", "Thank you!");
  await line(desk, "Thank you!").waitFor();
  await look(page, "widget-talking");

  await page.keyboard.press("Escape");
  await hasFocus(launcherOf(page), "the focus is back where it was");
  await write(desk, /^Message to/, "I send you a new one.");
  await page.getByRole("button", { name: "Open chat, 1 unread message" }).waitFor();
  await until(() => page.title(), "(1) The shop");
  await look(page, "widget-unread");

  await page.reload();
  await page.getByRole("button", { name: "Open chat, 1 unread message" }).click();
  await line(chat, "I send you a new one.").waitFor();
  await until(() => page.title(), "The shop");
  await page.reload();
  await line(chat, "My pot came broken.").waitFor();
  await desk.getByRole("button", { name: "End", exact: true }).click();
  const saved = page.waitForEvent("download");
  await chat.getByRole("button", { name: "Download the conversation" }).click();
  const transcript = await readFile(await (await saved).path(), "utf8");
  for (const said of ["My pot came broken.", "Ana: I send you a new one."]) assert.ok(transcript.includes(said), said);
  const link = chat.getByRole("link", { name: /^Tell us how it went/ });
  assert.match(await link.getAttribute("href"), /^https:\/\/survey\.example\/\?c=[0-9a-f-]{36}$/);
  await look(page, "widget-ended");

  const told = async () => (await heardBy(page)).map(([name]) => name).filter((name) => ["ready", "start", "agent", "end"].includes(name));
  await until(told, ["ready", "start", "agent", "end"]);
  await chat.getByRole("button", { name: "Start a new chat" }).click();
  await chat.getByRole("button", { name: "Start chat" }).waitFor();
});

story("neither_a_restart_in_the_middle_nor_an_end_that_was_missed_loses_a_word_on_another_site", async ({ server, open, elsewhere }) => {
  const site = await elsewhere({ language: "de" });
  await openShop(server, [site.origin], { messages: [{ trigger: "started", text: { en: "Hello!", de: "Guten Tag!" } }] });
  const page = await open(site.origin);
  await page.evaluate(() => globalThis.callboard("show"));
  const chat = chatOf(page);
  await chat.getByLabel("Ihre Nachricht").fill("Wo ist mein Tee?");
  await chat.getByRole("button", { name: "Chat beginnen" }).click();
  await line(chat, "Guten Tag!").waitFor();
  await server.kill();
  await chat.getByText("Verbindung unterbrochen.", { exact: false }).waitFor();
  // Whoever has a telephone has no other way out of the panel.
  for (const name of ["Chatfenster schließen", "Chat beenden"]) await chat.getByRole("button", { name }).click({ trial: true });
  await look(page, "widget-lost");
  await write(chat, "Nachricht schreiben", "Noch da?");
  await server.restart();
  await chat.getByText("Wieder verbunden. Sie haben nichts verpasst.").waitFor();
  await line(chat, "Noch da?").waitFor();
  await chat.getByText("Wird gesendet …").waitFor({ state: "detached" });
  assert.equal(await line(chat, "Wo ist mein Tee?").count(), 1);
  const [{ conversation_id }] = (await heardBy(page)).filter(([name]) => name === "start").map(([, detail]) => detail);
  await page.goto("about:blank");
  await server.admin("POST", `/v1/conversations/${conversation_id}/end`);
  await page.goto(site.origin);
  await line(chat, "Noch da?").waitFor();
  await chat.getByRole("button", { name: "Neuen Chat beginnen" }).waitFor();
});

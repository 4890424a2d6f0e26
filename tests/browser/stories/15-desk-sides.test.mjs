/* Owns the stories of the desk's sides: command bar, open work items, customer panel, top bar. */

import assert from "node:assert/strict";
import { look } from "../helpers/looks.mjs";
import { line, popOf, startChat } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

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
  assert.ok(await box.evaluate((el) => el === document.activeElement), "the focus is back in the text");

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
  assert.ok(await box.evaluate((el) => el === document.activeElement), "one can write at once");
  assert.equal(await box.inputValue(), "half a sentence");
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
  assert.equal(await desk.evaluate(() => document.documentElement.dataset.theme), "dark");
  await command(desk, "keyboard short");
  await desk.getByText("Command bar: find whatever can be done").waitFor();
  await chat.close();
});

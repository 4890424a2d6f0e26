/* Owns the pictures of the agent's desk, and of the customer's chat by itself and on another site. */

import { deskReady, line, popOf, startChat, write } from "../helpers/people.mjs";
import { chatOf, LINE, launcherOf, openShop } from "../helpers/shop.mjs";
import { arrive } from "./scene.mjs";
import { picture } from "./shots.mjs";

/** @typedef {{server: import("../helpers/server.mjs").Server, open: (url: string, options?: object) => Promise<import("playwright-core").Page>, elsewhere: (options: object) => Promise<import("../helpers/site.mjs").Site>}} Stage */
/** @typedef {import("playwright-core").Page} Page */

const MARIA = { name: "Maria Schneider", topic: "Delivery", message: "Hello, order 4711 was due on Monday and is not here yet." };
const GERMAN = JSON.stringify({ theme: "system", density: "roomy", language: "de", direction: "auto" });
const FROM_RIGHT = JSON.stringify({ theme: "system", density: "compact", language: "en", direction: "rtl" });

/** @param {Stage} stage */
export async function deskPictures({ server, open }) {
  await arrive(server, 6, 2, { channel_id: "web-pick" });
  await arrive(server, 2, 9, { context: { tier: "gold", topic: "Contract" } });
  const token = new URL(server.desks[0]).hash;
  const desk = await open(`${server.base}/agent${token}`);
  await deskReady(desk);
  for (let i = 0; i < 2; i++) await desk.getByRole("button", { name: "Accept" }).first().click();
  const customer = await open(server.chat);
  await customer.getByText("More for the demo").click();
  await customer.getByLabel("Tier").fill("gold");
  await startChat(customer, MARIA);
  await popOf(desk, MARIA.name).waitFor();
  await picture(desk, "desk-pop");
  await popOf(desk, MARIA.name).getByRole("button", { name: "Accept" }).click();
  await line(desk, MARIA.message).waitFor();
  await write(desk, /^Message to/, "Good morning, Maria. Let me look that up for you.");
  await write(customer, "Write a message", "Thank you! I need it before the weekend.");
  await line(desk, "Thank you! I need it before the weekend.").waitFor();
  await desk.getByRole("button", { name: "Internal note" }).click();
  await write(desk, /^Internal note/, "Second complaint this month: send it by courier.");
  await desk.getByRole("button", { name: /^(Reply|Message)$/ }).first().click();
  await picture(desk, "desk-conversation");
  for (const [name, choices] of Object.entries({ german: GERMAN, rtl: FROM_RIGHT })) {
    const other = await open("about:blank");
    await other.addInitScript((choices) => localStorage.setItem("callboard.display", choices), choices);
    await other.goto(`${server.base}/agent${token}`);
    await other.getByRole("tab", { name: /Maria Schneider/ }).click();
    await line(other, MARIA.message).waitFor();
    const row = other.getByRole("listitem").getByRole("button", { name: /^Maria Schneider/ });
    await picture(other, `desk-${name}`, { before: async (_page, width) => void (width < 800 && (await row.isVisible()) && (await row.click())) });
    await other.context().close();
  }
  await desk.getByRole("textbox", { name: /^Message to/ }).or(desk.getByRole("combobox", { name: /^Message to/ })).pressSequentially("/");
  await desk.getByRole("listbox", { name: "Quick replies" }).waitFor();
  await picture(desk, "desk-quick-replies");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("Backspace");
  await desk.getByRole("button", { name: "Transfer", exact: true }).click();
  await desk.getByRole("combobox", { name: "Agent or queue" }).waitFor();
  await picture(desk, "desk-transfer");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("Control+k");
  await desk.getByRole("dialog").waitFor();
  await picture(desk, "desk-command-bar");
  await desk.keyboard.press("Escape");
  await desk.getByRole("button", { name: "End", exact: true }).click();
  await desk.getByLabel("Wrap-up note (optional)").fill("Sent again by courier.");
  await picture(desk, "desk-wrap-up");
  await desk.getByRole("button", { name: "Close conversation" }).click();
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByRole("list", { name: "Open work items" }).getByRole("listitem").first().waitFor();
  await desk.getByText("Maria Schneider: the conversation is closed.").first().waitFor({ state: "hidden" });
  await picture(desk, "desk-open-items", { before: (page) => toLists(page) });
  await desk.getByRole("button", { name: /^Closed/ }).click();
  await desk.getByRole("list", { name: "Closed" }).getByRole("button", { name: /Maria Schneider/ }).first().click();
  await line(desk, MARIA.message).waitFor();
  await picture(desk, "desk-closed");
  await desk.context().close();
  await customer.context().close();
}

/** A narrow window shows one column: goes back to the lists. @param {Page} page */
async function toLists(page) {
  const back = page.getByRole("button", { name: /^Back/ });
  if (await back.isVisible()) await back.click();
}

/** @param {Stage} stage */
export async function chatPictures({ server, open, elsewhere }) {
  const desk = await open(server.desks[0]);
  await deskReady(desk);
  const customer = await open(server.chat);
  await customer.getByLabel("Your name").waitFor();
  await picture(customer, "chat-form");
  await customer.getByText("More for the demo").click();
  await customer.getByLabel("Tier").fill("gold");
  await startChat(customer, { ...MARIA, name: "Hanna Schulz" });
  await popOf(desk, "Hanna Schulz").getByRole("button", { name: "Accept" }).click();
  await line(desk, MARIA.message).waitFor();
  await write(desk, /^Message to/, "Good morning, Hanna. Let me look that up for you.");
  await line(customer, "Good morning, Hanna. Let me look that up for you.").waitFor();
  await picture(customer, "chat");
  const site = await elsewhere({});
  await openShop(server, [site.origin], { survey: [LINE], theme: { color: "#7a1f5c", position: "right" } });
  const page = await open(site.origin);
  await launcherOf(page).click();
  await chatOf(page).getByLabel("Your name").waitFor();
  await picture(page, "widget");
  site.stop();
  for (const one of [desk, customer, page]) await one.context().close();
}

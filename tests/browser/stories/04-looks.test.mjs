/* Owns the look at every page and state; helpers/looks.mjs has the sizes and what is looked for. */

import { look } from "../helpers/looks.mjs";
import { line, popOf, startChat, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

story("the_start_page_and_the_sign_in_form", async ({ server, open }) => {
  const start = await open(`${server.base}/`);
  await start.getByRole("link", { name: /^Agent desk/ }).waitFor();
  await look(start, "start");
  const desk = await open(`${server.base}/agent`);
  await desk.getByRole("button", { name: "Sign in" }).click();
  await look(desk, "sign-in");
  await desk.getByLabel("Token").fill("not-a-token");
  await desk.getByRole("button", { name: "Sign in" }).click();
  await desk.getByText("This token is not valid", { exact: false }).waitFor();
  await look(desk, "sign-in-refused");
});

story("the_chat_and_the_desk_from_the_first_word_to_the_last", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  await look(desk, "desk-empty");
  const customer = await open(server.chat);
  await customer.getByRole("button", { name: "Start chat" }).waitFor();
  await look(customer, "chat-form");
  await startChat(customer, { name: "Maria Schneider", topic: "My order has not arrived", message: "Hello, order 4711 was due on Monday." });
  await popOf(desk, "Maria Schneider").waitFor();
  await look(desk, "desk-pop");
  await look(customer, "chat-waiting");
  await startChat(await open(server.chat), { name: "Tom Okafor", message: "Where is my invoice?" });
  await popOf(desk, "Tom Okafor").waitFor();
  await look(desk, "desk-two-pops");

  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await write(desk, /^Message to/, "Good morning, Maria. Let me look that up for you.");
  await desk.getByRole("button", { name: "Internal note" }).click();
  await write(desk, /^Internal note/, "Second complaint this month.");
  await popOf(desk, "Tom Okafor").getByRole("button", { name: "Accept" }).click();
  await line(desk, "Where is my invoice?").waitFor();
  await write(customer, "Write a message", "Thank you! I need it before the weekend.");
  await desk.getByRole("tab", { name: /Maria Schneider 1 unread message/ }).waitFor();
  await look(desk, "desk-unread");
  await look(customer, "chat-talking");
  await desk.getByRole("tab", { name: /Maria Schneider/ }).click();
  await line(desk, "Thank you! I need it before the weekend.").waitFor();
  await desk.getByRole("button", { name: "Transfer" }).click();
  await desk.getByRole("option", { name: /^Ben/ }).waitFor();
  await look(desk, "desk-transfer");
  await desk.getByRole("button", { name: "Cancel" }).click();
  await desk.getByRole("button", { name: "End", exact: true }).click();
  await desk.getByLabel("Wrap-up note (optional)").fill("Sent again by courier.");
  await look(desk, "desk-wrap-up");
  await customer.getByRole("button", { name: "Start a new chat" }).waitFor();
  await look(customer, "chat-ended");
  await desk.getByRole("button", { name: "Close conversation" }).click();
  await desk.getByRole("button", { name: /^Closed/ }).click();
  await desk.getByRole("list", { name: "Closed" }).getByRole("button", { name: /Maria Schneider/ }).click();
  await line(desk, "Thank you! I need it before the weekend.").waitFor();
  await look(desk, "desk-closed");
});

story("the_open_items_the_sheets_and_a_lost_connection", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  for (const name of ["Ines Aydin", "Jonas Berg", "Chidi Nwosu"]) {
    await startChat(await open(server.chat.replace(/channel=[^&]*/, "channel=web-pick")), { name, topic: "Delivery", message: "hello" });
  }
  await desk.getByRole("button", { name: /^Open work items/ }).click();
  await desk.getByRole("button", { name: "Take Chidi Nwosu" }).waitFor();
  await look(desk, "desk-open-items");
  await desk.keyboard.press("?");
  await desk.getByRole("button", { name: "Done" }).waitFor();
  await look(desk, "desk-shortcuts");
  await desk.keyboard.press("Escape");
  await desk.getByRole("button", { name: "Alerts and sound" }).click();
  await look(desk, "desk-alerts");
  await desk.keyboard.press("Escape");
  await server.kill();
  await desk.getByText("Connection lost.", { exact: false }).waitFor();
  await look(desk, "desk-connection-lost");
});

/* Owns the story of a server that dies in the middle of a chat: both sides see it, both go on, nothing is lost or doubled. */

import assert from "node:assert/strict";
import { deskReady, line, popOf, startChat, write } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

story("a_chat_outlives_the_server", async ({ server, open, openDesks }) => {
  const [desk] = await openDesks(1);
  const customer = await open(server.chat);
  await startChat(customer, { name: "Maria Schneider", message: "hello" });
  await popOf(desk, "Maria Schneider").getByRole("button", { name: "Accept" }).click();
  await write(desk, /^Message to/, "before, from the agent");
  await line(customer, "before, from the agent").waitFor();

  await server.kill();
  await desk.getByText("Connection lost.", { exact: false }).waitFor();
  await customer.getByText("Connection lost.", { exact: false }).waitFor();
  await write(desk, /^Message to/, "meanwhile, from the agent");
  await write(customer, "Write a message", "meanwhile, from the customer");
  await desk.getByRole("log").getByText("Sending…").waitFor();

  await server.restart();
  await deskReady(desk);
  for (const page of [desk, customer]) {
    for (const text of ["hello", "before, from the agent", "meanwhile, from the agent", "meanwhile, from the customer"]) {
      await line(page, text).waitFor();
      assert.equal(await line(page, text).count(), 1, text);
    }
  }
  await desk.getByRole("log").getByText("Sending…").waitFor({ state: "detached" });
  await customer.reload();
  await line(customer, "meanwhile, from the customer").waitFor();
});

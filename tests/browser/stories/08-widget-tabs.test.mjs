/* Owns the stories of one visitor with several tabs, and of what providers' customers send along. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { look } from "../helpers/looks.mjs";
import { line, popOf, write } from "../helpers/people.mjs";
import { LINE, chatOf, launcherOf, openShop } from "../helpers/shop.mjs";
import { story } from "../helpers/story.mjs";

story("two_tabs_of_one_visitor_are_one_chat_and_none_forgets_what_the_other_began", async ({ server, open, openDesks, elsewhere }) => {
  const site = await elsewhere();
  await openShop(server, [site.origin], { survey: [LINE] });
  const [desk] = await openDesks(1);
  const first = await open(site.origin);
  const second = await first.context().newPage();
  await second.goto(site.origin);
  const [one, other] = [chatOf(first), chatOf(second)];
  for (const page of [first, second]) await launcherOf(page).click();
  await other.getByLabel("Your name").fill("Maria");
  await one.getByLabel("Your name").fill("Maria");
  await one.getByLabel("Your message").fill("From the first tab.");
  await one.getByRole("button", { name: "Start chat" }).click();
  await popOf(desk, "Maria").getByRole("button", { name: "Accept" }).click();
  await other.getByLabel("Your message").fill("From the second tab.");
  await other.getByRole("button", { name: "Start chat" }).click();
  for (const place of [one, other, desk]) {
    await line(place, "From the first tab.").waitFor();
    await line(place, "From the second tab.").waitFor();
  }
  assert.equal((await server.admin("GET", "/v1/conversations")).items.length, 1);

  await desk.getByRole("button", { name: "End", exact: true }).click();
  for (const chat of [one, other]) await chat.getByRole("button", { name: "Start a new chat" }).waitFor();
  await one.getByRole("button", { name: "Start a new chat" }).click();
  await one.getByLabel("Your name").fill("Maria");
  await one.getByLabel("Your message").fill("One thing more.");
  await one.getByRole("button", { name: "Start chat" }).click();
  await line(one, "One thing more.").waitFor();
  for (const name of ["Close chat", "Open chat"]) await second.getByRole("button", { name }).click();
  await other.getByRole("button", { name: "Start a new chat" }).waitFor();
  await first.reload();
  await line(one, "One thing more.").waitFor();
  await second.close();
});

story("what_a_customer_sends_along_is_a_link_on_the_desk_only_if_it_is_on_the_web", async ({ server, openDesks }) => {
  const key = Buffer.from("a key of the stories, 32 bytes.!");
  await server.admin("PUT", "/v1/work-streams/app", { name: "App", channel_type: "custom" });
  const settings = { url: "https://app.example/answers", secret: `whsec_${key.toString("base64")}` };
  await server.admin("PUT", "/v1/channels/app", { name: "App", type: "custom", work_stream_id: "app", settings });
  await server.admin("PATCH", "/v1/agents/ana", { queue_ids: ["support", "default-messaging"] });
  const [desk] = await openDesks(1);
  const attachments = [
    { url: "https://files.example/d/4711", media_type: "application/pdf", name: "Rechnung <b>März</b>.pdf", size: 48_213 },
    { url: "media-771", media_type: "image/jpeg", name: "pot.jpg", size: 1_204_000 },
    { url: `https://files.example/${"long-".repeat(30)}name.png` },
  ];
  const body = JSON.stringify({ type: "message", id: "m-1", from: { id: "u-7", name: "Kim" }, text: "", attachments });
  const at = String(Math.floor(Date.now() / 1000));
  const signature = `v1,${createHmac("sha256", key).update(`d-1.${at}.${body}`).digest("base64")}`;
  const headers = { "content-type": "application/json", "webhook-id": "d-1", "webhook-timestamp": at, "webhook-signature": signature };
  const taken = await fetch(`${server.base}/v1/channels/app/inbound`, { method: "POST", headers, body });
  assert.equal(taken.status, 200, await taken.text());
  await popOf(desk, "Kim").getByRole("button", { name: "Accept" }).click();
  const link = desk.getByRole("link", { name: "Rechnung <b>März</b>.pdf" });
  assert.equal(await link.getAttribute("href"), "https://files.example/d/4711");
  assert.deepEqual([await link.getAttribute("target"), await link.getAttribute("rel")], ["_blank", "noopener noreferrer"]);
  await desk.getByText("(PDF, 48 KB, files.example)").waitFor();
  await desk.getByRole("log").getByText("pot.jpg").waitFor();
  assert.equal(await desk.getByRole("log").getByRole("link").count(), 2);
  await look(desk, "desk-attachments");
});

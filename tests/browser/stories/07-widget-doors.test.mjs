/* Owns who the widget lets in and when it shows: origins, hostile pages, hours, invitations, visitors with a token. */

import assert from "node:assert/strict";
import { createSign, generateKeyPairSync } from "node:crypto";
import { newWatch, openPage } from "../helpers/browser.mjs";
import { look } from "../helpers/looks.mjs";
import { popOf } from "../helpers/people.mjs";
import { LINE, chatOf, heardBy, identify, launcherOf, openShop } from "../helpers/shop.mjs";
import { story } from "../helpers/story.mjs";

story("a_page_that_is_not_allowed_shows_nothing_and_says_why_and_cannot_frame_the_chat", async ({ server, browser, open, elsewhere }) => {
  const allowed = await elsewhere();
  const foreign = await elsewhere();
  await openShop(server, [allowed.origin]);
  const watch = newWatch();
  const page = await openPage(browser, "about:blank", watch);
  const said = page.waitForEvent("console", (message) => message.text().startsWith("callboard:"));
  await page.goto(foreign.origin);
  assert.match((await said).text(), /does not allow the origin http:\/\/localhost/);
  assert.equal(await page.locator("callboard-chat").count(), 0);
  for (const origin of [foreign.origin, allowed.origin]) {
    const refused = page.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
    await page.evaluate((src) => document.body.append(Object.assign(document.createElement("iframe"), { src })), `${server.base}/widget?channel=shop&origin=${encodeURIComponent(origin)}`);
    await refused;
  }
  await page.context().close();
  await launcherOf(await open(allowed.origin)).waitFor();
});

story("a_page_whose_style_sheet_hides_everything_does_not_reach_the_chat", async ({ server, open, elsewhere }) => {
  const site = await elsewhere({ hostile: true });
  await openShop(server, [site.origin], { survey: [LINE] });
  const page = await open(site.origin);
  await launcherOf(page).click();
  const chat = chatOf(page);
  await chat.getByLabel("Your name").fill("Maria");
  await chat.getByLabel("Your message").fill("Can you see me?");
  await chat.getByRole("button", { name: "Start chat" }).click();
  await chat.getByRole("button", { name: "End chat" }).waitFor();
  const box = await page.locator("callboard-chat iframe").boundingBox();
  assert.ok(box.width > 370 && box.height > 600, JSON.stringify(box));
  await look(page, "widget-hostile", "callboard-chat");
});

story("outside_its_hours_the_chat_says_when_it_opens_or_hides", async ({ server, open, elsewhere }) => {
  const site = await elsewhere();
  const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  const day = days[(new Date().getUTCDay() + 3) % 7];
  await server.admin("PUT", "/v1/operating-hours/office", { name: "Office", weekly: [{ days: [day], from: "09:00", to: "17:00" }] });
  const offline_page = { title: { en: "The shop is closed" }, text: { en: "Write to tea@shop.example meanwhile." } };
  await openShop(server, [site.origin], { operating_hours_id: "office", offline_page });
  const page = await open(site.origin);
  await launcherOf(page).click();
  const chat = chatOf(page);
  await chat.getByRole("heading", { name: "The shop is closed" }).waitFor();
  await chat.getByText(/^We are back .*09:00|^We are back/).waitFor();
  assert.equal(await chat.getByRole("button", { name: "Start chat" }).count(), 0);
  await look(page, "widget-offline");

  await openShop(server, [site.origin], { operating_hours_id: "office" });
  const hidden = await open(site.origin);
  await hidden.waitForFunction(() => globalThis.heard.length > 0);
  assert.deepEqual(await heardBy(hidden), [["ready", { open: false }]]);
  assert.equal(await hidden.locator("callboard-chat").count(), 0);
});

story("an_invitation_comes_by_its_rule_and_one_that_was_put_away_does_not_come_again", async ({ server, open, elsewhere }) => {
  const site = await elsewhere();
  await openShop(server, [site.origin], { invitation: { after_seconds: 0, url_pattern: "*/tea?*", text: { en: "May we help you choose?" } } });
  const page = await open(`${site.origin}/tea?kind=green`);
  const invitation = page.getByRole("button", { name: "May we help you choose?" });
  await invitation.waitFor();
  await look(page, "widget-invitation");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await invitation.waitFor({ state: "detached" });
  await page.reload();
  await page.waitForFunction(() => globalThis.heard.length > 0);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal(await invitation.count(), 0);
  const other = await open(`${site.origin}/coffee`);
  await other.waitForFunction(() => globalThis.heard.length > 0);
  await other.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal(await other.getByRole("button", { name: "May we help you choose?" }).count(), 0);
  const third = await open(`${site.origin}/tea?kind=black`);
  await third.getByRole("button", { name: "May we help you choose?" }).click();
  await chatOf(third).getByLabel("Your message").waitFor();
});

/** A token as the shop's own server would sign it. @param {import("node:crypto").KeyObject} key @param {object} claims */
function signed(key, claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const words = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${words}.${createSign("RSA-SHA256").update(words).sign(key, "base64url")}`;
}

story("a_visitor_with_a_token_is_known_to_the_agent_and_a_forged_one_gets_nowhere", async ({ server, open, openDesks, elsewhere }) => {
  const site = await elsewhere();
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const forger = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const public_key = publicKey.export({ type: "spki", format: "pem" });
  await openShop(server, [site.origin], { authentication: { mode: "required", public_key } });
  const claims = { sub: "kim-7", name: "Kim Lee", exp: Math.floor(Date.now() / 1000) + 300, context: { tier: "gold" } };
  const [desk] = await openDesks(1);
  const page = await open(site.origin);
  await page.evaluate(() => globalThis.callboard("show"));
  const chat = chatOf(page);
  await chat.getByText("Sign in on this page first", { exact: false }).waitFor();
  await look(page, "widget-sign-in-first");
  await identify(page, signed(forger.privateKey, claims));
  await chat.getByLabel("Your message").fill("Where is my order?");
  await chat.getByRole("button", { name: "Start chat" }).click();
  await chat.getByRole("alert").getByText("We could not confirm who you are.", { exact: false }).waitFor();
  await identify(page, signed(privateKey, claims));
  assert.equal(await chat.getByLabel("Your message").inputValue(), "Where is my order?");
  await chat.getByRole("button", { name: "Start chat" }).click();
  await popOf(desk, "Kim Lee").getByRole("definition").filter({ hasText: "gold" }).waitFor();
});

story("on_a_shared_computer_the_next_person_does_not_see_what_the_one_before_said", async ({ server, open, openDesks, elsewhere }) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const head = `<script>if (sessionStorage.person !== undefined) callboard("identify", sessionStorage.person || null);</script>`;
  const site = await elsewhere({ head });
  await openShop(server, [site.origin], { authentication: { mode: "optional", public_key: publicKey.export({ type: "spki", format: "pem" }) } });
  const exp = Math.floor(Date.now() / 1000) + 300;
  const [kim, lee] = ["Kim", "Lee"].map((name) => signed(privateKey, { sub: name.toLowerCase(), name, exp }));
  const [desk] = await openDesks(1);
  const page = await open(site.origin);
  const chat = chatOf(page);
  const begin = async (/** @type {string} */ text) => {
    await chat.getByLabel("Your message").fill(text);
    await chat.getByRole("button", { name: "Start chat" }).click();
    await chat.getByText(text).waitFor();
  };
  await page.evaluate((token) => { sessionStorage.person = token; globalThis.callboard("identify", token); globalThis.callboard("show"); }, kim);
  await begin("This is Kim's secret");
  await page.reload();
  await chat.getByText("This is Kim's secret").waitFor();
  // Another person signs in, without a load of the page.
  await page.evaluate((token) => { sessionStorage.person = token; globalThis.callboard("identify", token); }, lee);
  await chat.getByRole("button", { name: "Start chat" }).waitFor();
  assert.equal(await chat.getByText("This is Kim's secret").count(), 0);
  await begin("This is Lee's secret");
  await popOf(desk, "Lee").waitFor();
  // And signs out, which the page says as it loads.
  await page.evaluate(() => { sessionStorage.person = ""; });
  await page.reload();
  await page.evaluate(() => globalThis.callboard("show"));
  await chat.getByRole("button", { name: "Start chat" }).waitFor();
  assert.equal(await chat.getByText("secret").count(), 0);
  // Whoever comes back joins what is still open.
  await identify(page, kim);
  await chat.getByLabel("Your message").fill("Kim again");
  await chat.getByRole("button", { name: "Start chat" }).click();
  await chat.getByText("This is Kim's secret").waitFor();
});

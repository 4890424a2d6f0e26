/* Owns the stories of the administrator's tools: history, import, keys and the guide. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { readYaml } from "../../../static/js/admin/yaml-read.js";
import { yamlOf } from "../../../static/js/admin/yaml-write.js";
import { adminAt, field, saved } from "../helpers/forms.mjs";
import { look } from "../helpers/looks.mjs";
import { deskReady, popOf, startChat, until } from "../helpers/people.mjs";
import { story } from "../helpers/story.mjs";

story("a_changed_queue_shows_in_the_history_with_before_and_after", async ({ server, open }) => {
  const page = await adminAt(open, server, "queues/vip");
  const old = (await server.admin("GET", "/v1/queues/vip")).priority;
  await field(page, "Priority").fill("7");
  await saved(page, "VIP");
  await page.getByRole("link", { name: "History", exact: true }).last().click();
  await page.getByRole("heading", { name: "History of VIP" }).waitFor();
  const act = page.getByRole("listitem").filter({ hasText: "Changed queue VIP" }).first();
  const row = act.getByRole("table").getByRole("row", { name: "Priority" });
  await until(() => row.getByRole("cell").allInnerTexts(), [String(old), "7"]);
  assert.equal(await act.getByRole("row").count(), 2, "what did not change is not told");
  await act.getByText("Administrator").waitFor();
  await look(page, "tools-history");
  await server.admin("DELETE", "/v1/agents/ana/tokens");
  await page.goto(`${server.base}/admin#/audit`);
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "Revoked all tokens of agent Ana" }).waitFor();
  await page.getByLabel("About").selectOption({ label: "Queues" });
  await page.getByText("Revoked all tokens").first().waitFor({ state: "detached" });
  await page.getByRole("listitem").filter({ hasText: "Changed queue VIP" }).getByRole("group").click();
  await page.getByRole("row", { name: "Priority" }).waitFor();
  await look(page, "tools-audit");
  await page.getByLabel("From").fill("2031-01-01");
  await page.getByText("Nothing was done in this time").waitFor();
});

story("an_exported_configuration_is_changed_imported_with_its_difference_and_takes_effect", async ({ server, open }) => {
  const page = await adminAt(open, server, "yaml");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
  const exported = readYaml(await readFile(await file.path(), "utf8")).value;
  const { stdout } = await promisify(execFile)(process.env.CALLBOARD_BIN, ["export", "--server", server.base, "--token", server.token]);
  const own = await server.admin("GET", "/v1/configuration");
  assert.deepEqual([exported, readYaml(stdout).value], [own, own], "the page and the command line say the same");
  const old = exported.queues.vip.priority;
  const document = { queues: { ...exported.queues, vip: { ...exported.queues.vip, priority: old + 5 }, claims: { name: "Claims", priority: -1_000_000_000 } } };
  await page.getByLabel("Document").fill("queues:\n  vip: *other\n");
  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByText(/^Line 2: anchors/).waitFor();
  await page.getByLabel("Document").fill(yamlOf(document));
  await page.getByRole("button", { name: "Show what would change" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "1 value is wrong" });
  await alert.getByRole("button", { name: /\/queues\/claims\/priority/ }).click();
  const marked = () => page.getByLabel("Document").evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  await until(marked, "priority: -1000000000");
  await look(page, "tools-import-refused");
  document.queues.claims.priority = 3;
  await page.getByLabel("Document").fill(yamlOf(document));
  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByText("1 created, 1 changed, 0 deleted.").waitFor();
  const row = page.getByRole("table", { name: /Change queue vip/ }).getByRole("row", { name: "Priority" });
  await until(() => row.getByRole("cell").allInnerTexts(), [String(old), String(old + 5)]);
  assert.equal((await server.admin("GET", "/v1/queues/vip")).priority, old, "nothing changes before it is applied");
  await look(page, "tools-import-plan");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Apply" }).click();
  await page.getByRole("heading", { name: "Applied" }).waitFor();
  assert.deepEqual([(await server.admin("GET", "/v1/queues/vip")).priority, (await server.admin("GET", "/v1/queues/claims")).name], [old + 5, "Claims"]);
});

/** The token that the page shows once; it is gone with its dialog. */
async function shownToken(page) {
  const dialog = page.getByRole("dialog");
  const token = await dialog.getByRole("textbox").inputValue();
  await dialog.getByRole("button", { name: "Copy" }).waitFor();
  await dialog.getByRole("button").last().click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.getByText(token).count(), 0);
  return token;
}

story("a_token_is_shown_once_and_works_until_it_is_revoked", async ({ server, open }) => {
  const status = async (token, path) => (await fetch(server.base + path, { headers: { authorization: `Bearer ${token}` } })).status;
  const page = await adminAt(open, server, "keys");
  await page.getByRole("link", { name: "New API key" }).click();
  await field(page, "Name").fill("Shop backend");
  await page.getByRole("button", { name: "Save" }).click();
  const first = await shownToken(page);
  assert.equal(await status(first, "/v1/conversations"), 200);
  await page.getByRole("navigation").getByRole("link", { name: "API keys & tokens" }).click();
  await page.getByRole("row", { name: "Shop backend" }).getByText("Backend", { exact: true }).waitFor();
  await look(page, "tools-keys");
  await page.getByRole("button", { name: "New token for Shop backend" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "New token" }).click();
  const second = await shownToken(page);
  const retire = page.getByRole("alertdialog", { name: "Revoke the old key shop-backend now?" });
  await retire.waitFor();
  assert.deepEqual([await status(first, "/v1/conversations"), await status(second, "/v1/conversations")], [200, 200], "nobody is shut out before somebody says so");
  await look(page, "tools-keys-retire");
  await retire.getByRole("button", { name: "Revoke the old one" }).click();
  await page.getByText("Shop backend: revoked.").first().waitFor();
  assert.deepEqual([await status(first, "/v1/conversations"), await status(second, "/v1/conversations")], [401, 200]);
  await page.getByText("shop-backend-2", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Revoke Shop backend" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("shop-backend-2", { exact: true }).waitFor({ state: "detached" });
  await page.getByText("Shop backend: revoked.").first().waitFor();
  assert.equal(await status(second, "/v1/conversations"), 401);
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByText("Choose an agent.").waitFor();
  await page.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: /Ana/ }).click();
  await page.getByRole("button", { name: "Make a token" }).click();
  const own = await shownToken(page);
  assert.equal(await status(own, "/v1/me"), 200);
  await page.getByRole("button", { name: "Revoke all tokens" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke all tokens" }).click();
  await page.getByText(/All tokens of Ana.* are void/).first().waitFor();
  assert.equal(await status(own, "/v1/me"), 401);
});

/** An endpoint of somebody else. It gives events up at once (410) until `takes` says otherwise; `heard` has the types that came. */
async function startEndpoint() {
  const heard = [];
  const endpoint = { takes: false, heard, url: "", stop: () => server.close() };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      heard.push(JSON.parse(body).type);
      response.writeHead(endpoint.takes ? 204 : 410).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint.url = `http://127.0.0.1:${server.address().port}/hook`;
  return endpoint;
}

story("a_webhook_is_tested_and_what_was_given_up_is_sent_again_or_given_up_for_good", async ({ server, open }) => {
  const endpoint = await startEndpoint();
  try {
    await server.admin("PUT", "/v1/webhooks/crm", { name: "CRM", url: endpoint.url, event_types: ["conversation.created"] });
    const page = await adminAt(open, server, "webhooks/crm");
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText(/The endpoint did not take it: .*410/).waitFor();
    for (const name of ["Maria", "Tom"]) await server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer: { name } });
    await page.getByRole("tab", { name: "Given up" }).click();
    const rows = page.getByRole("table", { name: "Given up" }).getByRole("row").filter({ has: page.getByRole("button", { name: "Send again" }) });
    const reload = page.getByRole("button", { name: "Load again" });
    // Deliveries go their own way: it is looked at until both have come.
    while ((await rows.count()) < 2) await Promise.all([page.waitForResponse((response) => response.url().includes("state=dead")), reload.click()]);
    await look(page, "tools-webhook-given-up");
    endpoint.takes = true;
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText(/The endpoint answered 204/).waitFor();
    await rows.first().getByRole("button", { name: "Send again" }).click();
    await page.getByText("It is sent again.").first().waitFor();
    await rows.nth(1).waitFor({ state: "detached" });
    await rows.first().getByRole("button", { name: "Give up" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Give up" }).click();
    await page.getByText("Nothing was given up").waitFor();
    const before = endpoint.heard.length;
    await page.getByRole("button", { name: "Send history again" }).click();
    const dialog = page.getByRole("dialog", { name: "Send history again" });
    await dialog.getByRole("button", { name: "Send", exact: true }).click();
    await dialog.getByText("2 events are on their way.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    while (endpoint.heard.length < before + 2) await Promise.all([page.waitForResponse((response) => response.url().includes("state=pending")), reload.click()]);
    assert.deepEqual([...new Set(endpoint.heard)], ["ping", "conversation.created"]);
  } finally {
    endpoint.stop();
  }
});

/** The tab that an act opens. @param {import("playwright-core").Page} page @param {() => Promise<void>} act */
async function tabOf(page, act) {
  const [tab] = await Promise.all([page.context().waitForEvent("page"), act()]);
  return tab;
}

story("the_guide_leads_from_an_empty_store_to_a_real_screen_pop", async ({ server, open }) => {
  await server.admin("PUT", "/v1/configuration", { quick_replies: {}, channels: {}, work_streams: {}, agents: {} });
  const page = await open(`${server.base}/admin#token=${server.token}`);
  await page.getByRole("heading", { name: "From nothing to your first conversation" }).waitFor();
  await page.getByRole("link", { name: "New agent" }).waitFor();
  await look(page, "tools-guide-empty");
  await page.getByRole("button", { name: "Make what is missing" }).click();
  const desk = await tabOf(page, () => page.getByRole("button", { name: "Open the desk" }).click());
  await deskReady(desk);
  await page.getByText("First agent is at the desk").waitFor();
  // As long as no story takes.
  for (const { id } of (await server.admin("GET", "/v1/work-streams")).items) await server.admin("PATCH", `/v1/work-streams/${id}`, { distribution: { notification: { timeout_seconds: 600 } } });
  assert.equal(await desk.evaluate(() => sessionStorage.getItem("callboard.token.admin")), null, "the desk's tab does not know the administrator's token");
  const chat = await tabOf(page, () => page.getByRole("link", { name: "Open the chat" }).click());
  await startChat(chat, { name: "Carla", message: "Is anybody there?" });
  await page.getByText("Offered to First agent").waitFor();
  await look(page, "tools-guide-offered");
  await popOf(desk, "Carla").getByRole("button", { name: "Accept" }).click();
  await page.getByRole("heading", { name: "Done", exact: true }).waitFor();
  await page.getByText("First agent accepted the conversation").waitFor();
  await look(page, "tools-guide-done");
});

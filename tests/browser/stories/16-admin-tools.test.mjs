/* Owns the stories of the administrator's tools: history, import, keys and the guide. */

import assert from "node:assert/strict";
import { adminAt, field, saved } from "../helpers/forms.mjs";
import { look } from "../helpers/looks.mjs";
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
  assert.deepEqual(await row.getByRole("cell").allInnerTexts(), [String(old), "7"]);
  assert.equal(await act.getByRole("row").count(), 2, "what did not change is not told");
  await act.getByText("Administrator").waitFor();
  await look(page, "tools-history");
  await server.admin("DELETE", "/v1/agents/ana/tokens");
  await page.goto(`${server.base}/admin#/audit`);
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "Revoked all tokens of agent Ana" }).waitFor();
  await page.getByLabel("About").selectOption({ label: "Queues" });
  await page.getByRole("listitem").filter({ hasText: "Changed queue VIP" }).getByRole("group").click();
  await page.getByRole("row", { name: "Priority" }).waitFor();
  assert.equal(await page.getByText("Revoked all tokens").count(), 0);
  await look(page, "tools-audit");
  await page.getByLabel("From").fill("2031-01-01");
  await page.getByText("Nothing was done in this time").waitFor();
});

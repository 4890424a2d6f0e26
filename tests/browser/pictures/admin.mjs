/* Owns the pictures of the administrator's page. */

import { yamlOf } from "../../../static/js/admin/yaml-write.js";
import { adminAt } from "../helpers/forms.mjs";
import { answerOf, goTo } from "../helpers/rules.mjs";
import { picture } from "./shots.mjs";

/** Places whose picture is what stands there, by the name of the picture. */
const PLACES = {
  "admin-work-streams": "work-streams", "admin-work-stream": "work-streams/web-push", "admin-queues": "queues", "admin-queue": "queues/billing", "admin-agents": "agents",
  "admin-agent": "agents/dara", "admin-channels": "channels", "admin-operating-hours": "operating-hours/office", "admin-webhooks": "webhooks", "admin-keys": "keys",
  "admin-guide": "guide", "admin-checks": "checks", "admin-audit": "audit",
};

/** @param {import("./desk.mjs").Stage} stage */
export async function adminPictures({ server, open }) {
  const page = await adminAt(open, server, "queues");
  for (const [name, place] of Object.entries(PLACES)) {
    await goTo(page, `#/${place}`);
    await page.getByRole("main").getByRole("heading", { level: 2 }).first().waitFor();
    await page.waitForLoadState("networkidle");
    await picture(page, name);
  }
  await goTo(page, "#/flow/rules/web-push");
  await page.getByRole("region", { name: "Try it" }).getByLabel("Tier").fill("gold");
  await answerOf(page).getByText(/Rule 1 “gold” matches/).waitFor();
  await picture(page, "admin-rules");
  const queue = await server.admin("GET", "/v1/queues/vip");
  await server.admin("PATCH", "/v1/queues/vip", { priority: 20 });
  await goTo(page, "#/history/queues/vip");
  await page.getByRole("heading", { name: "History of VIP" }).waitFor();
  await page.getByRole("row", { name: "Priority" }).first().waitFor();
  await picture(page, "admin-history");
  await goTo(page, "#/yaml");
  await page.getByLabel("Document").fill(yamlOf({ queues: { vip: { name: queue.name, priority: 5 }, claims: { name: "Claims", priority: 3 } } }));
  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByText(/created, .* changed/).waitFor();
  await picture(page, "admin-import");
  await page.context().close();
  const flow = await adminAt(open, server, "flow/work-stream");
  await flow.getByRole("heading", { name: "Step 1 of 5: General" }).waitFor();
  await flow.getByLabel("Name", { exact: true }).fill("Web sales");
  await picture(flow, "admin-flow");
  await flow.context().close();
}

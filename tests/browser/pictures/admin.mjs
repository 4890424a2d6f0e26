/* Owns the pictures of the administrator's page. */

import { yamlOf } from "../../../static/js/admin/yaml-write.js";
import { adminAt } from "../helpers/forms.mjs";
import { answerOf, goTo } from "../helpers/rules.mjs";
import { calm, picture } from "./shots.mjs";

/** Places whose picture is what stands there, by the name of the picture: the address, and the heading. */
const PLACES = {
  "admin-work-streams": ["work-streams", "Work streams"], "admin-work-stream": ["work-streams/web-push", "Web chat, offered"],
  "admin-queue": ["queues/returns", "Returns"], "admin-agent": ["agents/dara", "Dara Nwosu"], "admin-channel": ["channels/web-chat", "Web chat"],
  "admin-operating-hours": ["operating-hours/office", "Office"], "admin-keys": ["keys", "API keys & tokens"], "admin-guide": ["guide", /first conversation|Done/],
  "admin-checks": ["checks", "Checks"], "admin-audit": ["audit", "Audit log"],
};

/** @param {import("./desk.mjs").Stage} stage */
export async function adminPictures({ server, open }) {
  const page = await adminAt(open, server, "queues");
  for (const [name, [place, heading]] of Object.entries(PLACES)) {
    await goTo(page, `#/${place}`);
    await page.getByRole("main").getByRole("heading", { level: 2, name: heading, exact: typeof heading === "string" }).first().waitFor();
    await picture(page, name, { before: calm });
  }
  await goTo(page, "#/flow/rules/web-push");
  await page.getByRole("region", { name: "Try it" }).getByLabel("Tier").fill("gold");
  await answerOf(page).getByText(/Rule 1 “gold” matches/).waitFor();
  await picture(page, "admin-rules", { before: calm });
  await server.admin("PATCH", "/v1/queues/vip", { priority: 20 });
  await goTo(page, "#/history/queues/vip");
  await page.getByRole("heading", { name: "History of VIP" }).waitFor();
  await page.getByRole("row", { name: "Priority" }).first().waitFor();
  await picture(page, "admin-history", { before: calm });
  const { queues } = await server.admin("GET", "/v1/configuration");
  await goTo(page, "#/yaml");
  await page.getByLabel("Document").fill(yamlOf({ queues: { ...queues, vip: { ...queues.vip, priority: 5 }, claims: { name: "Claims", priority: 3 } } }));
  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByText(/created, .* changed/).waitFor();
  await picture(page, "admin-import", { before: (page) => page.getByText(/created, .* changed/).evaluate((el) => el.scrollIntoView({ block: "start" })) });
  await page.context().close();
  const flow = await adminAt(open, server, "queues");
  await goTo(flow, "#/flow/work-stream");
  await flow.getByRole("heading", { name: "Step 1 of 5: General" }).waitFor();
  await flow.getByLabel("Name", { exact: true }).fill("Web sales");
  await picture(flow, "admin-flow");
  await flow.context().close();
}

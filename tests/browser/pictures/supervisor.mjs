/* Owns the pictures of the supervisor's page. */

import { boardReady } from "../helpers/supervisor.mjs";
import { goTo } from "../helpers/rules.mjs";
import { calm, picture } from "./shots.mjs";

/** @param {import("./desk.mjs").Stage} stage */
export async function supervisorPictures({ server, open }) {
  const { token } = await server.admin("POST", "/v1/agents/sue/tokens", { ttl_seconds: 3600 });
  const page = await open(`${server.base}/supervisor#token=${token}`);
  await boardReady(page);
  await page.getByRole("row", { name: "Emil Sørensen" }).waitFor();
  await picture(page, "supervisor-board", { before: calm });
  await goTo(page, "#/queues/billing");
  await page.getByRole("heading", { name: "Billing", level: 2 }).waitFor();
  await page.getByRole("table").or(page.getByRole("grid")).getByRole("row").nth(1).waitFor();
  await picture(page, "supervisor-queue", { before: calm });
  await goTo(page, "#/agents/emil");
  await page.getByRole("heading", { name: "Emil Sørensen", level: 2 }).waitFor();
  await page.getByRole("table").or(page.getByRole("grid")).getByRole("row").nth(1).waitFor();
  await picture(page, "supervisor-agent", { before: calm });
  await goTo(page, "#/intervals");
  await page.getByRole("row", { name: /Support/ }).waitFor();
  await picture(page, "supervisor-intervals", { before: calm });
  await goTo(page, "#/conversations");
  await page.getByRole("row", { name: /Aydin|Berg|Tanaka/ }).first().waitFor();
  await picture(page, "supervisor-conversations", { before: calm });
  const { items } = await server.admin("GET", "/v1/conversations?state=active&agent_id=emil");
  await goTo(page, `#/conversations/${items[0].id}`);
  await page.getByRole("list", { name: "Story" }).getByText(/Emil Sørensen has it|Offered to Emil/).first().waitFor();
  await page.getByText(/Emil Sørensen chosen/).first().click();
  await picture(page, "supervisor-story", { before: calm });
  await goTo(page, "#/tools");
  const form = page.getByRole("form", { name: "Simulate" });
  await form.getByLabel("Tier").fill("gold");
  await form.getByRole("button", { name: "Simulate" }).click();
  await page.getByRole("region", { name: "Result" }).getByText("To queue VIP").first().waitFor();
  await picture(page, "supervisor-simulate", { before: toResult });
  await goTo(page, "#/tools/whatif");
  const what = page.getByRole("form", { name: "What if" });
  await what.getByRole("combobox", { name: "Change" }).selectOption("An agent's capacity");
  await what.getByRole("combobox", { name: "Agent" }).fill("Emil");
  await page.getByRole("option", { name: /Emil/ }).click();
  await what.getByRole("spinbutton", { name: "Capacity (units)" }).fill("6");
  await what.getByRole("button", { name: "Play" }).click();
  await page.getByRole("region", { name: "Result" }).getByRole("table", { name: "All conversations" }).waitFor();
  await picture(page, "supervisor-what-if", { before: toResult });
  await page.context().close();
}

/** A narrow window has the answer below the question. @param {import("playwright-core").Page} page @param {number} width */
async function toResult(page, width) {
  await calm(page);
  if (width < 800) await page.getByRole("region", { name: "Result" }).evaluate((el) => el.scrollIntoView({ block: "start" }));
}

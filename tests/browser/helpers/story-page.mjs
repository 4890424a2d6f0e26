/* Owns the supervisor who looks at conversations in the stories: made over the API, signed in with a token. Roles and names only. */

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("./story.mjs").Stage} Stage */

/** A supervisor at a place of the page, as `/conversations`. @param {Stage} stage @param {string} place @param {string} [token] another one than Sue's */
export async function supervisorAt({ server, open }, place, token) {
  const own = token ?? (await tokenOfSue(server));
  const page = await open(`${server.base}/supervisor#token=${own}`);
  await page.getByRole("navigation", { name: "Places" }).or(page.getByRole("link", { name: "Conversations" })).first().waitFor();
  await page.evaluate((to) => void (globalThis.location.hash = to), place);
  return page;
}

/** @param {import("./server.mjs").Server} server */
async function tokenOfSue(server) {
  await server.admin("PUT", "/v1/agents/sue", { name: "Sue", role: "supervisor" });
  return (await server.admin("POST", "/v1/agents/sue/tokens", { ttl_seconds: 3600 })).token;
}

/** Opens a conversation from the list. @param {Page} page @param {string} name of the customer */
export async function openStory(page, name) {
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name: `Story of the conversation with ${name}` }).waitFor();
}

/** An entry of the story. @param {Page} page @param {string|RegExp} text */
export function entry(page, text) {
  return page.getByRole("list", { name: "Story" }).getByText(text).first();
}

/** A gold conversation, handed over by a backend. @param {import("./server.mjs").Server} server @param {string} name @param {object} [more] */
export function handOver(server, name, more = {}) {
  return server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer: { name }, context: { tier: "gold" }, message: { text: "Hello" }, ...more });
}

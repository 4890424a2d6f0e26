/* Owns the live-chat channel `shop` of the widget's stories: its settings, and the words by which its parts are found. */

export const LINE = { variable: "name", kind: "single_line", mandatory: true, label: { en: "Your name", de: "Ihr Name" } };
export const KIND = {
  variable: "topic", kind: "options", mandatory: true, label: { en: "What is it about?", de: "Worum geht es?" },
  options: [{ value: "order", label: { en: "An order", de: "Eine Bestellung" } }, { value: "return", label: { en: "A return", de: "Eine Rückgabe" } }],
};
export const DETAILS = { variable: "details", kind: "multi_line", label: { en: "Anything else?", de: "Noch etwas?" } };
export const CONSENT = { variable: "agreed", kind: "consent", mandatory: true, label: { en: "You may store this chat", de: "Sie dürfen den Chat speichern" } };

/**
 * Makes the channel, for pages of these origins.
 * @param {import("./server.mjs").Server} server
 * @param {string[]} allowed_origins
 * @param {object} [settings]
 */
export async function openShop(server, allowed_origins, settings = {}) {
  const text = ["topic", "details", "agreed", "basket"].map((name) => ({ name, display_name: name, type: "text" }));
  await server.admin("PATCH", "/v1/work-streams/web-push", { context_variables: [...text, { name: "tier", display_name: "Tier", type: "text" }, { name: "amount", display_name: "Amount", type: "number" }] });
  const languages = { languages: ["en", "de"], title: { en: "Talk to us", de: "Sprechen Sie mit uns" } };
  await server.admin("PUT", "/v1/channels/shop", {
    name: "Shop", type: "live_chat", work_stream_id: "web-push", settings: { ...languages, allowed_origins, ...settings },
  });
}

/** The chat in the panel. @param {import("playwright-core").Page} page */
export function chatOf(page) {
  return page.frameLocator("callboard-chat iframe");
}

/** The round button in the corner. @param {import("playwright-core").Page} page */
export function launcherOf(page) {
  return page.getByRole("region", { name: "Chat" }).getByRole("button", { name: /^(Open|Close) chat/ });
}

/**
 * The page says who the visitor is, and the chat in its frame has heard it: what is said to the frame arrives in its order.
 * @param {import("playwright-core").Page} page @param {string} token
 */
export async function identify(page, token) {
  const frame = page.frames().find((one) => one.url().includes("/widget?"));
  await frame.evaluate(() => void (globalThis.heard_it = new Promise((resolve) => addEventListener("message", ({ data }) => data === "heard?" && resolve(true)))));
  await page.evaluate((token) => {
    globalThis.callboard("identify", token);
    document.querySelector("callboard-chat").shadowRoot.querySelector("iframe").contentWindow.postMessage("heard?", "*");
  }, token);
  await frame.evaluate(() => globalThis.heard_it);
}

/** What the page's own listeners heard. @param {import("playwright-core").Page} page @returns {Promise<[string, any][]>} */
export function heardBy(page) {
  return page.evaluate(() => globalThis.heard);
}

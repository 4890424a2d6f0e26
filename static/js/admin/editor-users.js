/* Owns who uses a thing, as the server's refusal to delete it says. Pure. */

/** How the server calls what a collection holds, in the words of a 409. @type {Record<string, string>} */
const COLLECTIONS = {
  "work stream": "work-streams", queue: "queues", agent: "agents", channel: "channels", presence: "presences", skill: "skills", customer: "customers",
  "capacity profile": "capacity-profiles", "operating hours": "operating-hours", "quick reply": "quick-replies", "notification template": "notification-templates",
  "identification rule": "record-identification-rules", "record identification rule": "record-identification-rules", webhook: "webhooks", "API key": "api-keys", "api key": "api-keys",
};

/** Who uses it, of `queue vip is referred to by work stream web-push, agent ana`. Pure. @param {string} detail */
export function usersIn(detail) {
  const [, list = ""] = detail.split(/ referred to by /);
  return list.split(", ").filter(Boolean).map((text) => {
    const kind = Object.keys(COLLECTIONS).filter((each) => text.startsWith(`${each} `)).sort((a, b) => b.length - a.length)[0];
    const id = kind ? text.slice(kind.length + 1) : "";
    return { text, collection: /^[a-z0-9][a-z0-9._-]*$/.test(id) ? COLLECTIONS[kind] : undefined, id };
  });
}

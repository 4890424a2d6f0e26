/*
 * Owns the scene of the pictures: a small company on the demo, its agents, and an hour's worth of customers in a minute. All of it over
 * the API and the agents' own sockets, as other programs would.
 */

import { Client } from "../../../static/js/lib/client.js";

/** @typedef {import("../helpers/server.mjs").Server} Server */
/** @typedef {{held: string[], finish: () => Promise<void>, stop: () => void}} Bot `held`: conversations that it has taken */

/** What is configured beside the demo's own, by path. */
const CONFIGURED = {
  "operating-hours/office": { name: "Office", time_zone: "Europe/Berlin", weekly: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "18:00" }, { days: ["sat"], from: "09:00", to: "14:00" }], holidays: [{ date: "2030-12-24", from: "09:00", to: "12:00" }, { date: "2030-12-25", name: "Christmas" }] },
  "skills/french": { name: "French", max_level: 5 },
  "skills/contracts": { name: "Contracts", max_level: 3 },
  "capacity-profiles/chats": { name: "Chats", limit: 3, reset: "end_of_day", time_zone: "Europe/Berlin" },
  "presences/lunch": { text: "Lunch", base: "away", description: "Back within the hour" },
  "queues/returns": { name: "Returns", service_level_seconds: 300, overflow: [{ when: { wait_seconds: 300 }, action: { queue_id: "support" } }] },
  "queues/billing": { name: "Billing", service_level_seconds: 240, assignment_method: "longest_idle" },
  "queues/quotes": { name: "Quotes", service_level_seconds: 600 },
  "notification-templates/gold": { name: "Gold customers", title: "{customer.name}", fields: [{ label: "Topic", value: "{context.topic}" }], theme: "urgent" },
  "customers/maria": { name: "Maria Schneider", email: "maria@example.com", phone: "+49 30 901820" },
  "customers/tom": { name: "Tom Okafor", email: "tom@example.com" },
  "webhooks/crm": { name: "CRM", url: "https://crm.example.com/callboard", event_types: ["conversation.created", "closed"], active: false },
  "api-keys/shop": { name: "Shop backend", role: "backend" },
  "agents/dara": { name: "Dara Nwosu", capacity: 4, queue_ids: ["support", "returns"], skills: [{ skill_id: "french", level: 4 }] },
  "agents/emil": { name: "Emil Sørensen", capacity: 3, queue_ids: ["sales", "billing"] },
  "agents/fatima": { name: "Fatima Haddad", capacity: 3, queue_ids: ["billing", "returns"], skills: [{ skill_id: "contracts", level: 2 }] },
  "agents/gwen": { name: "Gwen Müller", capacity: 2, queue_ids: ["sales"] },
  "agents/sue": { name: "Sue Adeyemi", role: "supervisor" },
};

const PEOPLE = ["Ines Aydin", "Jonas Berg", "Chidi Nwosu", "Aiko Tanaka", "Paul Meier", "Lena Vogt", "Omar Haddad", "Ruth Ellis", "Nils Holm", "Eva Lund", "Bruno Costa", "Mia Fischer", "Sam Reed", "Anna Kova", "Leo Marin", "Zoe Laurent", "Ivo Petrov", "Kim Park", "Rosa Diaz", "Max Weber", "Tina Bauer", "Ali Kaya", "Nora Dahl", "Finn Jung"];
const TOPICS = ["Delivery", "Invoice", "sales", "Returns", "Contract", "Password", "Delivery", "sales"];
const FIRST = ["My parcel has not arrived yet.", "The invoice has the wrong address.", "Do you have it in green as well?", "How do I send it back?", "When does my contract end?", "I cannot sign in any more.", "It came broken.", "What would fifty of them cost?"];

/** @param {Server} server */
export async function configure(server) {
  for (const [path, body] of Object.entries(CONFIGURED)) await server.admin("PUT", `/v1/${path}`, body);
  await server.admin("PATCH", "/v1/agents/ana", { name: "Ana Lindqvist", queue_ids: ["vip", "quotes"], capacity: 4 });
  await server.admin("PATCH", "/v1/agents/ben", { name: "Ben Castellano" });
  await server.admin("PATCH", "/v1/queues/vip", { service_level_seconds: 180, priority: 10 });
  await server.admin("PATCH", "/v1/queues/support", { service_level_seconds: 300 });
  await server.admin("PATCH", "/v1/work-streams/web-pick", { fallback_queue_id: "quotes" });
  const rule = (name, value, queue_id) => ({ name, when: { variable: "topic", operator: "equals", value }, route_to: { queue_id } });
  const { routing_rules } = await server.admin("GET", "/v1/work-streams/web-push");
  await server.admin("PATCH", "/v1/work-streams/web-push", { routing_rules: [...routing_rules, rule("returns", "Returns", "returns"), rule("billing", "Invoice", "billing")] });
}

/** Customers, one after the other, over a channel. @param {Server} server @param {number} count @param {number} [from] @param {object} [more] */
export async function arrive(server, count, from = 0, more = {}) {
  const ids = [];
  for (let i = from; i < from + count; i++) {
    const { id } = await server.admin("POST", "/v1/conversations", { channel_id: "web-chat", customer: { name: PEOPLE[i % PEOPLE.length] }, context: { topic: TOPICS[i % TOPICS.length] }, message: { text: FIRST[i % FIRST.length] }, ...more });
    ids.push(id);
  }
  return ids;
}

/** An agent who takes what is offered, and answers it once. @param {Server} server @param {string} id @returns {Promise<Bot>} */
export async function bot(server, id) {
  const { token } = await server.admin("POST", `/v1/agents/${id}/tokens`, { ttl_seconds: 3600 });
  const client = new Client({ socket: "agent", server: server.base, token });
  const held = [];
  client.on("offer.created", async ({ offer }) => {
    const { id: offer_id, conversation_id } = offer;
    await client.request("offer.accept", { offer_id }).catch(() => {});
    held.push(conversation_id);
    await client.request("message.send", { conversation_id, text: "Good morning, let me look that up for you.", visibility: "public", client_message_id: `hello-${offer_id}` }).catch(() => {});
  });
  await client.start();
  return {
    held,
    stop: () => client.stop(),
    async finish() {
      for (const conversation_id of held.splice(0)) {
        await client.request("conversation.end", { conversation_id }).catch(() => {});
        await client.request("conversation.close", { conversation_id, note: "Done." }).catch(() => {});
      }
    },
  };
}

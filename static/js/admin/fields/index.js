/* Owns the list of everything that has a form, in the order of CONTRACT §3. */

import { agents } from "./agents.js";
import { channels } from "./channels.js";
import { notificationTemplates, presences, quickReplies, skills } from "./desk.js";
import { capacityProfiles, operatingHours } from "./hours.js";
import { customers, identificationRules } from "./people.js";
import { queues } from "./queues.js";
import { apiKeys, intake, settings, webhooks } from "./settings.js";
import { workStreams } from "./work-streams.js";

/** @typedef {import("../form-types.js").Collection} Collection */

/** @type {readonly Collection[]} */
export const COLLECTIONS = [
  workStreams, queues, agents, channels, presences, skills, capacityProfiles, operatingHours, quickReplies, notificationTemplates, customers, identificationRules,
  intake, webhooks, apiKeys, settings,
];

/** @param {string} id @returns {Collection|undefined} */
export function collection(id) {
  return COLLECTIONS.find((each) => each.id === id);
}

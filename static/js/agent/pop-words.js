/* Owns the labels that the server itself writes into a pop, always in English: which are they, and what the page calls them. */

import { t } from "../strings.en.js";

/** The server's own labels (docs of `offer.created`); a template's are the administrator's, and stay as they are. */
export const LABELS = /** @type {const} */ ({ customer: "Customer", record: "Record", channel: "Channel", queue: "Queue", waiting: "Waiting" });

/** A label of an offer's field, in the page's language. @param {string} label */
export function labelText(label) {
  const words = { [LABELS.customer]: t.customer, [LABELS.record]: t.channel_types.entity, [LABELS.channel]: t.field.channel, [LABELS.queue]: t.field.queue, [LABELS.waiting]: t.waiting_label };
  return Object.hasOwn(words, label) ? /** @type {Record<string, string>} */ (words)[label] : label;
}

/*
 * Owns the words of a pop that the server writes in English where no template says otherwise: the labels of its first fields. The
 * desk says them in its own language. Pure.
 */

import { t } from "../strings.en.js";

/** @typedef {import("../types.js").Offer} Offer */

/** The server's label of a wait, which goes on counting. */
export const WAITING = "Waiting";

/** A field's label as the desk says it; one that a template or a variable gave stays. @param {string} label */
export function labelText(label) {
  const own = /** @type {Record<string, string>} */ ({ Customer: t.customer, Channel: t.field.channel, Queue: t.field.queue, [WAITING]: t.waiting_label });
  return Object.hasOwn(own, label) ? own[label] : label;
}

/** Channel and queue, as the offer's fields name them; else the kind of channel. @param {Offer} offer */
export function whereText({ conversation, fields }) {
  const named = ["Channel", "Queue"].map((label) => fields.find((field) => field.label === label)?.value);
  const where = named.filter((value) => value !== undefined && value !== null && value !== "").join(", ");
  return where || (t.channel_types[conversation.channel_type] ?? conversation.channel_type);
}

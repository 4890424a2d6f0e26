/* Owns what several descriptions share: the channel types and bounds of CONTRACT §3. */

export const CHANNEL_TYPES = /** @type {const} */ (["live_chat", "sms", "facebook", "wechat", "teams", "line", "whatsapp", "twitter", "custom", "entity"]);
export const BASE_PRESENCES = /** @type {const} */ (["available", "busy", "busy_dnd", "away", "offline"]);

/** Most characters of a name. */
export const NAME = 100;
/** Longest pause or hold: a year. */
export const YEAR = 31_536_000;
/** Longest limit of an age: ten years. */
export const TEN_YEARS = 315_360_000;
/** Most of anything that is counted in units. */
export const MILLION = 1_000_000;
/** Most entries of a list that is not bounded otherwise. */
export const MANY = 1_000;

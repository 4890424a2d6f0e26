/*
 * Owns what quick replies mean, without a page: where in a text one is asked for by `/`, which ones fit, and how their slugs are
 * filled. Pure. A slug without data stands in brackets, to be typed over; such a gap is never sent.
 */

/** @typedef {import("../types.js").QuickReply} QuickReply */
/** @typedef {{from: number, to: number}} Span */

const MOST = 50;
const SLUG = /\{\{|\}\}|\{([^{}]*)\}/g;

/**
 * What is asked for at the caret: the word behind a `/` that begins the text or follows a space.
 * @param {string} text
 * @param {number} caret
 * @returns {{from: number, query: string}|null}
 */
export function askedAt(text, caret) {
  const asked = /(?:^|\s)\/([^\n/]{0,40})$/.exec(text.slice(0, caret));
  return asked ? { from: caret - asked[1].length - 1, query: asked[1] } : null;
}

/**
 * Those that fit, best first: the conversation's language, then those of none, then others; within each by where the words are found.
 * @param {QuickReply[]} replies
 * @param {string} query
 * @param {{work_stream_id: string, language?: string|null}} where
 */
export function fitting(replies, query, { work_stream_id, language }) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return replies
    .filter((reply) => reply.work_stream_ids.length === 0 || reply.work_stream_ids.includes(work_stream_id))
    .map((reply) => ({ reply, found: foundIn(reply, words), language: languageRank(reply.language, language) }))
    .filter(({ found }) => found < Infinity)
    .sort((a, b) => a.language - b.language || a.found - b.found || a.reply.title.localeCompare(b.reply.title))
    .slice(0, MOST)
    .map(({ reply }) => reply);
}

/** Smaller is better: in the title's beginning, in the title, in a tag, in the text. @param {QuickReply} reply @param {string[]} words */
function foundIn({ title, tags, text }, words) {
  const name = title.toLowerCase();
  const all = `${name} ${tags.join(" ")} ${text}`.toLowerCase();
  if (!words.every((word) => all.includes(word))) return Infinity;
  if (words.length === 0 || name.startsWith(words[0])) return 0;
  if (words.every((word) => name.includes(word))) return 1;
  return tags.some((tag) => tag.toLowerCase().startsWith(words[0])) ? 2 : 3;
}

/** @param {string|null|undefined} of @param {string|null|undefined} wanted */
function languageRank(of, wanted) {
  if (!of) return 1;
  return wanted && primary(of) === primary(wanted) ? 0 : 2;
}

/** @param {string} tag */
const primary = (tag) => tag.toLowerCase().split("-")[0];

/**
 * The text to insert.
 * @param {string} text
 * @param {(slug: string) => string|null} valueOf null where there is no data
 * @param {(slug: string) => string} labelOf what stands in the brackets of a gap
 * @returns {{text: string, gaps: string[]}}
 */
export function filled(text, valueOf, labelOf) {
  /** @type {string[]} */
  const gaps = [];
  const whole = text.replace(SLUG, (found, slug) => {
    if (found === "{{") return "{";
    if (found === "}}") return "}";
    const value = valueOf(slug);
    if (value !== null && value !== "") return value;
    const gap = `[${labelOf(slug)}]`;
    gaps.push(gap);
    return gap;
  });
  return { text: whole, gaps };
}

/** The first gap that still stands in a text. @param {string} text @param {Iterable<string>} gaps @returns {Span|null} */
export function firstGap(text, gaps) {
  const spans = [...gaps].map((gap) => ({ from: text.indexOf(gap), to: text.indexOf(gap) + gap.length })).filter(({ from }) => from >= 0);
  return spans.sort((a, b) => a.from - b.from)[0] ?? null;
}

/* Owns the lines of a YAML text while it is read: which is next, how far it stands in, what it begins with. */

import { YamlError, quoted } from "./yaml-flow.js";

/** A line's content: how far it stands in, where it begins and ends. @typedef {{indent: number, start: number, end: number}} Line */
/** @typedef {ReturnType<typeof linesOf>} Lines */

/** @param {string} text with line feeds only */
export function linesOf(text) {
  let at = text.startsWith("---\n") ? 4 : text.charCodeAt(0) === 0xfeff ? 1 : 0;
  /** A line of which the start was read already, as behind a dash. @type {Line|null} */
  let rest = null;

  const endOf = (/** @type {number} */ from) => (text.indexOf("\n", from) < 0 ? text.length : text.indexOf("\n", from));

  /** The line that begins there, or null where it says nothing. @param {number} from @returns {Line|null} */
  function lineAt(from) {
    const end = endOf(from);
    const start = from + spacesAt(from, end);
    const words = text.slice(start, end).trim();
    if (words === "" || words.startsWith("#")) return null;
    if (text[start] === "\t") throw new YamlError("indent", start);
    if (/^(---|\.\.\.)(\s|$)/.test(text.slice(from, end))) throw new YamlError("unsupported", from);
    return { indent: start - from, start, end };
  }

  /** Spaces from there on. @param {number} from @param {number} end */
  function spacesAt(from, end) {
    return /^ */.exec(text.slice(from, end))?.[0].length ?? 0;
  }

  return {
    text,
    spacesAt,
    /** Where the reader is. */
    get at() {
      return at;
    },
    /** The next line that says something. @returns {Line|null} */
    peek() {
      for (; !rest && at < text.length; at = endOf(at) + 1) {
        const line = lineAt(at);
        if (line) return line;
      }
      return rest;
    },
    /** The rest of a line is a line of its own. @param {Line} line */
    goOn(line) {
      rest = line;
      return line;
    },
    /** The line was read to its end, and maybe others with it. @param {number} end */
    passed(end) {
      rest = null;
      const to = endOf(end);
      if (!/^\s*$|^\s+#/.test(text.slice(end, to))) throw new YamlError("syntax", end);
      at = to + 1;
    },
    /** The next line as it stands there, and past it; null at the end. @param {(line: string) => boolean} takes whether it still belongs to what is read */
    take(takes) {
      if (at >= text.length) return null;
      const end = endOf(at);
      const line = text.slice(at, end);
      if (!takes(line)) return null;
      at = end + 1;
      return { line, end };
    },
    /** Whether a line begins an item of a list. @param {Line} line */
    isItem: ({ start, end }) => text[start] === "-" && (start + 1 === end || text[start + 1] === " "),
    /** The name that a line begins with, and where it ends behind its colon. @param {Line} line @returns {{name: string, end: number}|null} */
    keyOf({ start, end }) {
      if (/["']/.test(text[start])) {
        const { value, end: after } = quoted(text, start);
        const colon = after + spacesAt(after, end);
        return text[colon] === ":" && (colon + 1 === end || /\s/.test(text[colon + 1])) ? { name: value, end: colon + 1 } : null;
      }
      const found = /^([^\s[\]{},#&*!|>%@`?][^#]*?)\s*:(?=\s|$)/.exec(text.slice(start, end));
      return found && found[1] !== "<<" ? { name: found[1], end: start + found[0].length } : null;
    },
  };
}

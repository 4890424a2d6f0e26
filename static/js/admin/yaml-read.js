/*
 * Owns reading a configuration from YAML, JSON among it: mappings and lists in blocks and in brackets, texts of several lines by | and >.
 * What configurations have no use for (anchors, tags, several documents, words that go on on the next line) is refused, never guessed. Pure.
 */

import { YamlError, define, escaped, flow, plain, quoted } from "./yaml-flow.js";

/** @typedef {import("./yaml-flow.js").Places} Places */
/** A line's content: how far it stands in, where it begins and ends. @typedef {{indent: number, start: number, end: number}} Line */

/** @param {string} source @returns {{value: any, places: Places}} throws a YamlError */
export function readYaml(source) {
  const text = source.replace(/\r\n?/g, "\n");
  /** @type {Places} */
  const places = new Map();
  let at = text.startsWith("---\n") ? 4 : text.charCodeAt(0) === 0xfeff ? 1 : 0;
  /** A line of which the start was read already, as behind a dash. @type {Line|null} */
  let rest = null;

  /** The next line that says something. @returns {Line|null} */
  function peek() {
    if (rest) return rest;
    while (at < text.length) {
      const end = lineEnd(at);
      const [spaces] = /^ */.exec(text.slice(at, end)) ?? [""];
      const start = at + spaces.length;
      if (text[start] === "\t" && text.slice(start, end).trim() !== "") throw new YamlError("indent", start);
      if (start < end && text[start] !== "#" && text.slice(start, end).trim() !== "") {
        if (/^(---|\.\.\.)(\s|$)/.test(text.slice(at, end))) throw new YamlError("unsupported", at);
        return { indent: spaces.length, start, end };
      }
      at = end + 1;
    }
    return null;
  }

  const lineEnd = (/** @type {number} */ from) => (text.indexOf("\n", from) < 0 ? text.length : text.indexOf("\n", from));

  /** The line was read to its end, and maybe others with it. @param {number} end */
  function passed(end) {
    rest = null;
    const to = lineEnd(end);
    const tail = text.slice(end, to);
    if (!/^\s*$|^\s+#/.test(tail)) throw new YamlError("syntax", end);
    at = to + 1;
  }

  /** @param {Line} line @param {string} pointer @returns {{value: any, end: number}} */
  function node(line, pointer) {
    if (isItem(line)) return list(line.indent, pointer);
    if (keyOf(line)) return mapping(line.indent, pointer);
    return inline(line, line.start, line.indent - 1, pointer);
  }

  /** @param {number} indent @param {string} pointer */
  function list(indent, pointer) {
    /** @type {any[]} */
    const value = [];
    let end = at;
    for (let line = peek(); line && line.indent >= indent; line = peek()) {
      if (line.indent > indent) throw new YamlError("indent", line.start);
      if (!isItem(line)) break;
      const own = `${pointer}/${value.length}`;
      const { start } = line;
      const inner = start + 1 + (/^ */.exec(text.slice(start + 1, line.end))?.[0].length ?? 0);
      let found;
      if (inner >= line.end || text[inner] === "#") found = below(line, own, indent + 1);
      else if (/[|>]/.test(text[inner])) found = inline(line, inner, indent, own);
      else {
        rest = { indent: indent + inner - start, start: inner, end: line.end };
        found = node(rest, own);
      }
      value.push(found.value);
      end = found.end;
      places.set(own, { start, end });
    }
    return { value, end };
  }

  /** @param {number} indent @param {string} pointer */
  function mapping(indent, pointer) {
    /** @type {Record<string, any>} */
    const value = {};
    let end = at;
    for (let line = peek(); line && line.indent >= indent; line = peek()) {
      if (line.indent > indent) throw new YamlError("indent", line.start);
      if (isItem(line)) break;
      const key = keyOf(line);
      if (!key) throw new YamlError("syntax", line.start);
      if (Object.hasOwn(value, key.name)) throw new YamlError("twice", line.start);
      const own = `${pointer}/${escaped(key.name)}`;
      const from = key.end + (/^[ \t]*/.exec(text.slice(key.end, line.end))?.[0].length ?? 0);
      const found = from >= line.end || text[from] === "#" ? below(line, own, indent) : inline(line, from, indent, own);
      define(value, key.name, found.value);
      end = found.end;
      places.set(own, { start: line.start, end });
    }
    return { value, end };
  }

  /** What stands in the lines below a key or a dash; nothing there is null. @param {Line} line @param {string} pointer @param {number} least a list may stand at the key's own column */
  function below(line, pointer, least) {
    passed(line.end);
    const next = peek();
    const within = next && (next.indent > line.indent || (next.indent >= least && next.indent === line.indent && isItem(next) && !isItem(line)));
    return next && within ? node(next, pointer) : { value: null, end: line.end };
  }

  /** @param {Line} line @param {number} from @param {number} indent of what it belongs to @param {string} pointer */
  function inline(line, from, indent, pointer) {
    if (/[|>]/.test(text[from])) return scalarLines(line, from, indent);
    if (/["'[{]/.test(text[from])) {
      const found = flow(text, from, pointer, places);
      passed(found.end);
      return found;
    }
    const word = text.slice(from, line.end).replace(/\s+#.*$/, "").trimEnd();
    if (/:(\s|$)/.test(word)) throw new YamlError("syntax", from);
    const value = plain(word, from);
    passed(line.end);
    const next = peek();
    if (next && next.indent > indent) throw new YamlError("unsupported", next.start);
    return { value, end: from + word.length };
  }

  /** A text of several lines, as it is (|) or folded to one (>). @param {Line} line @param {number} from @param {number} indent */
  function scalarLines(line, from, indent) {
    const head = /^([|>])([-+]?)\s*(?:\s#.*)?$/.exec(text.slice(from, line.end));
    if (!head) throw new YamlError("unsupported", from);
    passed(line.end);
    /** @type {string[]} */
    const lines = [];
    let own = -1;
    let end = line.end;
    for (; at < text.length; at = lineEnd(at) + 1) {
      const each = text.slice(at, lineEnd(at));
      const [spaces] = /^ */.exec(each) ?? [""];
      const empty = spaces.length === each.length;
      if (!empty && spaces.length <= Math.max(indent, own < 0 ? -1 : own - 1)) break;
      if (!empty && own < 0) own = spaces.length;
      lines.push(empty && own < 0 ? "" : each.slice(own));
      if (!empty) end = lineEnd(at);
    }
    return { value: joined(lines, head[1], head[2]), end };
  }

  /** @param {Line} line */
  const isItem = (line) => text[line.start] === "-" && (line.start + 1 === line.end || text[line.start + 1] === " ");

  /** @param {Line} line @returns {{name: string, end: number}|null} */
  function keyOf({ start, end }) {
    if (/["']/.test(text[start])) {
      const { value, end: after } = quoted(text, start);
      const colon = after + (/^ */.exec(text.slice(after, end))?.[0].length ?? 0);
      return text[colon] === ":" && (colon + 1 === end || /\s/.test(text[colon + 1])) ? { name: value, end: colon + 1 } : null;
    }
    const found = /^([^\s[\]{},#&*!|>%@`?][^#]*?)\s*:(?=\s|$)/.exec(text.slice(start, end));
    return found && found[1] !== "<<" ? { name: found[1], end: start + found[0].length } : null;
  }

  const first = peek();
  const found = first ? node(first, "") : { value: null };
  const more = peek();
  if (more) throw new YamlError("syntax", more.start);
  return { value: found.value, places };
}

/** @param {string[]} lines @param {string} style @param {string} chomp */
function joined(lines, style, chomp) {
  let last = lines.length;
  while (last > 0 && lines[last - 1] === "") last--;
  const text = style === "|" ? lines.slice(0, last).join("\n") : folded(lines.slice(0, last));
  if (chomp === "+") return text + "\n".repeat(lines.length - last + (last > 0 ? 1 : 0));
  return chomp === "-" || last === 0 ? text : `${text}\n`;
}

/** Lines as one; an empty line is a line's end, and so is that of a line that stands further in. @param {string[]} lines */
function folded(lines) {
  let text = "";
  let empty = 0;
  /** @type {string|null} */
  let before = null;
  for (const line of lines) {
    if (line === "") {
      empty++;
      continue;
    }
    const apart = before === null ? 0 : /^\s/.test(before) || /^\s/.test(line) ? 1 : empty > 0 ? 0 : -1;
    text += (apart < 0 ? " " : "\n".repeat(empty + apart)) + line;
    before = line;
    empty = 0;
  }
  return text;
}

/** Where the value of a pointer stands, or what is nearest around it; the line counts from 1. @param {string} text @param {Places} places @param {string} pointer */
export function placeOf(text, places, pointer) {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = places.get(at);
    if (found) return { ...found, line: lineOf(text, found.start) };
  }
  return { start: 0, end: 0, line: 1 };
}

/** @param {string} text @param {number} offset */
export function lineOf(text, offset) {
  return text.slice(0, offset).split("\n").length;
}


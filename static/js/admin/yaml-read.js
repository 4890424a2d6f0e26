/*
 * Owns reading a configuration from YAML, JSON among it: mappings and lists in blocks and in brackets, texts of several lines by | and >.
 * What configurations have no use for (anchors, tags, several documents, words that go on on the next line) is refused, never guessed. Pure.
 */

import { readBlock } from "./yaml-block.js";
import { YamlError, define, escaped, flow, plain } from "./yaml-flow.js";
import { linesOf } from "./yaml-lines.js";

/** @typedef {import("./yaml-flow.js").Places} Places */
/** @typedef {import("./yaml-lines.js").Line} Line */
/** @typedef {{lines: import("./yaml-lines.js").Lines, places: Places}} Reader */
/** @typedef {{value: any, end: number}} Found */

/** @param {string} source @returns {{value: any, places: Places}} throws a YamlError */
export function readYaml(source) {
  /** @type {Reader} */
  const reader = { lines: linesOf(source.replace(/\r\n?/g, "\n")), places: new Map() };
  const first = reader.lines.peek();
  const { value } = first ? node(reader, first, "") : { value: null };
  const more = reader.lines.peek();
  if (more) throw new YamlError("syntax", more.start);
  return { value, places: reader.places };
}

/** @param {Reader} reader @param {Line} line @param {string} pointer @returns {Found} */
function node(reader, line, pointer) {
  if (reader.lines.isItem(line)) return list(reader, line.indent, pointer);
  if (reader.lines.keyOf(line)) return mapping(reader, line.indent, pointer);
  return inline(reader, line, line.start, line.indent - 1, pointer);
}

/** @param {Reader} reader @param {number} indent @param {string} pointer @returns {Found} */
function list(reader, indent, pointer) {
  const { lines, places } = reader;
  /** @type {any[]} */
  const value = [];
  let end = lines.at;
  for (let line = lines.peek(); line && line.indent >= indent; line = lines.peek()) {
    if (line.indent > indent) throw new YamlError("indent", line.start);
    if (!lines.isItem(line)) break;
    const own = `${pointer}/${value.length}`;
    const { start } = line;
    const found = item(reader, line, own);
    value.push(found.value);
    end = found.end;
    places.set(own, { start, end });
  }
  return { value, end };
}

/** What stands behind a dash. @param {Reader} reader @param {Line} line @param {string} pointer @returns {Found} */
function item(reader, line, pointer) {
  const { lines } = reader;
  const inner = line.start + 1 + lines.spacesAt(line.start + 1, line.end);
  if (inner >= line.end || lines.text[inner] === "#") return below(reader, line, pointer, line.indent + 1);
  if (/[|>]/.test(lines.text[inner])) return inline(reader, line, inner, line.indent, pointer);
  return node(reader, lines.goOn({ indent: line.indent + inner - line.start, start: inner, end: line.end }), pointer);
}

/** @param {Reader} reader @param {number} indent @param {string} pointer @returns {Found} */
function mapping(reader, indent, pointer) {
  const { lines, places } = reader;
  /** @type {Record<string, any>} */
  const value = {};
  let end = lines.at;
  for (let line = lines.peek(); line && line.indent >= indent; line = lines.peek()) {
    if (line.indent > indent) throw new YamlError("indent", line.start);
    if (lines.isItem(line)) break;
    const key = lines.keyOf(line);
    if (!key) throw new YamlError("syntax", line.start);
    if (Object.hasOwn(value, key.name)) throw new YamlError("twice", line.start);
    const own = `${pointer}/${escaped(key.name)}`;
    const from = key.end + (/^[ \t]*/.exec(lines.text.slice(key.end, line.end))?.[0].length ?? 0);
    const found = from >= line.end || lines.text[from] === "#" ? below(reader, line, own, indent) : inline(reader, line, from, indent, own);
    define(value, key.name, found.value);
    end = found.end;
    places.set(own, { start: line.start, end });
  }
  return { value, end };
}

/** What stands in the lines below a key or a dash; nothing there is null. @param {Reader} reader @param {Line} line @param {string} pointer @param {number} least a list may stand at the key's own column @returns {Found} */
function below(reader, line, pointer, least) {
  const { lines } = reader;
  lines.passed(line.end);
  const next = lines.peek();
  const within = next && (next.indent > line.indent || (next.indent >= least && next.indent === line.indent && lines.isItem(next) && !lines.isItem(line)));
  return next && within ? node(reader, next, pointer) : { value: null, end: line.end };
}

/** @param {Reader} reader @param {Line} line @param {number} from @param {number} indent of what it belongs to @param {string} pointer @returns {Found} */
function inline({ lines, places }, line, from, indent, pointer) {
  const { text } = lines;
  if (/[|>]/.test(text[from])) return readBlock(lines, line, from, indent);
  if (/["'[{]/.test(text[from])) {
    const found = flow(text, from, pointer, places);
    lines.passed(found.end);
    return found;
  }
  const word = text.slice(from, line.end).replace(/\s+#.*$/, "").trimEnd();
  if (/:(\s|$)/.test(word)) throw new YamlError("syntax", from);
  const value = plain(word, from);
  lines.passed(line.end);
  const next = lines.peek();
  if (next && next.indent > indent) throw new YamlError("unsupported", next.start);
  return { value, end: from + word.length };
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


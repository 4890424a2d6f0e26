/* Owns texts of several lines in YAML: as they are (|) or folded to one (>). */

import { YamlError } from "./yaml-flow.js";

/** @typedef {import("./yaml-lines.js").Line} Line */

/** @param {import("./yaml-lines.js").Lines} lines @param {Line} line its head's @param {number} from the head @param {number} indent of what it belongs to */
export function readBlock(lines, line, from, indent) {
  const head = /^([|>])([-+]?)\s*(?:\s#.*)?$/.exec(lines.text.slice(from, line.end));
  if (!head) throw new YamlError("unsupported", from);
  lines.passed(line.end);
  /** @type {string[]} */
  const own = [];
  /** How far the text stands in, by its first line. */
  let inner = -1;
  let end = line.end;
  const spacesOf = (/** @type {string} */ each) => /^ */.exec(each)?.[0].length ?? 0;
  const takes = (/** @type {string} */ each) => spacesOf(each) === each.length || spacesOf(each) > Math.max(indent, inner < 0 ? -1 : inner - 1);
  for (let next = lines.take(takes); next; next = lines.take(takes)) {
    const empty = spacesOf(next.line) === next.line.length;
    if (!empty && inner < 0) inner = spacesOf(next.line);
    own.push(empty && inner < 0 ? "" : next.line.slice(inner));
    if (!empty) ({ end } = next);
  }
  return { value: joined(own, head[1], head[2]), end };
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

/* Owns what stands within a line of YAML: texts in quotes, plain words and numbers, and lists and mappings in brackets, as in JSON. Pure. */

/** @typedef {Map<string, {start: number, end: number}>} Places where each value stands, by its pointer */

/** Why a text cannot be read, and where. */
export class YamlError extends Error {
  /** @param {"syntax"|"indent"|"twice"|"unsupported"|"quote"} reason @param {number} at offset */
  constructor(reason, at) {
    super(reason);
    this.reason = reason;
    this.at = at;
  }
}

/** @type {Record<string, string>} */
const ESCAPES = { 0: "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" };
const DIGITS = /** @type {Record<string, number>} */ ({ x: 2, u: 4, U: 8 });

/** A text in quotes, from its first quote on. @param {string} text @param {number} from @returns {{value: string, end: number}} */
export function quoted(text, from) {
  const quote = text[from];
  let value = "";
  for (let at = from + 1; at < text.length && text[at] !== "\n"; at++) {
    const each = text[at];
    if (each === quote && quote === "'" && text[at + 1] === "'") value += text[at++];
    else if (each === quote) return { value, end: at + 1 };
    else if (each !== "\\" || quote === "'") value += each;
    else {
      const mark = text[++at];
      const length = DIGITS[mark] ?? 0;
      const code = text.slice(at + 1, at + 1 + length);
      if (length === 0 ? !Object.hasOwn(ESCAPES, mark) : !/^[0-9a-fA-F]+$/.test(code) || code.length < length || parseInt(code, 16) > 0x10ffff) throw new YamlError("quote", at);
      value += length === 0 ? ESCAPES[mark] : length === 4 ? String.fromCharCode(parseInt(code, 16)) : String.fromCodePoint(parseInt(code, 16));
      at += length;
    }
  }
  throw new YamlError("quote", from);
}

/** What a word without quotes is: nothing, yes or no, a number, or a text. @param {string} word @param {number} at */
export function plain(word, at) {
  if (/^(~|null|Null|NULL|)$/.test(word)) return null;
  if (/^(true|True|TRUE)$/.test(word)) return true;
  if (/^(false|False|FALSE)$/.test(word)) return false;
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(word)) throw new YamlError("unsupported", at);
  if (/^[-+]?0[0-9]/.test(word)) return word;
  if (/^[-+]?(0x[0-9a-fA-F]+|0o[0-7]+)$/.test(word)) return (word[0] === "-" ? -1 : 1) * Number(word.replace(/^[-+]/, ""));
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(word)) return Number(word);
  if (/^[&*!%@`|>?,\]}]/.test(word) || /^<<$/.test(word) || /^[-?:]( |$)/.test(word)) throw new YamlError("unsupported", at);
  return word;
}

/** A value in brackets or quotes, or a word in a bracket; may go over lines. @param {string} text @param {number} from @param {string} pointer @param {Places} places @returns {{value: any, end: number}} */
export function flow(text, from, pointer, places) {
  const at = blank(text, from);
  if (text[at] === '"' || text[at] === "'") return quoted(text, at);
  if (text[at] === "{" || text[at] === "[") return collection(text, at, pointer, places);
  return word(text, at);
}

/** @param {string} text @param {number} from @param {string} pointer @param {Places} places */
function collection(text, from, pointer, places) {
  const list = text[from] === "[";
  /** @type {any} */
  const value = list ? [] : {};
  let at = blank(text, from + 1);
  while (text[at] !== (list ? "]" : "}")) {
    if (at >= text.length) throw new YamlError("syntax", from);
    const start = at;
    let name = String(list ? value.length : "");
    if (!list) ({ name, end: at } = keyAt(text, at));
    const own = `${pointer}/${escaped(name)}`;
    if (!list && Object.hasOwn(value, name)) throw new YamlError("twice", start);
    const { value: each, end } = flow(text, at, own, places);
    define(value, name, each);
    places.set(own, { start, end });
    at = blank(text, end);
    if (text[at] === ",") at = blank(text, at + 1);
    else if (text[at] !== (list ? "]" : "}")) throw new YamlError("syntax", at);
  }
  return { value, end: at + 1 };
}

/** The key of a member in brackets, and where its value begins. @param {string} text @param {number} from */
function keyAt(text, from) {
  const { value, end } = text[from] === '"' || text[from] === "'" ? quoted(text, from) : word(text, from);
  const colon = blank(text, end);
  if (text[colon] !== ":") throw new YamlError("syntax", end);
  return { name: String(value ?? ""), end: colon + 1 };
}

/** @param {string} text @param {number} from */
function word(text, from) {
  let end = from;
  while (end < text.length && !/[,[\]{}\n]/.test(text[end]) && !(text[end] === ":" && /[\s,[\]{}]/.test(text[end + 1] ?? " ")) && !(text[end] === "#" && /\s/.test(text[end - 1]))) end++;
  const own = text.slice(from, end).trimEnd();
  if (own === "") throw new YamlError("syntax", from);
  return { value: plain(own, from), end: from + own.length };
}

/** Where the next thing begins that is no space, line's end or comment. @param {string} text @param {number} from */
export function blank(text, from) {
  let at = from;
  for (;;) {
    while (at < text.length && /\s/.test(text[at])) at++;
    if (text[at] !== "#" || (at > 0 && !/\s/.test(text[at - 1]))) return at;
    while (at < text.length && text[at] !== "\n") at++;
  }
}

/** A member, whatever its name: `__proto__` is none of the object's own. @param {any} value @param {string} name @param {unknown} each */
export function define(value, name, each) {
  Object.defineProperty(value, name, { value: each, enumerable: true, configurable: true, writable: true });
}

/** @param {string} name */
export function escaped(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

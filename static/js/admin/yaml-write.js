/* Owns how a configuration is written as YAML: blocks of two spaces, texts quoted unless they can be nothing else. Pure. */

/** A text that reads as itself: no number, date, word of YAML or mark in it. */
const PLAIN = /^[A-Za-z_]([\w ./-]*[\w./-])?$/;
const WORDS = /^(null|true|false|yes|no|on|off|y|n)$/i;
const UNSEEN = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** @param {unknown} value of JSON @returns {string} */
export function yamlOf(value) {
  return `${block(value, 0).replace(/^\n/, "").trimStart()}\n`;
}

/** What stands behind a key or a dash: a scalar on its line, or lines below it. @param {unknown} value @param {number} depth @returns {string} */
function block(value, depth) {
  const pad = "  ".repeat(depth);
  if (Array.isArray(value) && value.length > 0) return value.map((each) => `\n${pad}- ${block(each, depth + 1).trimStart()}`).join("");
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const members = Object.entries(value).filter(([, each]) => each !== undefined);
    if (members.length > 0) return members.map(([name, each]) => `\n${pad}${scalar(name)}:${block(each, depth + 1)}`).join("");
  }
  return ` ${scalar(value)}`;
}

/** @param {unknown} value */
function scalar(value) {
  if (typeof value !== "string") return JSON.stringify(value);
  if (PLAIN.test(value) && !WORDS.test(value)) return value;
  return JSON.stringify(value).replace(UNSEEN, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/* Owns the tests of the style sheets as texts: they name no side, so that pages can be written from right to left, and no token that is not there. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const STATIC = new URL("../../../static/", import.meta.url);
const read = (/** @type {string} */ ending) => readdirSync(STATIC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending)).map((name) => ({ name, text: readFileSync(new URL(name, STATIC), "utf8") }));

/** Declarations that say left or right where the line's start or end is meant. @param {string} text @returns {string[]} */
function sides(text) {
  return text.match(/(?<=[\s;{])((margin|padding|border|scroll-margin)-(left|right)[\w-]*|left|right|border-(top|bottom)-(left|right)-radius):|(text-align|float|clear): (left|right)/g) ?? [];
}

test("no_style_sheet_names_a_side", () => {
  const found = read(".css").flatMap(({ name, text }) => sides(text).map((side) => `${name}: ${side}`));
  assert.deepEqual(found, []);
  assert.deepEqual(sides("a { margin-left: 1px; right: 0; text-align: right } b { margin-inline: 0; --left: 1; transform-origin: right; }"), ["margin-left:", "right:", "text-align: right"]);
});

test("every_token_that_a_style_sheet_uses_is_defined", () => {
  const sheets = read(".css");
  const defined = new Set([...sheets, ...read(".js")].flatMap(({ text }) => [...text.matchAll(/(?<=[\s;{"'`])(--[\w-]+)(?=["'`:])/g)].map(([name]) => name)));
  const used = sheets.flatMap(({ name, text }) => [...text.matchAll(/var\((--[\w-]+)(?=\))/g)].map(([, token]) => ({ name, token })));
  assert.ok(used.length > 100);
  assert.deepEqual(used.filter(({ token }) => !defined.has(token)).map(({ name, token }) => `${name}: ${token}`), []);
});

/** The blocks of `prefers-color-scheme` that set something else than tokens. @param {string} text @returns {string[]} */
function byScheme(text) {
  return [...text.matchAll(/prefers-color-scheme[^{]*\{([^{}]*\{[^{}]*\})*/g)].map(([block]) => block).filter((block) => !/^[^{]*\{(\s*[^{}]*\{(\s*--[\w-]+:[^;{}]*;?)*\s*\})+$/.test(block));
}

test("light_and_dark_differ_in_colours_alone", () => {
  const all = [...read(".css"), ...read(".js")];
  assert.deepEqual(all.flatMap(({ name, text }) => byScheme(text).map((block) => `${name}: ${block}`)), []);
  assert.deepEqual(byScheme("@media (prefers-color-scheme: dark) { a { --b: #fff; --c: 1 } }"), []);
  assert.equal(byScheme("@media (prefers-color-scheme: dark) { a { --b: #fff; display: none } }").length, 1);
  assert.equal(byScheme('matchMedia("(prefers-color-scheme: dark)").matches ? { a: 1 } : {}').length, 1);
  const chosen = read(".css").flatMap(({ text }) => [...text.matchAll(/:root\[data-theme[^{]*\{([^}]*)\}/g)].map(([, body]) => body.trim()));
  assert.deepEqual(chosen, ["color-scheme: light;", "color-scheme: dark;"]);
});

/* Owns the test that both languages have the same words: for each English one a German one of the same kind. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import * as english from "../../../static/js/strings.en.js";
import * as german from "../../../static/js/strings.de.js";

/** Every word with its place and kind: `t.why.taken_by: function of 1`. @param {Record<string, any>} words @param {string} place @returns {string[]} */
function kinds(words, place) {
  return Object.entries(words).flatMap(([name, word]) => {
    const here = place ? `${place}.${name}` : name;
    if (typeof word === "object" && word !== null) return kinds(word, here);
    return [`${here}: ${typeof word === "function" ? `function of ${word.length}` : typeof word}`];
  });
}

/** Places at which a text says nothing. @param {Record<string, any>} words @param {string} place @returns {string[]} */
function silent(words, place) {
  return Object.entries(words).flatMap(([name, word]) => {
    const here = `${place}.${name}`;
    if (typeof word === "object" && word !== null) return silent(word, here);
    return typeof word === "string" && word.trim() === "" ? [here] : [];
  });
}

test("every_word_stands_in_both_languages_and_is_of_the_same_kind", () => {
  assert.deepEqual(kinds(german, "").sort(), kinds(english, "").sort());
});

test("no_text_is_empty_in_either_language", () => {
  assert.deepEqual([...silent(english, "en"), ...silent(german, "de")], []);
});

test("the_check_sees_a_missing_word_another_arity_and_an_empty_text", () => {
  assert.deepEqual(kinds({ a: { b: "x", c: (/** @type {number} */ n) => `${n}` } }, ""), ["a.b: string", "a.c: function of 1"]);
  assert.deepEqual(silent({ a: " ", b: { c: "" }, d: "x" }, "en"), ["en.a", "en.b.c"]);
});

/** Where a date or number is written as the browser likes, and not in the language that the page speaks (`locale()`). @param {string} text */
function unspoken(text) {
  return text.match(/(NumberFormat|DateTimeFormat|toLocale(Date|Time)?String)\((\)|undefined|document)/g) ?? [];
}

test("dates_and_numbers_are_written_in_the_language_of_the_page", () => {
  const js = new URL("../../../static/js/", import.meta.url);
  const names = readdirSync(js, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  assert.ok(names.length > 100);
  assert.deepEqual(names.flatMap((name) => unspoken(readFileSync(new URL(name, js), "utf8")).map((found) => `${name}: ${found}`)), []);
  assert.deepEqual(unspoken("new Intl.NumberFormat(); at.toLocaleTimeString(undefined, x); n.toLocaleString(locale())"), ["NumberFormat()", "toLocaleTimeString(undefined"]);
});

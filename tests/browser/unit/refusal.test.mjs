/* Owns the tests of the server's refusals in the page's language: none of the sentences that the server checks a configuration with is left out. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { afterEach, test } from "node:test";
import { SENTENCES, inWords, refusalText } from "../../../static/js/ui/refusal.js";
import { ui } from "../../../static/js/strings.en.js";
import { ui as german } from "../../../static/js/strings.de.js";

const english = structuredClone({ refused: ui.refused, refusals: ui.refusals });
const speakGerman = () => Object.assign(ui, structuredClone({ refused: german.refused, refusals: german.refusals }));
afterEach(() => Object.assign(ui, structuredClone(english)));

const source = (path) => readFile(new URL(`../../../src/${path}`, import.meta.url), "utf8");
/** The texts of a piece of Rust, with a number where one is written into them. */
const textsOf = (rust) => [...rust.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text.replace(/\{(max|min|limit|sum|expected|most|low|high)\}/g, "7").replace(/\{(pattern|options)\}/g, "[x]").replace(/\{name\}/g, "line"));

test("every_sentence_of_the_servers_check_is_said_in_the_page_s_language", async () => {
  speakGerman();
  const problem = await source("domain/config/check/problem.rs");
  const schema = await source("http/schema.rs");
  const check = textsOf(problem.slice(problem.indexOf("impl fmt::Display for Problem")));
  const shape = textsOf(schema.slice(schema.indexOf("fn sentence"), schema.indexOf("#[cfg(test)]") < 0 ? undefined : schema.indexOf("#[cfg(test)]"))).filter((text) => text.startsWith("must"));
  const settings = textsOf(await source("http/wire/provider.rs").then((text) => text.slice(0, text.indexOf("#[cfg(test)]")))).filter((text) => text.startsWith("must") && !text.endsWith("{}"));
  const all = [...check, ...shape, ...settings, "must be given", "no such queue", "leads to a private or reserved address, which is refused unless private addresses are allowed"];
  assert.ok(check.length > 55 && shape.length === 8 && settings.length > 6, `${check.length} ${shape.length} ${settings.length}`);
  assert.deepEqual(all.filter((text) => refusalText(text) === text), []);
});

test("a_sentence_keeps_its_numbers_and_an_unknown_one_stays_as_the_server_says_it", () => {
  assert.equal(refusalText("must be from 1 to 3600"), "must be from 1 to 3600");
  speakGerman();
  assert.equal(refusalText("must be from -1000000 to 1000000"), "muss von -1000000 bis 1000000 sein");
  assert.equal(refusalText('must be one of ["a","$&"]'), 'muss eines sein von ["a","$&"]');
  assert.equal(refusalText("has at most 20 elements"), "darf höchstens 20 Einträge haben");
  assert.equal(refusalText("something that came later"), "something that came later");
});

test("every_sentence_has_as_many_places_for_values_in_each_language", () => {
  const holes = (text) => text.split("{}").length;
  for (const [name, sentence] of Object.entries(SENTENCES)) assert.deepEqual([holes(english.refusals[name]), holes(german.refusals[name])], [holes(sentence), holes(sentence)], name);
});

test("a_problem_is_said_by_its_code_and_who_uses_a_thing_stays_readable", () => {
  speakGerman();
  const wrong = inWords({ code: "invalid", status: 422, detail: "/name: must be given", errors: [{ field: "/name", message: "must be given" }] });
  assert.deepEqual([wrong.detail, wrong.errors, wrong.status], [german.refused.invalid, [{ field: "/name", message: "muss angegeben werden" }], 422]);
  const used = { code: "in_use", status: 409, detail: "queue vip is referred to by agent ana" };
  assert.deepEqual(inWords(used), used);
  assert.equal(inWords({ code: "constructor", detail: "x" }).detail, "x");
});

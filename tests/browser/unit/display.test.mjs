/* Owns the tests of the display choices: what is kept, what is made of nonsense, what stands on <html> before anything is painted. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../../static/js/lib/display.js", import.meta.url), "utf8");

/** Runs the script as a page's head does. @param {{kept?: string|null, languages?: string[], forbidden?: boolean}} [page] */
function head({ kept = null, languages = ["en-GB"], forbidden = false } = {}) {
  const root = { dataset: {}, lang: "en", dir: "" };
  const storage = { text: kept, getItem: () => storage.text, setItem: (_, text) => (storage.text = text) };
  const world = {
    document: { documentElement: root }, navigator: { languages }, addEventListener: () => {},
    get localStorage() {
      if (forbidden) throw new Error("forbidden");
      return storage;
    },
  };
  vm.runInNewContext(SOURCE, world);
  return { root, storage, display: world.callboardDisplay };
}

test("a_page_stands_as_it_was_chosen_before_anything_is_painted", () => {
  const { root } = head({ kept: '{"theme":"dark","density":"compact","language":"de","direction":"rtl"}' });
  assert.deepEqual({ ...root, dataset: { ...root.dataset } }, { dataset: { theme: "dark", density: "compact" }, lang: "de", dir: "rtl" });
});

test("the_first_of_the_browsers_languages_that_there_is_is_spoken", () => {
  assert.equal(head({ languages: ["fr", "de-CH", "en"] }).root.lang, "de");
  assert.equal(head({ languages: ["fr", "it"] }).root.lang, "en");
  assert.equal(head({ languages: ["de"], kept: '{"language":"en"}' }).root.lang, "en");
});

test("nonsense_in_the_storage_and_a_forbidden_one_give_the_defaults", () => {
  for (const page of [{ kept: "{" }, { kept: "null" }, { kept: '{"theme":"pink","density":7}' }, { forbidden: true }]) {
    const { root, display } = head(page);
    assert.deepEqual({ ...display.read() }, { theme: "system", density: "roomy", language: "system", direction: "auto" });
    assert.equal("theme" in root.dataset, false);
    assert.equal(root.dir, "ltr");
  }
});

test("a_change_is_kept_and_shown_and_leaves_the_other_choices", () => {
  const { root, storage, display } = head({ kept: '{"density":"compact"}' });
  display.change({ theme: "light" });
  assert.equal(root.dataset.theme, "light");
  assert.equal(root.dataset.density, "compact");
  assert.equal(JSON.parse(storage.text).density, "compact");
  display.change({ theme: "system" });
  assert.equal("theme" in root.dataset, false);
});

/* The design page is whole: each part of static/js/ui stands on it. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const JS = new URL("../../../static/js/", import.meta.url);
/** Nothing of these is seen: calls to the server, words of its refusals, and the start of a page that signs in. */
const UNSEEN = ["api.js", "page.js", "refusal.js", "role.js"];

/** All modules that a module brings along, itself with them. @param {string} name @param {Set<string>} [seen] */
function reached(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const at = new URL(name, JS);
  const text = readFileSync(at, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  for (const [, path] of text.matchAll(/^(?:import|export) [^;]*?from "(\.[^"]+)"/gm)) reached(new URL(path, at).href.slice(JS.href.length), seen);
  return seen;
}

test("every_part_of_the_design_system_stands_on_its_page", () => {
  const parts = readdirSync(new URL("ui/", JS)).filter((name) => !UNSEEN.includes(name));
  assert.ok(parts.length > 20);
  const shown = reached("design/main.js");
  assert.deepEqual(parts.filter((name) => !shown.has(`ui/${name}`)), []);
});

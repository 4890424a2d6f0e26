/*
 * Owns running the stories: `npm run stories`, with CALLBOARD_BIN naming the program; `-- 04 12` runs the files that begin so. Two
 * files at a time where there are two cores: each has servers and a browser of its own. STORY_AT_ONCE says another number, CHROMIUM names
 * another browser, STORY_SHOTS a folder for screenshots.
 */

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import path from "node:path";

if (!process.env.CALLBOARD_BIN) {
  console.error("CALLBOARD_BIN must name the callboard program, for example target/release/callboard");
  process.exit(2);
}
// A relative path is meant from where npm was called.
process.env.CALLBOARD_BIN = path.resolve(process.env.INIT_CWD ?? ".", process.env.CALLBOARD_BIN);
const folder = fileURLToPath(new URL("stories/", import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs") && (!wanted.length || wanted.some((start) => name.startsWith(start)))).sort().map((name) => path.join(folder, name));
// The client takes the global WebSocket, which node 20 has behind a flag.
const NODE_OPTIONS = [process.env.NODE_OPTIONS, typeof WebSocket === "undefined" ? "--experimental-websocket" : ""].filter(Boolean).join(" ");
const env = { ...process.env, NODE_OPTIONS };
const at_once = process.env.STORY_AT_ONCE ?? Math.min(2, availableParallelism());
const child = spawn(process.execPath, ["--test", `--test-concurrency=${at_once}`, "--test-reporter=spec", ...files], { stdio: "inherit", env });
child.on("exit", (code) => process.exit(code ?? 1));

/* Owns the proof of when figures are asked for: soon after something changed, not too often, and never while nobody looks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERY_MS, SLOW_MS, createFigures, dayBegin } from "../../../static/js/supervisor/board-figures.js";

const NOW_MS = Date.parse("2026-11-21T10:00:00.000Z");

/** Figures in a world whose clock the test turns. */
function world(t, { fails = false } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const w = { paths: [], frames: [], awake: true, mono_ms: 0 };
  const get = async (path) => {
    w.paths.push(path);
    if (fails) throw new Error("503");
    return { items: [{ queue_id: "q", work_stream_id: "w", agent_id: "a", intervals: [{ answered: 1 }] }] };
  };
  w.figures = createFigures({ get, dispatch: (frame) => w.frames.push(frame), now: () => NOW_MS + w.mono_ms, awake: () => w.awake, mono: () => w.mono_ms });
  w.turn = async (ms) => {
    for (let left = ms; left > 0; left -= 500) {
      w.mono_ms += 500;
      t.mock.timers.tick(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  w.asked = (part) => w.paths.filter((path) => path.includes(part)).length;
  t.after(() => w.figures.stop());
  return w;
}

test("the_first_reading_has_today_and_the_last_hour_of_everything", async (t) => {
  const w = world(t);
  await w.figures.pull();
  const [frame] = w.frames;
  assert.deepEqual([Object.keys(frame.today), Object.keys(frame.hour)], [["queues", "work_streams", "agents"], ["q"]]);
  assert.deepEqual(w.paths, [`/v1/stats/queues?from=${dayBegin(NOW_MS)}`, `/v1/stats/work-streams?from=${dayBegin(NOW_MS)}`, "/v1/stats/queues?interval=15m&from=2026-11-21T09:00:00.000Z", `/v1/stats/agents?from=${dayBegin(NOW_MS)}`]);
});

test("however_much_changes_the_figures_are_asked_for_once_in_a_while_and_agents_less_often", async (t) => {
  const w = world(t);
  await w.figures.pull();
  for (let i = 0; i < 40; i++) {
    w.figures.wake();
    await w.turn(500);
  }
  assert.equal(w.asked("interval=15m"), 1 + 20_000 / EVERY_MS);
  assert.equal(w.asked("/agents"), 1);
  await w.turn(SLOW_MS + EVERY_MS);
  assert.equal(w.asked("/agents"), 2, "time alone brings what is measured");
});

test("nothing_is_asked_while_nobody_looks_and_a_failure_is_told", async (t) => {
  const w = world(t, { fails: true });
  w.awake = false;
  w.figures.wake();
  await w.turn(2 * SLOW_MS);
  assert.deepEqual([w.paths.length, w.frames], [0, []]);
  w.awake = true;
  await w.figures.pull();
  assert.deepEqual(w.frames, [{ type: "local.figures_failed" }]);
});

/* Owns asking while somebody types: a moment after the last change, never two at a time, and the last word is always asked for. */

/** @typedef {{setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void}} Clock */

const PAUSE_MS = 300;

/**
 * @param {() => Promise<void>} ask what it throws is its own to tell
 * @param {{pause_ms?: number, clock?: Clock}} [options]
 */
export function createTurns(ask, { pause_ms = PAUSE_MS, clock = globalThis } = {}) {
  /** @type {any} */
  let timer = null;
  let asking = false;
  let again = false;
  let stopped = false;

  async function run() {
    timer = null;
    if (stopped) return;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      await ask();
    } finally {
      asking = false;
      if (again) {
        again = false;
        void run();
      }
    }
  }

  return {
    /** Something has changed. */
    soon() {
      if (stopped) return;
      if (timer !== null) clock.clearTimeout(timer);
      timer = clock.setTimeout(() => void run(), pause_ms);
    },
    stop() {
      stopped = true;
      if (timer !== null) clock.clearTimeout(timer);
    },
  };
}

/*
 * Owns asking for the figures that are not pushed: today's sums, and the quarter hours of the last hour. They follow what happens at
 * most every EVERY_MS, what is measured of agents at most every SLOW_MS, and rest while nobody looks or nothing is connected.
 */

export const EVERY_MS = 5_000;
export const SLOW_MS = 60_000;
const SOON_MS = 1_000;
const HOUR_MS = 3_600_000;

/**
 * @param {object} ports
 * @param {(path: string) => Promise<any>} ports.get the answer's body
 * @param {(frame: {type: string} & Record<string, unknown>) => void} ports.dispatch
 * @param {() => number} ports.now the server's time
 * @param {() => boolean} ports.awake whether somebody looks, and the server is there
 * @param {() => number} [ports.mono] the page's own clock
 */
export function createFigures({ get, dispatch, now, awake, mono = () => performance.now() }) {
  let pulled_ms = -Infinity;
  let agents_ms = -Infinity;
  let pulling = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;

  /** Something changed: the figures follow soon. */
  function wake() {
    if (timer !== undefined || pulling) return;
    const wait_ms = Math.max(SOON_MS, pulled_ms + EVERY_MS - mono());
    timer = setTimeout(() => {
      timer = undefined;
      void pull();
    }, wait_ms);
  }

  async function pull() {
    if (pulling || !awake()) return;
    pulling = true;
    pulled_ms = mono();
    const slow = pulled_ms - agents_ms >= SLOW_MS;
    const from = dayBegin(now());
    try {
      const [queues, streams, hour, agents] = await Promise.all([
        get(`/v1/stats/queues?from=${from}`),
        get(`/v1/stats/work-streams?from=${from}`),
        get(`/v1/stats/queues?interval=15m&from=${new Date(now() - HOUR_MS).toISOString()}`),
        slow ? get(`/v1/stats/agents?from=${from}`) : null,
      ]);
      if (slow) agents_ms = pulled_ms;
      dispatch({
        type: "local.figures",
        today: { queues: sums(queues, "queue_id"), work_streams: sums(streams, "work_stream_id"), ...(agents ? { agents: sums(agents, "agent_id") } : {}) },
        hour: Object.fromEntries(hour.items.map((/** @type {any} */ item) => [item.queue_id, item.intervals])),
      });
    } catch {
      dispatch({ type: "local.figures_failed" });
    }
    pulling = false;
  }

  const beat = setInterval(wake, SLOW_MS);
  return {
    wake,
    /** At once: the connection is new, or somebody came back to the window. */
    pull,
    stop() {
      clearInterval(beat);
      clearTimeout(timer);
    },
  };
}

/** When the day began where the reader is. @param {number} now_ms */
export function dayBegin(now_ms) {
  const day = new Date(now_ms);
  day.setHours(0, 0, 0, 0);
  return day.toISOString();
}

/** The one interval of each. @param {any} answer @param {string} name @returns {Record<string, any>} */
function sums(answer, name) {
  return Object.fromEntries(answer.items.map((/** @type {any} */ item) => [item[name], item.intervals[0]]));
}

/* Owns a world for the client: sockets that the test plays the server of, good or hostile, and a clock that it turns. */

import { Client } from "../../../static/js/lib/client.js";

/** @param {object} [options] of the client */
export function world(options = {}) {
  const sockets = [];
  const frames = [];
  const connections = [];
  let now = 0;
  let nextTimer = 1;
  const timers = new Map();
  const env = {
    connect: (url, protocol) => {
      const ws = { url, protocol, sent: [], closed: false, send: (text) => ws.sent.push(JSON.parse(text)), close: () => (ws.closed = true) };
      sockets.push(ws);
      return ws;
    },
    setTimeout: (run, ms) => (timers.set(nextTimer, { at: now + ms, run }), nextTimer++),
    clearTimeout: (timer) => timers.delete(timer),
    random: () => 1,
  };
  const client = new Client({ socket: "agent", server: "http://host", token: "t", env, ...options });
  client.on("frame", (frame) => frames.push(frame));
  client.on("connection", (connection) => connections.push(connection));
  const last = () => sockets.at(-1);
  const say = (frame) => last().onmessage({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  return {
    client, sockets, frames, connections, timers, last, say,
    phases: () => connections.map(({ phase }) => phase),
    seqs: () => frames.filter(({ type }) => type !== "welcome").map(({ seq }) => seq),
    hello: () => last().sent[0],
    welcome(fields = {}) {
      last().onopen();
      say({ type: "welcome", session_id: `s${sockets.length}`, seq: 10, resumed: false, ...fields });
    },
    close: (code) => last().onclose({ code }),
    turn(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = until;
    },
  };
}

/** A world whose client was welcomed at number 10. @param {object} [options] */
export function started(options) {
  const w = world(options);
  void w.client.start();
  w.welcome();
  return w;
}

/** Lets promises run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

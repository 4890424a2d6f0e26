/*
 * Owns the page's connection to the board: socket, store, names and figures wired together. The views read the state; nothing else
 * listens to the supervisor socket.
 */

import { Client } from "../lib/client.js";
import { serverNow, setClock } from "../lib/elapsed.js";
import { createStore } from "../lib/store.js";
import { readJson, writeJson } from "../lib/storage.js";
import { createFigures } from "./board-figures.js";
import { createNames } from "./state-names.js";
import { initialState, reduce } from "./state.js";

const ALARMS_KEY = "callboard.supervisor.alarms";
const MAX_NAMES = 20_000;
/** @type {import("../types.js").Connection} */
const OFFLINE = { phase: "lost", code: null, retry_in_ms: null };

/**
 * @param {ReturnType<typeof import("../ui/api.js").createApi>} api
 * @param {string} token
 * @param {{onRefused: (code: number) => void, onAlarm: (alarm: import("./state.js").Alarm) => void, onLeaving: () => void}} ports
 */
export function createBoardSession(api, token, ports) {
  const alarms = readJson(sessionStorage, ALARMS_KEY, /** @type {import("./state.js").Alarm[]} */ ([]));
  const store = createStore(reduce, { ...initialState(), alarms });
  const client = new Client({ socket: "supervisor", token });
  const names = createNames(async (path) => (await api.list(path, MAX_NAMES)).value);
  const figures = createFigures({
    get: async (path) => (await api.get(path)).value,
    dispatch: store.dispatch,
    now: serverNow,
    awake: () => !document.hidden && client.connection.phase === "open",
  });

  client.on("frame", (/** @type {{type: string} & Record<string, any>} */ frame) => {
    store.dispatch(frame);
    if (frame.type === "welcome") {
      setClock(store.state.clock);
      void names.read();
    }
    if (frame.type === "welcome" || frame.type === "stats.changed") {
      for (const kind of /** @type {const} */ (["queues", "agents", "work_streams"])) names.need(kind, Object.keys(store.state[kind]));
      figures.wake();
    }
    if (frame.type === "notice") ports.onAlarm(store.state.alarms[0]);
    if (frame.type === "going_away") ports.onLeaving();
  });
  /** A window that goes offline has lost the server, whatever its socket still believes. At the start it is not asked: the server may be on this machine. */
  let offline = false;
  const tell = () => store.dispatch({ type: "local.connection", connection: offline ? OFFLINE : client.connection });
  client.on("connection", (/** @type {import("../types.js").Connection} */ connection) => {
    tell();
    if (connection.phase === "open") void figures.pull();
    if (connection.phase === "stopped" && connection.code !== null) ports.onRefused(connection.code);
  });
  store.subscribe(({ alarms: kept }) => writeJson(sessionStorage, ALARMS_KEY, kept.length ? kept : null));

  function comeBack() {
    if (document.hidden) return;
    client.nudge();
    void names.read();
    figures.wake();
  }
  const nudge = () => client.nudge();
  /** @param {Event} event */
  const online = ({ type }) => {
    offline = type === "offline";
    tell();
    nudge();
  };
  document.addEventListener("visibilitychange", comeBack);
  addEventListener("online", online);
  addEventListener("offline", online);

  return {
    store,
    names,
    start: () => void client.start(),
    nudge,
    stop() {
      document.removeEventListener("visibilitychange", comeBack);
      removeEventListener("online", online);
      removeEventListener("offline", online);
      figures.stop();
      client.stop();
    },
  };
}

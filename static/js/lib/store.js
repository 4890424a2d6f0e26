/*
 * Owns the page's state: one value, changed only by `reduce(state, frame)`. Listeners run once per turn of the event
 * loop however many frames came in it (not by animation frame: those stop in a hidden window, where pops must still ring).
 */

/** @typedef {import("../types.js").Frame} Frame */

/**
 * @template S
 * @param {(state: S, frame: Frame) => S} reduce
 * @param {S} initial
 */
export function createStore(reduce, initial) {
  let state = initial;
  let scheduled = false;
  /** @type {((state: S) => void)[]} */
  const listeners = [];

  function notify() {
    scheduled = false;
    for (const listener of listeners) listener(state);
  }

  return {
    get state() {
      return state;
    },
    /** @param {{type: string} & Record<string, unknown>} frame */
    dispatch(frame) {
      const next = reduce(state, { at_ms: performance.now(), ...frame });
      if (next === state) return;
      state = next;
      if (!scheduled) {
        scheduled = true;
        queueMicrotask(notify);
      }
    },
    /** @param {(state: S) => void} listener */
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}

/* Owns where one was in a place that one comes back to: how far it was scrolled, and what had the focus. */

const SCROLLERS = ".section-scroll";

/** @param {HTMLElement} main */
export function createMemory(main) {
  /** By address. @type {Map<string, {scrolls: [Element, number][], focus: Element|null}>} */
  const places = new Map();
  /** @type {string|null} */
  let here = null;
  return {
    /** Before another place stands. */
    leave() {
      if (here === null) return;
      const focus = main.contains(document.activeElement) ? document.activeElement : null;
      places.set(here, { scrolls: [main, ...main.querySelectorAll(SCROLLERS)].map((el) => [el, el.scrollTop]), focus });
    },
    /** Another place stands. Gives whether the focus is where it was there. @param {string} address @param {boolean} keeps whether its nodes will be there again */
    arrive(address, keeps) {
      here = keeps ? address : null;
      const known = places.get(address);
      main.scrollTop = 0;
      for (const [el, top] of known?.scrolls ?? []) if (el.isConnected) el.scrollTop = top;
      const focus = known?.focus;
      if (!(focus instanceof HTMLElement) || !main.contains(focus)) return false;
      focus.focus({ preventScroll: true });
      return document.activeElement === focus;
    },
  };
}

/*
 * Owns where a list that opens at a control lies: below it where there is room, else above; at its start edge, within the window. In
 * the top layer, so that nothing cuts it.
 */

const GAP = 4;

/**
 * Where it goes; pure. `start` is the edge at which the line begins: left, or right where the page is written from right to left.
 * @param {{left: number, right: number, top: number, bottom: number}} anchor
 * @param {{width: number, height: number}} size
 * @param {{width: number, height: number}} view
 * @param {"left"|"right"} edge the edges that lie over each other
 */
export function placeAt(anchor, size, view, edge) {
  const wanted = edge === "left" ? anchor.left : anchor.right - size.width;
  const left = Math.max(GAP, Math.min(wanted, view.width - size.width - GAP));
  const below = anchor.bottom + GAP;
  const fits = below + size.height <= view.height || anchor.top < view.height - anchor.bottom;
  return { left, top: fits ? below : Math.max(GAP, anchor.top - GAP - size.height) };
}

/**
 * @param {HTMLElement} list an element with `popover="manual"`
 * @param {HTMLElement} anchor
 * @param {{wide?: boolean, end?: boolean}} [options] `wide`: at least as wide as the anchor; `end`: at its end edge
 */
export function openAt(list, anchor, { wide = false, end = false } = {}) {
  if (!list.matches(":popover-open")) list.showPopover();
  const box = anchor.getBoundingClientRect();
  list.style.minWidth = wide ? `${box.width}px` : "";
  const rtl = getComputedStyle(anchor).direction === "rtl";
  const size = { width: list.offsetWidth, height: list.offsetHeight };
  const { left, top } = placeAt(box, size, { width: innerWidth, height: innerHeight }, rtl === end ? "left" : "right");
  list.style.left = `${left}px`;
  list.style.top = `${top}px`;
}

/** @param {HTMLElement} list */
export function closeFloat(list) {
  if (list.matches(":popover-open")) list.hidePopover();
}

/**
 * While something floats: it follows what it lies at, and closes when somebody presses elsewhere. Gives a function that ends it.
 * @param {HTMLElement} inside presses in here close nothing
 * @param {{place: () => void, close: () => void}} ports
 */
export function keepFloat(inside, { place, close }) {
  const press = (/** @type {Event} */ event) => {
    if (!(event.target instanceof Node && inside.contains(event.target))) close();
  };
  const scroll = (/** @type {Event} */ event) => {
    if (!(event.target instanceof Node && inside.contains(event.target))) place();
  };
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("scroll", scroll, true);
  addEventListener("resize", place);
  return () => {
    document.removeEventListener("pointerdown", press, true);
    document.removeEventListener("scroll", scroll, true);
    removeEventListener("resize", place);
  };
}

/*
 * Owns how the pages make elements: text only, never markup from strings, no style attributes (the page's
 * Content-Security-Policy refuses both). Knows nothing of conversations.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. `onclick`-like functions become listeners, `true` an empty attribute; `false`, `null` and
 * `undefined` are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") {
      el.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (name === "text") {
      el.textContent = String(value);
    } else {
      setAttr(el, name, value);
    }
  }
  for (const child of children) if (child) el.append(child);
  return el;
}

/**
 * Sets, changes or takes away an attribute; touches the page only when something changes.
 * @param {Element} el
 * @param {string} name
 * @param {unknown} value
 */
export function setAttr(el, name, value) {
  if (value === false || value === null || value === undefined) {
    if (el.hasAttribute(name)) el.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (el.getAttribute(name) !== text) el.setAttribute(name, text);
}

/**
 * @param {Node} el
 * @param {string} text
 */
export function setText(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

/**
 * @param {HTMLElement} el
 * @param {boolean} shown
 */
export function setShown(el, shown) {
  if (el.hidden === shown) el.hidden = !shown;
}

/**
 * Brings the children of `parent` in line with `items`: elements are kept by key, moved only where the order changed. A key that comes twice has one element.
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => E} create
 * @param {(el: E, item: T) => void} [update]
 */
export function reconcile(parent, items, keyOf, create, update) {
  const kept = keyedChildren(parent);
  const wanted = new Set(items.map(keyOf));
  for (const [key, el] of kept) {
    if (!wanted.has(key)) {
      el.remove();
      kept.delete(key);
    }
  }
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let el = /** @type {E|undefined} */ (kept.get(key));
    if (!el) {
      el = create(item);
      /** @type {any} */ (el).cbKey = key;
      kept.set(key, el);
    }
    if (update) update(el, item);
    if (el === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(el, cursor);
  }
}

/** @param {Element} parent */
function keyedChildren(parent) {
  /** @type {Map<string, Element>} */
  const map = new Map();
  for (const el of parent.children) map.set(/** @type {any} */ (el).cbKey ?? "", el);
  return map;
}

/** Stroke icons on a 24 × 24 field. */
const ICONS = /** @type {const} */ ({
  accept: ["M5 12.5l4.5 4.5L19 7.5"],
  decline: ["M6 6l12 12", "M18 6L6 18"],
  collapse: ["M6 9l6 6 6-6"],
  expand: ["M6 15l6-6 6 6"],
  back: ["M14.5 5l-7 7 7 7"],
  send: ["M4 12l16-8-6 16-3-7-7-1z"],
  note: ["M7 11V8a5 5 0 0 1 10 0v3", "M5 11h14v9H5z"],
  wait: ["M9 5v14", "M15 5v14"],
  release: ["M9 14L4 9l5-5", "M4 9h10a6 6 0 0 1 0 12h-3"],
  transfer: ["M4 8h15", "M15 4l4 4-4 4", "M20 16H5", "M9 12l-4 4 4 4"],
  end: ["M6 6h12v12H6z"],
  reopen: ["M20 12a8 8 0 1 1-2.5-5.8", "M20 3v5h-5"],
  settings: ["M12 4a5 5 0 0 1 5 5v4l2 3H5l2-3V9a5 5 0 0 1 5-5z", "M10 19a2 2 0 0 0 4 0"],
  keyboard: ["M3 7h18v10H3z", "M7 10.5h.01", "M11 10.5h.01", "M15 10.5h.01", "M8 14h8"],
  person: ["M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", "M5 20c.7-3.6 3.4-5.5 7-5.5s6.3 1.9 7 5.5"],
  leave: ["M10 4H5v16h5", "M14 8l4 4-4 4", "M18 12H9"],
  search: ["M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14z", "M16 16l4.5 4.5"],
  details: ["M4 5h16v14H4z", "M14 5v14"],
  advice: ["M4 5h11v8H9l-3 3v-3H4z", "M18 9h2v8h-2v3l-3-3h-4v-1"],
  attachment: ["M18 8.5l-8 8a3 3 0 0 1-4.2-4.2l8.5-8.5a4.5 4.5 0 0 1 6.4 6.4L12 18.9"],
  delivered: ["M2.5 12.5l4 4L15 8", "M12 16l.5.5L21 8"],
  pending: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M12 8v4l3 2"],
  sort: ["M8 10l4-4 4 4", "M8 14l4 4 4-4"],
  display: ["M12 4a8 8 0 1 0 0 16z", "M12 4a8 8 0 0 1 0 16"],
  more: ["M5 11a1 1 0 1 1 0 2 1 1 0 0 1 0-2z", "M12 11a1 1 0 1 1 0 2 1 1 0 0 1 0-2z", "M19 11a1 1 0 1 1 0 2 1 1 0 0 1 0-2z"],
  plus: ["M12 5v14", "M5 12h14"],
  edit: ["M4 20l1-4L16 5l3 3L8 19z", "M14 7l3 3"],
  trash: ["M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  download: ["M12 4v11", "M7 11l5 5 5-5", "M4 20h16"],
  upload: ["M12 16V5", "M7 9l5-5 5 5", "M4 20h16"],
  warning: ["M12 4l9 16H3z", "M12 10v4", "M12 17h.01"],
  info: ["M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M12 11v5", "M12 8h.01"],
  up: ["M12 19V5", "M6 11l6-6 6 6"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  grip: ["M9 6h1", "M9 12h1", "M9 18h1", "M15 6h1", "M15 12h1", "M15 18h1"],
  chart: ["M4 20V4", "M4 20h16", "M8 16v-4", "M12 16V8", "M16 16v-6"],
  people: ["M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z", "M2.5 19c.6-3 3-4.5 6.5-4.5s5.9 1.5 6.5 4.5", "M16 5.5a3.2 3.2 0 0 1 0 6", "M18 15c2 .5 3.2 1.8 3.6 4"],
  queue: ["M4 6h16", "M4 12h16", "M4 18h10"],
  history: ["M4 12a8 8 0 1 0 2.5-5.800", "M4 3v4h4", "M12 8v4l3 2"],
  key: ["M8 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", "M11 12l8-8", "M15 8l3 3"],
  eye: ["M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z", "M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z"],
  filter: ["M4 5h16l-6 8v6l-4-2v-4z"],
  flow: ["M4 4h6v5H4z", "M14 15h6v5h-6z", "M7 9v8h7"],
  book: ["M5 4h14v16H5z", "M9 4v16"],
});

/** @typedef {keyof typeof ICONS} IconName */

/** Those that point along the line, and turn with the direction of writing. @type {IconName[]} */
const FLIPS = ["back", "send", "release", "leave"];

export const ICON_NAMES = /** @type {IconName[]} */ (Object.keys(ICONS));

/**
 * A decorative icon; the control that carries it has the name.
 * @param {IconName} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: FLIPS.includes(name) ? "icon flips" : "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** True while the person is in a field that takes text, where keys and focus belong to the text. */
export function isInTextField(node = document.activeElement) {
  if (node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement) return true;
  if (node instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "range"].includes(node.type);
  return node instanceof HTMLElement && node.isContentEditable;
}

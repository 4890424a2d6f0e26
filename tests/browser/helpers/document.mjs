/* Owns just so much of a document that elements can be made and read without a browser. The stories have the real thing. */

class Element {
  children = [];
  attributes = {};
  parent = null;
  words = "";
  scrollHeight = 0;
  scrollTop = 0;
  clientHeight = 0;
  hidden = false;
  constructor(tag) { this.tag = tag; }
  get className() { return this.attributes.class ?? ""; }
  classList = {
    toggle: (/** @type {string} */ name, /** @type {boolean} */ on) => {
      const others = this.className.split(" ").filter((one) => one && one !== name);
      this.attributes.class = [...others, ...(on ? [name] : [])].join(" ");
    },
  };
  querySelector(/** @type {string} */ what) { return this.all(what)[0] ?? null; }
  get textContent() { return this.words; }
  set textContent(words) { this.words = words; }
  get firstElementChild() { return this.children[0] ?? null; }
  addEventListener() {}
  hasAttribute(name) { return name in this.attributes; }
  getAttribute(name) { return this.attributes[name] ?? null; }
  setAttribute(name, value) { this.attributes[name] = value; }
  removeAttribute(name) { delete this.attributes[name]; }
  append(...nodes) { for (const node of nodes) this.insertBefore(node, null); }
  insertBefore(node, next) {
    const child = typeof node === "string" ? Object.assign(new Element("#text"), { words: node }) : node;
    child.parent = this;
    this.children.splice(next ? this.children.indexOf(next) : this.children.length, 0, child);
  }
  replaceChildren(...nodes) { this.children = []; this.append(...nodes); }
  /** All that is in it, by tag or `.class`. */
  all(what) {
    const is = (el) => (what.startsWith(".") ? el.className.split(" ").includes(what.slice(1)) : el.tag === what);
    return this.children.flatMap((el) => [...(is(el) ? [el] : []), ...el.all(what)]);
  }
  text() { return this.words + this.children.map((el) => el.text()).join(""); }
}

/** Runs with such a document as the global one. @param {() => void} run */
export function withDocument(run) {
  const before = { document: globalThis.document, ResizeObserver: globalThis.ResizeObserver };
  const createElement = (tag) => new Element(tag);
  Object.assign(globalThis, { document: { createElement, createElementNS: (_, tag) => createElement(tag) }, ResizeObserver: class { observe() {} } });
  try {
    run();
  } finally {
    Object.assign(globalThis, before);
  }
}

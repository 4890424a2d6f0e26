/*
 * Owns a page for static/widget.js without a browser: just so much of a document that the script runs, and the server's answer, which
 * the test gives. The stories have the real thing.
 */

import { readFileSync } from "node:fs";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../../static/widget.js", import.meta.url), "utf8");
export const WIDGET = {
  channel_id: "shop", languages: ["en"], title: { en: "Shop" }, theme: { color: null, position: "right" }, open: true, changes_at: null,
  offline_page: null, invitation: null, server_time: "2026-11-21T10:00:00.000Z",
};

class Node {
  attributes = {};
  children = [];
  listeners = {};
  style = { setProperty: () => {} };
  classList = { toggle: () => {} };
  isConnected = true;
  setAttribute(name, value) { this.attributes[name] = value; }
  getAttribute(name) { return this.attributes[name] ?? null; }
  toggleAttribute(name, on) { on ? (this.attributes[name] = "") : delete this.attributes[name]; }
  append(...nodes) { this.children.push(...nodes); }
  appendChild(node) { this.children.push(node); return node; }
  replaceChildren(...nodes) { this.children = nodes; }
  addEventListener(name, run) { this.listeners[name] = run; }
  attachShadow() { return (this.root = new Node()); }
  focus() {}
  remove() { this.isConnected = false; }
  get firstChild() { return this.children[0] ?? null; }
}
class Script extends Node {}

/** @param {{queued?: any[][], answer?: {status: number, body?: object}, script?: object, kept?: object}} [options] `kept`: what an earlier page left in the storage */
export function page({ queued = [], answer = { status: 200, body: WIDGET }, script: data = { channel: "shop" }, kept = {} } = {}) {
  const warnings = [];
  const posted = [];
  const timers = [];
  const heard = {};
  const script = Object.assign(new Script(), { src: "https://desk.example/static/widget.js", dataset: data });
  const document = Object.assign(new Node(), {
    currentScript: script, documentElement: Object.assign(new Node(), { lang: "en" }), title: "The shop", hidden: false,
    createElement: (tag) => Object.assign(new Node(), { tag, contentWindow: { postMessage: (message, origin) => posted.push([message.callboard, origin]) } }),
    createElementNS: () => new Node(),
  });
  const store = () => ({ kept: {}, getItem(key) { return this.kept[key] ?? null; }, setItem(key, value) { this.kept[key] = value; } });
  const localStorage = store();
  localStorage.setItem("callboard.shop", JSON.stringify(kept));
  const world = {
    document, HTMLScriptElement: Script, CSSStyleSheet: class { replaceSync() {} }, console: { warn: (text) => warnings.push(text), error: (error) => warnings.push(String(error)) },
    URL, URLSearchParams, localStorage, sessionStorage: store(), navigator: { languages: ["en"] }, location: { origin: "https://shop.example", href: "https://shop.example/tea" },
    matchMedia: () => ({ matches: false }), setTimeout: (run) => timers.push(run), addEventListener: (name, run) => (heard[name] = run),
    fetch: async () => ({ ok: answer.status === 200, status: answer.status, json: async () => answer.body }),
  };
  world.window = world;
  if (queued.length) world.callboard = Object.assign(() => {}, { q: queued });
  vm.runInNewContext(SOURCE, world);
  const frame = () => findFrame(document.documentElement);
  return {
    document, warnings, posted, timers, localStorage, frame,
    callboard: (...args) => world.callboard(...args),
    say: (data, origin = "https://desk.example", source = frame()?.contentWindow) => heard.message({ origin, source, data: { callboard: data } }),
    again: () => vm.runInNewContext(SOURCE, world),
  };
}

/** The frame, wherever it stands. */
function findFrame(node) {
  if (node.tag === "iframe") return node;
  return node.children?.map(findFrame).find(Boolean) ?? (node.tag === "callboard-chat" ? findFrame(node.root) : null);
}

/** Lets promises run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

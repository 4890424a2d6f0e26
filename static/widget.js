/*
 * Callboard's chat for any web page: one script tag, no dependencies, no global but `callboard`.
 *
 *   <script src="https://desk.example/static/widget.js" data-channel="web" async></script>
 *
 * Owns what stands on the other page: the launcher, the invitation, the panel with its frame, and the commands. The chat itself is a
 * page of our own server in that frame (js/chat), so that neither page can touch the other; they talk by postMessage, each checking
 * the other's origin and window. docs/channels/live-chat.md has commands, events and what the page's own CSP must allow.
 */
(() => {
  "use strict";

  /** `chat` is the frame's own, for a browser that refuses it storage. @typedef {{talking?: boolean, dismissed?: string, chat?: {conversation_id?: string}|null}} Kept */
  /** @typedef {{open: boolean, unread: number, talking: boolean}} Shown */

  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || !script.dataset.channel) {
    console.warn("callboard: the script tag needs data-channel, and must not be of type module");
    return;
  }
  /** @type {any} */
  const page = window;
  if (page.callboard?.started) {
    console.warn("callboard: the script is on this page twice; the first one counts");
    return;
  }

  const channel = script.dataset.channel;
  const desk = new URL(script.src).origin;
  const KEY = `callboard.${channel}`;
  const EVENTS = ["ready", "open", "close", "start", "agent", "message", "unread", "end"];
  const RETRY_MS = [5_000, 15_000, 60_000];
  const MAX_TIMER_MS = 2_000_000_000;
  const SMALL = "(max-width: 480px)";

  /** Words of what stands outside of the frame, by language; the first is the default. */
  const WORDS = {
    en: {
      chat: "Chat", open: "Open chat", close: "Close chat", dismiss: "Dismiss",
      unread: (/** @type {number} */ n) => `${n} unread ${n === 1 ? "message" : "messages"}`,
    },
    de: {
      chat: "Chat", open: "Chat öffnen", close: "Chat schließen", dismiss: "Ausblenden",
      unread: (/** @type {number} */ n) => `${n} ungelesene ${n === 1 ? "Nachricht" : "Nachrichten"}`,
    },
  };

  const STYLE = `
:host { all: initial !important; display: block !important; position: fixed !important; inset: auto 0 0 auto !important; width: 0 !important; height: 0 !important; z-index: 2147483647 !important; color-scheme: light dark !important; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.root { --accent: #1f5ab8; --on-accent: #fff; --surface: #fff; --text: #191d24; --muted: #565f6d; --line: #d5dae1; font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
button { margin: 0; padding: 0; border: 0; font: inherit; cursor: pointer; }
button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; box-shadow: 0 0 0 2px var(--surface); }
svg { display: block; width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.spoken { position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.launcher { position: fixed; bottom: 20px; right: 20px; display: grid; place-items: center; width: 56px; height: 56px; border-radius: 50%; background: var(--accent); color: var(--on-accent); box-shadow: 0 1px 3px rgb(20 28 40 / 30%), 0 6px 20px rgb(20 28 40 / 25%); }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; padding: 0 6px; border-radius: 11px; background: #b3261e; color: #fff; font-size: 13px; font-weight: 700; line-height: 22px; text-align: center; }
.panel { position: fixed; bottom: 88px; right: 20px; width: 384px; height: min(640px, 100vh - 108px); height: min(640px, 100dvh - 108px); overflow: hidden; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); box-shadow: 0 2px 6px rgb(20 28 40 / 20%), 0 16px 48px rgb(20 28 40 / 28%); visibility: hidden; opacity: 0; transform: translateY(8px); transition: opacity .16s, transform .16s, visibility 0s .16s; }
.open .panel { visibility: visible; opacity: 1; transform: none; transition-delay: 0s; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
.invitation { position: fixed; bottom: 92px; right: 20px; display: flex; align-items: flex-start; max-width: min(300px, 100vw - 40px); border: 1px solid var(--line); border-radius: 12px; background: var(--surface); color: var(--text); box-shadow: 0 6px 24px rgb(20 28 40 / 22%); }
.invitation .words { padding: 12px 4px 12px 16px; background: none; color: inherit; text-align: left; overflow-wrap: anywhere; border-radius: 12px; }
.invitation .dismiss { flex: none; display: grid; place-items: center; width: 44px; height: 44px; background: none; color: var(--muted); border-radius: 12px; }
.dismiss svg { width: 18px; height: 18px; }
.left .launcher, .left .panel, .left .invitation { right: auto; left: 20px; }
@media ${SMALL} {
  .panel, .left .panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
  .open .launcher { visibility: hidden; }
}
@media (prefers-color-scheme: dark) { .root { --surface: #1b1f26; --text: #e7eaef; --muted: #a4adba; --line: #333a45; } }
@media (prefers-reduced-motion: reduce) { .panel { transform: none; transition: none; } }
@media (forced-colors: active) { .launcher, .invitation { border: 2px solid ButtonText; } }
@media print { .root { display: none; } }`;

  const ICONS = { chat: ["M4 5h16v11H10l-5 4v-4H4z"], close: ["M6 6l12 12", "M18 6L6 18"] };

  /** @type {Map<string, ((detail: object) => void)[]>} */
  const listeners = new Map();
  /** What the frame must know of the visitor; `said`: whether the page has said who it is, or that it is nobody. @type {{token: string|null, said: boolean, context: Record<string, string|number|boolean>}} */
  const visitor = { token: null, said: false, context: {} };
  /** @type {Shown} */
  const shown = { open: false, unread: 0, talking: false };
  /** @type {any} the answer of GET /v1/widgets/{channel_id} */
  let widget = null;
  /** @type {ReturnType<typeof build>|null} */
  let view = null;
  /** @type {HTMLIFrameElement|null} */
  let frame = null;
  let frame_ready = false;
  /** A command to open or close that came before there was anything to open. @type {boolean|null} */
  let wanted = null;
  let tries = 0;
  /** Words of the invitation that stands. */
  let invited = "";
  let prefix = "";

  // ---- Commands

  /** @type {Record<string, (...args: any[]) => void>} */
  const COMMANDS = {
    show: () => setOpen(true, true),
    hide: () => setOpen(false, true),
    toggle: () => setOpen(!(view ? shown.open : wanted), true),
    identify(token) {
      if (token !== null && typeof token !== "string") return warn("identify takes a token, or null");
      visitor.token = token;
      visitor.said = true;
      tell({ type: "visitor", ...visitor });
    },
    setContext(values) {
      if (!values || typeof values !== "object") return warn("setContext takes an object");
      for (const [name, value] of Object.entries(values)) {
        if (["string", "number", "boolean"].includes(typeof value)) visitor.context[name] = value;
        else warn(`setContext: ${name} is no text, number or boolean`);
      }
      tell({ type: "visitor", ...visitor });
    },
    on(event, listener) {
      if (!EVENTS.includes(event)) return warn(`there is no event ${event}; there are ${EVENTS.join(", ")}`);
      if (typeof listener !== "function") return warn("on takes an event and a function");
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
      if (event === "ready" && view) call(listener, { open: widget.open });
    },
  };

  /** @param {ArrayLike<any>} args a command and what it takes */
  function run(args) {
    const [name, ...rest] = Array.from(args);
    if (Object.hasOwn(COMMANDS, name)) COMMANDS[name](...rest);
    else warn(`there is no command ${name}; there are ${Object.keys(COMMANDS).join(", ")}`);
  }

  /** @param {string} text */
  function warn(text) {
    console.warn(`callboard: ${text}`);
  }

  /** @param {string} event @param {object} [detail] */
  function emit(event, detail = {}) {
    for (const listener of listeners.get(event) ?? []) call(listener, detail);
  }

  /** A listener's error is the page's own, and ends nothing here. @param {(detail: object) => void} listener @param {object} detail */
  function call(listener, detail) {
    try {
      listener(detail);
    } catch (error) {
      console.error(error);
    }
  }

  // ---- What is kept

  /** @returns {Kept} */
  function kept() {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  /** @param {Kept} change */
  function keep(change) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...kept(), ...change }));
    } catch {
      // The page goes on without.
    }
  }

  /** Whether the panel was open before a reload of this tab. @param {boolean} [open] given: keeps it */
  function wasOpen(open) {
    try {
      if (open === undefined) return sessionStorage.getItem(KEY) === "open";
      sessionStorage.setItem(KEY, open ? "open" : "closed");
    } catch {
      // As above.
    }
    return false;
  }

  // ---- Asking the server

  async function ask() {
    let problem = "";
    try {
      const answer = await fetch(`${desk}/v1/widgets/${encodeURIComponent(channel)}`, { credentials: "omit" });
      if (answer.ok) return described(await answer.json());
      if (answer.status === 403) return warn(`no chat here: the channel ${channel} does not allow the origin ${location.origin}`);
      if (answer.status === 404) return warn(`no chat here: ${desk} has no live-chat channel ${channel}`);
      problem = `answered ${answer.status}`;
    } catch (error) {
      problem = `cannot be reached, or the page's Content-Security-Policy forbids it (${error})`;
    }
    if (tries === 0) warn(`no chat yet: ${desk} ${problem}`);
    setTimeout(ask, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  }

  /** @param {any} answer */
  function described(answer) {
    widget = answer;
    tries = 0;
    if (widget.changes_at) {
      const in_ms = Date.parse(widget.changes_at) - Date.parse(widget.server_time) + 1_000;
      setTimeout(ask, Math.min(MAX_TIMER_MS, Math.max(5_000, in_ms)));
    }
    shown.talking ||= kept().talking ?? false;
    const first = !view;
    view ??= build();
    show();
    if (!first) return;
    if (shown.talking) load();
    if (wanted ?? (wasOpen() && !matchMedia(SMALL).matches)) setOpen(true, wanted === true);
    invite();
    emit("ready", { open: widget.open });
  }

  /** The language of the texts: the script's, the page's, the browser's, whichever the channel has first; else its own. */
  function language() {
    const asked = [script?.dataset.language, document.documentElement.lang, ...navigator.languages].filter(Boolean);
    for (const tag of asked) {
      const same = widget.languages.find((/** @type {string} */ one) => one.toLowerCase() === tag?.toLowerCase());
      const alike = same ?? widget.languages.find((/** @type {string} */ one) => primary(one) === primary(tag ?? ""));
      if (alike) return alike;
    }
    return widget.languages[0];
  }

  /** @param {string} tag */
  function primary(tag) {
    return tag.toLowerCase().split("-")[0];
  }

  /** @param {Record<string, string>} texts */
  function text(texts) {
    return texts[language()] ?? texts[widget.languages[0]] ?? "";
  }

  function words() {
    return WORDS[/** @type {keyof typeof WORDS} */ (primary(language()))] ?? WORDS.en;
  }

  // ---- What stands on the page

  function build() {
    const host = document.createElement("callboard-chat");
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    const w = words();
    const badge = make("span", { class: "badge", "aria-hidden": "true", hidden: "" });
    const icon = make("span", {});
    const launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false" }, icon, badge);
    const panel = make("div", { class: "panel" });
    const news = make("div", { role: "status" });
    const spoken = make("div", { class: "spoken", role: "status" });
    const root = make("section", { class: `root ${widget.theme.position}`, "aria-label": w.chat, lang: language() }, news, spoken, panel, launcher);
    const color = widget.theme.color;
    if (color) {
      root.style.setProperty("--accent", color);
      root.style.setProperty("--on-accent", isLight(color) ? "#000" : "#fff");
    }
    launcher.addEventListener("click", () => setOpen(!shown.open, true));
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && shown.open) setOpen(false, true);
    });
    shadow.append(root);
    // Beside the body: what a page does to its body and all that is in it does not reach here.
    document.documentElement.append(host);
    return { host, root, launcher, icon, badge, panel, news, spoken };
  }

  /** Brings what stands on the page in line with the state. */
  function show() {
    if (!view) return;
    const { host, root, launcher, icon, badge, spoken } = view;
    // What is open is not taken away: a chat may have ended after the hours, and has its last words on it.
    const usable = widget.open || widget.offline_page || shown.talking || shown.open;
    if (usable && !host.isConnected) document.documentElement.append(host);
    if (!usable && host.isConnected) host.remove();
    root.classList.toggle("open", shown.open);
    const w = words();
    const name = shown.open ? w.close : shown.unread ? `${w.open}, ${w.unread(shown.unread)}` : w.open;
    if (launcher.getAttribute("aria-label") !== name) launcher.setAttribute("aria-label", name);
    launcher.setAttribute("aria-expanded", String(shown.open));
    icon.replaceChildren(draw(shown.open ? ICONS.close : ICONS.chat));
    badge.toggleAttribute("hidden", shown.open || shown.unread === 0);
    badge.textContent = shown.unread > 99 ? "99+" : String(shown.unread);
    const news = shown.unread && !shown.open ? w.unread(shown.unread) : "";
    if (spoken.textContent !== news) spoken.textContent = news;
    hint();
  }

  /** The number of unread messages before the page's title. */
  function hint() {
    const plain = prefix && document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title;
    prefix = shown.unread ? `(${shown.unread}) ` : "";
    if (document.title !== prefix + plain) document.title = prefix + plain;
  }

  /** @param {boolean} open @param {boolean} by_person moves the focus along */
  function setOpen(open, by_person) {
    if (!view) {
      wanted = open;
      return;
    }
    if (shown.open === open || !view.host.isConnected) return;
    shown.open = open;
    wasOpen(open);
    if (open) {
      uninvite();
      load();
    }
    show();
    tellVisible(open && by_person);
    if (open && by_person) frame?.focus();
    if (!open && by_person) view.launcher.focus();
    emit(open ? "open" : "close");
  }

  function load() {
    if (frame || !view) return;
    const query = new URLSearchParams({ channel, origin: location.origin, language: language() });
    frame = /** @type {HTMLIFrameElement} */ (make("iframe", { title: text(widget.title) || words().chat, src: `${desk}/widget?${query}` }));
    view.panel.append(frame);
  }

  // ---- The invitation

  function invite() {
    const invitation = widget.invitation;
    if (!invitation || !matches(invitation.url_pattern)) return;
    setTimeout(() => {
      const words_of_it = text(invitation.text);
      if (!view || !widget.open || shown.open || shown.talking || kept().dismissed === words_of_it) return;
      const say = make("button", { type: "button", class: "words" });
      say.textContent = words_of_it;
      say.addEventListener("click", () => setOpen(true, true));
      const away = make("button", { type: "button", class: "dismiss", "aria-label": words().dismiss }, draw(ICONS.close));
      away.addEventListener("click", () => {
        uninvite();
        view?.launcher.focus();
      });
      view.news.replaceChildren(make("div", { class: "invitation" }, say, away));
      invited = words_of_it;
    }, invitation.after_seconds * 1000);
  }

  /** Takes the invitation away, and remembers that it was seen. */
  function uninvite() {
    if (!view?.news.firstChild) return;
    view.news.replaceChildren();
    keep({ dismissed: invited });
  }

  /** Whether the page's address fits: `*` stands for any characters. @param {string|null} pattern */
  function matches(pattern) {
    if (!pattern) return true;
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(location.href);
  }

  // ---- The frame

  /** @param {object} message */
  function tell(message) {
    if (frame_ready) frame?.contentWindow?.postMessage({ callboard: message }, desk);
  }

  /** @param {boolean} focus */
  function tellVisible(focus) {
    tell({ type: "visible", visible: shown.open && !document.hidden, focus });
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== desk || !frame || source !== frame.contentWindow || !data?.callboard) return;
    hear(data.callboard);
  });

  addEventListener("storage", ({ key }) => {
    if (key === KEY) tell({ type: "kept", kept: kept().chat ?? null });
  });

  /** @param {any} message */
  function hear(message) {
    if (message.type === "ready") {
      frame_ready = true;
      // Who it is first, so that another person's chat is not gone on with.
      tell({ type: "visitor", ...visitor });
      tell({ type: "init", kept: kept().chat ?? null });
      tellVisible(shown.open && document.activeElement === view?.host);
    } else if (message.type === "close") {
      setOpen(false, true);
    } else if (message.type === "keep") {
      keep({ chat: message.kept });
    } else if (message.type === "forget") {
      if (kept().chat?.conversation_id === message.conversation_id) keep({ chat: null });
    } else if (message.type === "state") {
      const talking = message.talking === true;
      // Of another tab's chat this one says nothing.
      if (talking !== shown.talking) keep({ talking });
      shown.talking = talking;
      const unread = Number(message.unread) || 0;
      const changed = unread !== shown.unread;
      shown.unread = unread;
      show();
      if (changed) emit("unread", { count: unread });
    } else if (message.type === "event" && EVENTS.includes(message.name)) {
      emit(message.name, message.detail);
    }
  }

  document.addEventListener("visibilitychange", () => tellVisible(false));

  // ---- Small things

  /** @param {string} tag @param {Record<string, string>} attributes @param {...Node} children */
  function make(tag, attributes, ...children) {
    const el = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
    el.append(...children);
    return el;
  }

  /** @param {string[]} paths */
  function draw(paths) {
    const make = (/** @type {string} */ tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
    const svg = make("svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    for (const d of paths) svg.appendChild(make("path")).setAttribute("d", d);
    return svg;
  }

  /** Whether black reads better than white on a colour (relative luminance of WCAG 2). @param {string} color `#rrggbb` */
  function isLight(color) {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179;
  }

  // ---- Start

  const queued = page.callboard?.q ?? [];
  page.callboard = (/** @type {any[]} */ ...args) => run(args);
  page.callboard.started = true;
  for (const args of queued) run(args);
  void ask();
})();

/*
 * Owns a web site of somebody else: a page with the widget on it, served from another host and port than ours (`localhost`, while the
 * server has an address in numbers), so that for the browser it is another site. Its policy allows what docs/channels/live-chat.md asks for, and no more.
 */

import { once } from "node:events";
import { createServer } from "node:http";

/** What a page may do to everything on it. */
const HOSTILE = `body * { display: none !important; } div, button, iframe, section, span { position: static !important; width: 3px !important; height: 3px !important;
  opacity: 0 !important; transform: scale(0) !important; color: lime !important; font: 60px cursive !important; visibility: hidden !important; }
  * { pointer-events: none !important; box-sizing: content-box !important; z-index: -1 !important; } callboard-chat { display: none !important; }`;

/** @typedef {{origin: string, stop: () => void}} Site */

/**
 * @param {object} options
 * @param {string} options.desk our server
 * @param {string} [options.channel]
 * @param {string} [options.language] of the page
 * @param {string} [options.head] more for the page's head
 * @param {boolean} [options.hostile] its style sheet hides and bends everything
 * @returns {Promise<Site>}
 */
export async function startSite({ desk, channel = "shop", language = "en", head = "", hostile = false }) {
  const body = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The shop</title><link rel="icon" href="data:,"><style>${hostile ? HOSTILE : "body { color-scheme: light dark; background: Canvas; color: CanvasText; font: 16px sans-serif; }"}</style>
<script>window.callboard = window.callboard || function () { (callboard.q = callboard.q || []).push(arguments); };
window.heard = []; for (const name of ["ready", "open", "close", "start", "agent", "message", "unread", "end"]) callboard("on", name, (detail) => heard.push([name, detail]));</script>
${head}<script src="${desk}/static/widget.js" data-channel="${channel}" async></script></head>
<body><main><h1>Tea, by the pound</h1><p>We send it the same day.</p><button type="button">Add to basket</button></main></body></html>`;
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline' ${desk}; connect-src ${desk}; frame-src ${desk}`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy });
    response.end(body);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

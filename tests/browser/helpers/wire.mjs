/* Owns the wire between a desk and the server, so that a story can break it, silence it, or hold back what the server says. */

/**
 * Stands between them from here on: `cut` breaks the connection, `silence` lets nothing through any more, neither way, `hold` keeps
 * back what the server says until `release`.
 * @param {import("playwright-core").Page} page
 */
export async function between(page) {
  const sockets = [];
  let silent = false;
  /** @type {(() => void)[]|null} */
  let held = null;
  await page.routeWebSocket(/agent-session/, (socket) => {
    const server = socket.connectToServer();
    sockets.push(socket);
    socket.onMessage((text) => silent || server.send(text));
    server.onMessage((text) => {
      if (held) held.push(() => socket.send(text));
      else if (!silent) socket.send(text);
    });
  });
  await page.reload();
  await page.getByText("Connected", { exact: true }).waitFor();
  return {
    cut: () => sockets.at(-1).close({ code: 4999, reason: "cut" }),
    silence: () => (silent = true),
    speak: () => (silent = false),
    hold: () => (held = []),
    release: () => {
      const all = held ?? [];
      held = null;
      for (const say of all) say();
    },
  };
}

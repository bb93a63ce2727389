// A WebSocket endpoint in front of an honest node that can fall silent, hang up or disappear on command.

import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { wire } from '../../net/wire.mjs';

/**
 * @param {string} host
 * @param {import("../../net/anvil.mjs").Anvil} node
 */
export async function startLine(host, node) {
  const server = new WebSocketServer({ host, port: 0 });
  await once(server, 'listening');
  /**
   * `drop`: hangs up on the next message; `gone`: refuses every connection.
   * @type {{fault: "none" | "silent" | "drop" | "gone", opened: number}}
   */
  const state = { fault: 'none', opened: 0 };
  server.on('connection', (page) => {
    state.opened += 1;
    if (state.fault === 'gone') return page.terminate();
    wire(
      page,
      node,
      () => {
        if (state.fault === 'drop') page.terminate();
        return state.fault !== 'silent' && state.fault !== 'drop';
      },
      () => state.fault !== 'silent',
    );
    return undefined;
  });
  return {
    url: `ws://${host}:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`,
    state,
    /** Closes every connection and accepts no more. */
    cut() {
      state.fault = 'gone';
      for (const page of server.clients) page.terminate();
    },
    close: async () => {
      for (const page of server.clients) page.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

// An endpoint by WebSocket before an honest node, that can fall silent, hang up or be gone on command.

import { once } from "node:events";
import { WebSocketServer } from "ws";
import { wire } from "../../net/wire.mjs";

/**
 * @param {string} host
 * @param {import("../../net/anvil.mjs").Anvil} node
 */
export async function startLine(host, node) {
  const server = new WebSocketServer({ host, port: 0 });
  await once(server, "listening");
  /** `drop`: it hangs up on the next word; `gone`: nobody gets through any more. @type {{fault: "none" | "silent" | "drop" | "gone", opened: number}} */
  const state = { fault: "none", opened: 0 };
  server.on("connection", (page) => {
    state.opened += 1;
    if (state.fault === "gone") return page.terminate();
    wire(page, node, () => {
      if (state.fault === "drop") page.terminate();
      return state.fault !== "silent" && state.fault !== "drop";
    }, () => state.fault !== "silent");
    return undefined;
  });
  return {
    url: `ws://${host}:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`,
    state,
    /** Hangs up on everybody, and takes nobody any more. */
    cut() {
      state.fault = "gone";
      for (const page of server.clients) page.terminate();
    },
    close: async () => {
      for (const page of server.clients) page.terminate();
      server.close();
      await once(server, "close");
    },
  };
}

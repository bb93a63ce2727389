// A WebSocket before an honest node: every message goes through, unless somebody says otherwise.
import { once } from 'node:events';
import { WebSocket } from 'ws';

/**
 * @param {import("ws").WebSocket} near the one who called
 * @param {import("./anvil.mjs").Anvil} node
 * @param {(text: string) => boolean} ask may this question pass
 * @param {(text: string) => boolean} tell may this answer or event pass
 */
export function wire(near, node, ask, tell) {
  const far = new WebSocket(node.url.replace('http', 'ws'));
  const ready = once(far, 'open');
  ready.catch(() => near.terminate()); // the caller may be gone before the node is there
  near.on('message', (data) => {
    if (ask(String(data)))
      ready.then(
        () => far.send(String(data)),
        () => {},
      );
  });
  far.on('message', (data) => {
    if (tell(String(data))) near.send(String(data));
  });
  far.on('error', () => near.terminate());
  near.on('close', () => far.terminate());
}

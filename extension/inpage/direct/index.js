// Direct reads: the page's own JSON-RPC over `fetch`, `XMLHttpRequest` and `WebSocket`, in rescue mode.
//
// The page's own call always goes first and by the platform itself. Only when it fails, stalls or comes back
// as a refusal do the lanes of the same chain answer, in the page's own envelope. In scope: reads, on a chain
// this document has seen named. Out of scope: everything else, which must not be able to notice us.
// Read guard.js first, then fetch.js, the shortest of the three ways in.

import { captureEnv } from './env.js';
import { Guard } from './guard.js';
import { installFetch } from './fetch.js';
import { installSocket } from './socket.js';
import { installXhr } from './xhr.js';

/**
 * @param {object} options
 * @param {import('./guard.js').Client} options.client  the way to the core
 * @param {import('./env.js').Given} [options.originals]  what the caller captured before the page ran
 * @returns {() => void} `destroy`: the platform's own functions again
 */
export function installDirect({ client, originals }) {
  const guard = new Guard(client, captureEnv(originals));
  const undo = [installFetch(guard), installXhr(guard), installSocket(guard)];
  return () => undo.forEach((one) => one());
}

// Runs in the page: every situation, with or without the direct reads installed.

import { FETCH } from './fetch.mjs';
import { FETCH_RPC } from './fetch-rpc.mjs';
import { REQUEST } from './request.mjs';
import { SOCKET } from './socket.mjs';
import { XHR } from './xhr.mjs';

/** A core that guards chain 1 and can answer nothing. A page must not notice that we are there. */
const helpless = () => ({
  state: { on: true, direct: true, chains: new Set([1]), deadlineMs: 3000 },
  wake() {},
  ready: () => Promise.resolve(),
  rescue: () => ({ body: Promise.resolve(null), abort() {} }),
  follow() {},
  unfollow() {},
});

/**
 * @param {boolean} wrapped
 * @param {import('./fetch.mjs').World} world
 */
export async function runAll(wrapped, world) {
  const { installDirect } = wrapped
    ? await import('../../../extension/inpage/direct/index.js')
    : { installDirect: () => () => {} };
  const { installLooks } = await import('../../../extension/inpage/looks.js');
  if (wrapped) installLooks();
  const destroy = installDirect({ client: helpless() });
  /** @type {Record<string, unknown>} */
  const results = {};
  for (const [name, situation] of [...FETCH, ...FETCH_RPC, ...REQUEST, ...XHR, ...SOCKET]) {
    results[name] = await Promise.race([
      Promise.resolve()
        .then(() => situation(world))
        .catch((error) => ({ threw: String(error) })),
      new Promise((resolve) => {
        setTimeout(resolve, 8000, 'did not end');
      }),
    ]);
  }
  destroy();
  return JSON.stringify(results);
}

// One endpoint of its own for each situation in which a page's reads are rescued. Runs in the page.

import { post, rpcBody } from './tools.mjs';

/**
 * @typedef {import('./fetch.mjs').World & {lanes: import('./lanes.mjs').Lanes, url: string, line: string,
 *   fault: (name: string) => Promise<unknown>, learnt: () => Promise<void>}} Scene
 */

/**
 * A fresh endpoint whose chain the page has asked for itself.
 * @param {import('./fetch.mjs').World} world
 * @param {import('./lanes.mjs').Lanes} lanes
 * @param {number} number
 * @returns {Scene}
 */
export function scene(world, lanes, number) {
  const name = `as-${number}`;
  return {
    ...world,
    lanes,
    url: `${world.rpc}/rpc/${name}`,
    line: `${world.ws}/ws/${name}`,
    fault: (fault) => fetch(`/set/${name}/${fault}`),
    // Our page script asks one second after the page's first call.
    learnt: async () => {
      while (!(await (await fetch(`/met/${name}`)).json())) await pause(20);
    },
  };
}

/** @param {Scene} scene */
export const meet = ({ url }) => fetch(url, post(rpcBody('eth_chainId'))).then((response) => response.json());

export const pause = (/** @type {number} */ ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

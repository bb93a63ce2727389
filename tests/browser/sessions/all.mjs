// Every session in one script for a page, by name.
import { ethersSession } from './ethers.mjs';
import { viemSession } from './viem.mjs';
import { TRANSPORTS, wagmiBy } from './wagmi.mjs';
import { web3Session } from './web3.mjs';

/** @type {Record<string, (scene: import("./common.mjs").Scene) => Promise<Record<string, any>>>} */
const sessions = {
  viem: viemSession,
  ethers: ethersSession,
  web3: web3Session,
  ...Object.fromEntries(Object.keys(TRANSPORTS).map((name) => [`wagmi by ${name}`, wagmiBy(name)])),
};

/**
 * Uses the endpoints while they are healthy, so that their chain is known from here on.
 * @param {import("./common.mjs").Scene} scene
 */
async function meet({ own, spare, line }) {
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
  for (const url of [own, spare])
    await (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();
  const socket = new WebSocket(line);
  await new Promise((resolve) => {
    socket.addEventListener('open', resolve);
  });
  socket.send(body);
  await new Promise((resolve) => {
    socket.addEventListener('message', resolve);
  });
  socket.close();
}

Object.assign(window, { sessions, meet });

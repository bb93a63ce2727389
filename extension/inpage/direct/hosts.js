// Hosts whose chain is public knowledge, so that a page can be rescued even when its endpoint was dark from
// the first call on. An `eth_chainId` seen on the page always wins over this table. Nothing here is ever asked:
// the table (data/chains.json) only says which chain the page meant.

import { HOSTS } from './generated-hosts.js';

/**
 * Addresses that say their chain themselves: thirdweb's in the host, WalletConnect's in the query (CAIP-2,
 * https://docs.reown.com/cloud/blockchain-api).
 */
const BY_HOST = /^([1-9]\d{0,14})\.rpc\.thirdweb\.com$/;
const BY_QUERY = /^rpc\.walletconnect\.(org|com)\/(v1\/?)?$/;

/** @type {Map<string, number> | null} made when a page first calls JSON-RPC: most never do */
let byHost = null;

/** @returns {Map<string, number>} */
function chains() {
  byHost ??= new Map(
    Object.entries(HOSTS).flatMap(([chain, hosts]) =>
      hosts.split(/\s/).map((host) => /** @type {[string, number]} */ ([host, Number(chain)])),
    ),
  );
  return byHost;
}

/**
 * Endpoints that carry a chain's id without being that chain: a developer's node on the same machine or
 * network, and hosted forks. An answer from the real chain would be a wrong answer there.
 */
const MAY_BE_A_FORK = [
  /^localhost$|\.localhost$|\.local$|^127\.0\.0\.1$|^0\.0\.0\.0$|^\[::1\]$/,
  /^10\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^169\.254\.|^\[f[cd]/,
  /(^|\.)(rpc\.tenderly\.co|buildbear\.io|contract\.dev|rpc\.phalcon\.blocksec\.com)$/,
  /(^|[.-])(forks?|vnet|anvil|hardhat|ganache)([.-]|$)/,
];

/** @param {URL} url @returns {boolean} */
export function mayBeAFork(url) {
  return MAY_BE_A_FORK.some((pattern) => pattern.test(url.hostname));
}

/**
 * @param {URL} url
 * @returns {number | null} EIP-155 id
 */
export function knownChain(url) {
  const query = BY_QUERY.test(url.host + url.pathname) ? (url.searchParams.get('chainId') ?? '') : '';
  const says = BY_HOST.exec(url.host)?.[1] ?? /^eip155:([1-9]\d{0,14})$/.exec(query)?.[1];
  if (says !== undefined) return Number(says);
  const path = url.pathname.replace(/\/$/, '');
  const chainOf = chains();
  const whole = chainOf.get(url.host + path);
  if (whole !== undefined) return whole;
  const parts = path.split('/');
  // `rpc.ankr.com/eth/KEY`: what follows a known path is a key, never another chain at these hosts.
  for (let end = parts.length - 1; end > 0; end--) {
    const chain = chainOf.get(url.host + parts.slice(0, end).join('/'));
    if (chain !== undefined) return chain;
  }
  return null;
}

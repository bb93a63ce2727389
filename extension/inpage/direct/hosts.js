// Hosts whose chain is public knowledge, so that a page can be rescued even when its endpoint was dark from
// the first call on. Sources: each chain's or operator's own documentation of its public endpoints, and
// viem's chain definitions (https://github.com/wevm/viem, MIT). An `eth_chainId` seen on the page always
// wins over this table. Nothing here is ever asked: the table only says which chain the page meant.

/** Exact host, or host and path, to EIP-155 id. */
const HOSTS = {
  1: 'mainnet.infura.io eth-mainnet.g.alchemy.com eth-mainnet.alchemyapi.io eth.merkle.io '
    + 'ethereum-rpc.publicnode.com ethereum.publicnode.com eth.drpc.org eth.llamarpc.com 1rpc.io/eth '
    + 'rpc.ankr.com/eth rpc.mevblocker.io rpc.flashbots.net',
  10: 'optimism-mainnet.infura.io opt-mainnet.g.alchemy.com mainnet.optimism.io optimism.drpc.org 1rpc.io/op '
    + 'optimism-rpc.publicnode.com rpc.ankr.com/optimism',
  56: 'bsc-mainnet.infura.io bnb-mainnet.g.alchemy.com bsc-dataseed.bnbchain.org bsc-rpc.publicnode.com bsc.drpc.org '
    + '1rpc.io/bnb rpc.ankr.com/bsc',
  100: 'rpc.gnosischain.com gnosis.drpc.org gnosis-rpc.publicnode.com rpc.ankr.com/gnosis',
  137: 'polygon-mainnet.infura.io polygon-mainnet.g.alchemy.com polygon-rpc.com polygon.drpc.org 1rpc.io/matic '
    + 'polygon-bor-rpc.publicnode.com rpc.ankr.com/polygon',
  8453: 'base-mainnet.infura.io base-mainnet.g.alchemy.com mainnet.base.org base.drpc.org 1rpc.io/base '
    + 'base-rpc.publicnode.com rpc.ankr.com/base',
  42161: 'arbitrum-mainnet.infura.io arb-mainnet.g.alchemy.com arb1.arbitrum.io/rpc arbitrum.drpc.org 1rpc.io/arb '
    + 'arbitrum-one-rpc.publicnode.com rpc.ankr.com/arbitrum',
  43114: 'avalanche-mainnet.infura.io api.avax.network/ext/bc/C/rpc avalanche.drpc.org 1rpc.io/avax/c',
  59144: 'linea-mainnet.infura.io linea-mainnet.g.alchemy.com rpc.linea.build linea.drpc.org 1rpc.io/linea '
    + 'linea-rpc.publicnode.com',
  534352: 'scroll-mainnet.g.alchemy.com rpc.scroll.io scroll.drpc.org 1rpc.io/scroll scroll-rpc.publicnode.com',
};

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
  byHost ??= new Map(Object.entries(HOSTS).flatMap(([chain, hosts]) =>
    hosts.split(' ').map((host) => /** @type {[string, number]} */ ([host, Number(chain)]))));
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
  const query = BY_QUERY.test(url.host + url.pathname) ? url.searchParams.get('chainId') ?? '' : '';
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

// Written by tools/generate/ from data/chains.json: change it there, not here.

/** EIP-155 ids, and hosts, or hosts and paths, whose chain is public knowledge. */
export const HOSTS = {
  1: `ethereum.reth.rs/rpc mainnet.infura.io eth-mainnet.g.alchemy.com eth-mainnet.alchemyapi.io
eth.merkle.io ethereum-rpc.publicnode.com ethereum.publicnode.com eth.drpc.org eth.llamarpc.com 1rpc.io/eth
rpc.ankr.com/eth rpc.mevblocker.io rpc.flashbots.net`,
  10: `optimism-mainnet.infura.io opt-mainnet.g.alchemy.com mainnet.optimism.io optimism.drpc.org
1rpc.io/op optimism-rpc.publicnode.com rpc.ankr.com/optimism`,
  56: `bsc-mainnet.infura.io bnb-mainnet.g.alchemy.com bsc-dataseed.bnbchain.org bsc-rpc.publicnode.com
bsc.drpc.org 1rpc.io/bnb rpc.ankr.com/bsc`,
  100: `rpc.gnosischain.com gnosis.drpc.org gnosis-rpc.publicnode.com rpc.ankr.com/gnosis`,
  130: `mainnet.unichain.org`,
  137: `polygon-mainnet.infura.io polygon-mainnet.g.alchemy.com polygon-rpc.com polygon.drpc.org
1rpc.io/matic polygon-bor-rpc.publicnode.com rpc.ankr.com/polygon`,
  314: `api.node.glif.io/rpc/v1`,
  324: `mainnet.era.zksync.io`,
  8453: `base-mainnet.infura.io base-mainnet.g.alchemy.com mainnet.base.org base.drpc.org 1rpc.io/base
base-rpc.publicnode.com rpc.ankr.com/base`,
  42161: `arbitrum-mainnet.infura.io arb-mainnet.g.alchemy.com arb1.arbitrum.io/rpc arbitrum.drpc.org
1rpc.io/arb arbitrum-one-rpc.publicnode.com rpc.ankr.com/arbitrum`,
  43114: `avalanche-mainnet.infura.io api.avax.network/ext/bc/C/rpc avalanche.drpc.org 1rpc.io/avax/c`,
  59144: `linea-mainnet.infura.io linea-mainnet.g.alchemy.com rpc.linea.build linea.drpc.org 1rpc.io/linea
linea-rpc.publicnode.com`,
  534352: `scroll-mainnet.g.alchemy.com rpc.scroll.io scroll.drpc.org 1rpc.io/scroll scroll-rpc.publicnode.com`,
  1440000: `rpc.xrplevm.org`,
};

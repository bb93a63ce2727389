// Written by tools/generate/ from data/chains.json: change it there, not here.

/** EIP-155 ids, and hosts, or hosts and paths, whose chain is public knowledge. */
export const HOSTS = {
  1: `ethereum.reth.rs/rpc mainnet.infura.io eth-mainnet.g.alchemy.com eth-mainnet.alchemyapi.io
eth.merkle.io ethereum-rpc.publicnode.com ethereum.publicnode.com eth.drpc.org eth.llamarpc.com 1rpc.io/eth
rpc.ankr.com/eth rpc.mevblocker.io rpc.flashbots.net`,
  10: `optimism-mainnet.infura.io opt-mainnet.g.alchemy.com mainnet.optimism.io optimism.drpc.org
1rpc.io/op optimism-rpc.publicnode.com rpc.ankr.com/optimism`,
  14: `flare-api.flare.network/ext/C/rpc`,
  25: `evm.cronos.org`,
  30: `public-node.rsk.co`,
  56: `bsc-mainnet.infura.io bnb-mainnet.g.alchemy.com bsc-dataseed.bnbchain.org bsc-rpc.publicnode.com
bsc.drpc.org 1rpc.io/bnb rpc.ankr.com/bsc`,
  100: `rpc.gnosischain.com gnosis.drpc.org gnosis-rpc.publicnode.com rpc.ankr.com/gnosis`,
  130: `mainnet.unichain.org`,
  137: `polygon-mainnet.infura.io polygon-mainnet.g.alchemy.com polygon-rpc.com polygon.drpc.org
1rpc.io/matic polygon-bor-rpc.publicnode.com rpc.ankr.com/polygon`,
  143: `rpc.monad.xyz rpc1.monad.xyz`,
  146: `rpc.soniclabs.com`,
  169: `pacific-rpc.manta.network/http`,
  196: `xlayerrpc.okx.com`,
  204: `opbnb-mainnet-rpc.bnbchain.org`,
  232: `rpc.lens.xyz`,
  250: `250.rpc.thirdweb.com`,
  252: `rpc.frax.com`,
  314: `api.node.glif.io/rpc/v1`,
  324: `mainnet.era.zksync.io`,
  369: `rpc.pulsechain.com`,
  480: `worldchain-mainnet.g.alchemy.com/public`,
  988: `rpc.stable.xyz`,
  999: `rpc.hyperliquid.xyz/evm`,
  1088: `metis.rpc.hypersync.xyz metis-pokt.nodies.app api.blockeden.xyz/metis/67nCBdZQSH9z3YqDDjdm
metis-andromeda.rpc.thirdweb.com metis-andromeda.gateway.tenderly.co metis.api.onfinality.io/public andromeda.metis.io
metis-mainnet.public.blastapi.io`,
  1116: `rpc.coredao.org`,
  1135: `rpc.api.lisk.com`,
  1284: `rpc.api.moonbeam.network`,
  1285: `rpc.api.moonriver.moonbeam.network`,
  1329: `evm-rpc.sei-apis.com`,
  1868: `rpc.soneium.org`,
  2020: `api.roninchain.com/rpc`,
  2222: `evm.kava.io`,
  2741: `api.mainnet.abs.xyz`,
  4326: `mainnet.megaeth.com/rpc`,
  4663: `rpc.mainnet.chain.robinhood.com rpc.ordofi.network`,
  5000: `rpc.mantle.xyz`,
  5042: `rpc.mainnet.arc.io rpc.blockdaemon.mainnet.arc.io rpc.drpc.mainnet.arc.io
rpc.quicknode.mainnet.arc.io`,
  8217: `public-en.node.kaia.io`,
  8453: `base-mainnet.infura.io base-mainnet.g.alchemy.com mainnet.base.org base.drpc.org 1rpc.io/base
base-rpc.publicnode.com rpc.ankr.com/base`,
  9745: `rpc.plasma.to`,
  13371: `rpc.immutable.com`,
  33139: `rpc.apechain.com/http`,
  34443: `mainnet.mode.network`,
  42161: `arbitrum-mainnet.infura.io arb-mainnet.g.alchemy.com arb1.arbitrum.io/rpc arbitrum.drpc.org
1rpc.io/arb arbitrum-one-rpc.publicnode.com rpc.ankr.com/arbitrum`,
  42170: `nova.arbitrum.io/rpc`,
  42220: `forno.celo.org`,
  43111: `rpc.hemi.network/rpc`,
  43114: `avalanche-mainnet.infura.io api.avax.network/ext/bc/C/rpc avalanche.drpc.org 1rpc.io/avax/c`,
  48900: `mainnet.zircuit.com`,
  57073: `rpc-gel.inkonchain.com rpc-qnd.inkonchain.com`,
  59144: `linea-mainnet.infura.io linea-mainnet.g.alchemy.com rpc.linea.build linea.drpc.org 1rpc.io/linea
linea-rpc.publicnode.com`,
  60808: `rpc.gobob.xyz`,
  80094: `rpc.berachain.com`,
  81457: `rpc.blast.io`,
  98866: `rpc.plume.org`,
  167000: `rpc.mainnet.taiko.xyz`,
  534352: `scroll-mainnet.g.alchemy.com rpc.scroll.io scroll.drpc.org 1rpc.io/scroll scroll-rpc.publicnode.com`,
  747474: `rpc.katana.network`,
  1440000: `rpc.xrplevm.org`,
  7777777: `rpc.zora.energy`,
};

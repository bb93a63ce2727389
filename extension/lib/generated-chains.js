// Written by tools/generate/ from data/chains.json: change it there, not here.

/** Chains offered by name, in this order, with their coin and their explorer. */
export const CHAINS = `1|Ethereum|etherscan.io
137|Polygon|polygonscan.com|POL|POL
10|Optimism|optimistic.etherscan.io
42161|Arbitrum One|arbiscan.io
8453|Base|basescan.org
59144|Linea|lineascan.build
534352|Scroll|scrollscan.com
100|Gnosis|gnosisscan.io|xDAI|XDAI
56|BNB Smart Chain|bscscan.com|BNB|BNB
43114|Avalanche C-Chain|snowtrace.io|Avalanche|AVAX
314|Filecoin|filfox.info/en|Filecoin|FIL
1440000|XRPL EVM|explorer.xrplevm.org|XRP|XRP
130|Unichain|uniscan.xyz
324|ZKsync Era|explorer.zksync.io
5000|Mantle|mantlescan.xyz|Mantle|MNT
146|Sonic|sonicscan.org|Sonic|S
999|HyperEVM|hyperevmscan.io|Hyperliquid|HYPE
143|Monad|monadscan.com|Monad|MON
80094|Berachain|berascan.com|Bera|BERA
42220|Celo|celoscan.io|Celo|CELO
57073|Ink|explorer.inkonchain.com
480|World Chain|worldscan.org
1868|Soneium|soneium.blockscout.com
4663|Robinhood Chain|robinhoodchain.blockscout.com
81457|Blast|blastscan.io
9745|Plasma|plasmascan.to|Plasma|XPL
747474|Katana|katanascan.com
196|X Layer|www.oklink.com/xlayer|OKB|OKB
204|opBNB|opbnb.bscscan.com|BNB|BNB
2741|Abstract|abscan.org
4326|MegaETH|mega.etherscan.io
5042|Arc|explorer.arc.io|USDC|USDC
988|Stable|stablescan.xyz|USDT0|USDT0
1329|Sei|seiscan.io|Sei|SEI
25|Cronos|explorer.cronos.org|Cronos|CRO
2020|Ronin|app.roninchain.com|RON|RON
33139|ApeChain|apescan.io|ApeCoin|APE
167000|Taiko|taikoscan.io
34443|Mode Mainnet|modescan.io
252|Fraxtal|fraxscan.com|Frax|FRAX
60808|BOB|explorer.gobob.xyz
7777777|Zora|explorer.zora.energy
1135|Lisk|blockscout.lisk.com
98866|Plume|explorer.plume.org|Plume|PLUME
48900|Zircuit|explorer.zircuit.com
169|Manta Pacific|pacific-explorer.manta.network
232|Lens|explorer.lens.xyz|GHO|GHO
43111|Hemi|explorer.hemi.xyz
42170|Arbitrum Nova|nova.arbiscan.io
1088|Metis|explorer.metis.io|Metis|METIS
369|PulseChain|ipfs.scan.pulsechain.com|Pulse|PLS
1284|Moonbeam|moonscan.io|Moonbeam|GLMR
1285|Moonriver|moonriver.moonscan.io|Moonriver|MOVR
30|Rootstock|explorer.rsk.co|Rootstock Bitcoin|RBTC
14|Flare Mainnet|flare-explorer.flare.network|Flare|FLR
8217|Kaia|kaiascan.io|Kaia|KAIA
13371|Immutable zkEVM|explorer.immutable.com|Immutable Coin|IMX
2222|Kava|kavascan.com|Kava|KAVA
1116|Core|scan.coredao.org|Core|CORE
250|Fantom|ftmscan.com|Fantom|FTM`
  .split('\n')
  .map((row) => {
    const [id, name, site, coin = 'Ether', symbol = 'ETH'] = row.split('|');
    return { id: Number(id), name, coin: [coin, symbol], explorer: `https://${site}` };
  });

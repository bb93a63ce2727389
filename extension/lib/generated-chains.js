// Written by tools/generate/ from data/chains.json: change it there, not here.

/** Chains offered by name, in this order, with their coin and their explorer. */
export const CHAINS = [
  { id: 1, name: 'Ethereum', coin: ['Ether', 'ETH'], explorer: 'https://etherscan.io' },
  { id: 137, name: 'Polygon', coin: ['POL', 'POL'], explorer: 'https://polygonscan.com' },
  { id: 10, name: 'Optimism', coin: ['Ether', 'ETH'], explorer: 'https://optimistic.etherscan.io' },
  { id: 42161, name: 'Arbitrum One', coin: ['Ether', 'ETH'], explorer: 'https://arbiscan.io' },
  { id: 8453, name: 'Base', coin: ['Ether', 'ETH'], explorer: 'https://basescan.org' },
  { id: 59144, name: 'Linea', coin: ['Ether', 'ETH'], explorer: 'https://lineascan.build' },
  { id: 534352, name: 'Scroll', coin: ['Ether', 'ETH'], explorer: 'https://scrollscan.com' },
  { id: 100, name: 'Gnosis', coin: ['xDAI', 'XDAI'], explorer: 'https://gnosisscan.io' },
  { id: 56, name: 'BNB Smart Chain', coin: ['BNB', 'BNB'], explorer: 'https://bscscan.com' },
  { id: 43114, name: 'Avalanche C-Chain', coin: ['Avalanche', 'AVAX'], explorer: 'https://snowtrace.io' },
  { id: 314, name: 'Filecoin', coin: ['Filecoin', 'FIL'], explorer: 'https://filfox.info/en' },
  { id: 1440000, name: 'XRPL EVM', coin: ['XRP', 'XRP'], explorer: 'https://explorer.xrplevm.org' },
];

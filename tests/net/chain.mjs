// The contents of the demo chain: the same calls on every node, so that every node has the same block hashes.
import { readFileSync } from 'node:fs';

/** @typedef {import("./anvil.mjs").Anvil} Anvil */

/** Contracts by name: ABI and creation bytecode. @type {Record<string, {abi: any[], bytecode: string}>} */
export const CONTRACTS = JSON.parse(readFileSync(new URL('contracts/contracts.json', import.meta.url), 'utf8'));

/** anvil's first accounts, of the well-known test mnemonic; each starts with 10,000 ether. */
export const ACCOUNTS = [
  '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
  '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  '0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc',
  '0x90f79bf6eb2c4f870365e785982e1f101e93b906',
];

/** The contracts' addresses: the first two creations of account 0. */
export const TOKEN = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
/** The contract whose calls end in every possible way. */
export const ODDITY = '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512';

/** Blocks with a token transfer at both ends of the chain, and empty ones in between. */
const BUSY = 24;
const EMPTY = 360;

/** @param {bigint | number} n */
const hex = (n) => `0x${n.toString(16)}`;
/** @param {string | bigint} word */
const pad = (word) => (typeof word === 'bigint' ? word.toString(16) : word.slice(2)).padStart(64, '0');

/** @param {string} to @param {bigint} value @returns {string} call data of `transfer(address,uint256)` */
export const transferData = (to, value) => `0xa9059cbb${pad(to)}${pad(value)}`;
/** @param {string} owner @returns {string} call data of `balanceOf(address)` */
export const balanceOfData = (owner) => `0x70a08231${pad(owner)}`;

/** Every fee is set, so that no node estimates one. */
const FEES = { gas: hex(2_000_000), maxFeePerGas: hex(20_000_000_000), maxPriorityFeePerGas: hex(1_000_000_000) };

/** @param {Anvil} node @param {object} tx */
const send = (node, tx) => node.rpc('eth_sendTransaction', [{ from: ACCOUNTS[0], ...FEES, ...tx }]);

/**
 * One block with a token transfer of i + 1 and, in every third block, an ether transfer.
 * @param {Anvil} node
 * @param {number} i
 */
async function busyBlock(node, i) {
  const to = ACCOUNTS[1 + (i % 3)];
  await send(node, { to: TOKEN, data: transferData(to, BigInt(i + 1)) });
  if (i % 3 === 0) await send(node, { to, value: hex(1_000_000_000_000n * BigInt(i + 1)) });
  await node.rpc('anvil_mine', ['0x1']);
}

/** Builds the chain on one node. @param {Anvil} node */
export async function buildChain(node) {
  await node.rpc('anvil_setBlockTimestampInterval', [12]);
  for (const name of ['Token', 'Oddity']) {
    await send(node, { data: CONTRACTS[name].bytecode });
    await node.rpc('anvil_mine', ['0x1']);
  }
  for (let i = 0; i < BUSY; i++) await busyBlock(node, i);
  await node.rpc('anvil_mine', [hex(EMPTY)]);
  for (let i = BUSY; i < 2 * BUSY; i++) await busyBlock(node, i);
}

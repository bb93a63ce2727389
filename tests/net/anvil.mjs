// One chain node: the anvil binary of the npm package, on its own loopback address.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

const CPU = process.arch === 'x64' ? 'amd64' : process.arch;

/** The binary itself instead of the package's starter script: ending the starter would leave the node running. */
const BINARY = join(
  createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${process.platform}-${CPU}/package.json`),
  '../bin/anvil',
);

/** @param {string} host @returns {Promise<number>} a port that is free there now */
export async function freePort(host) {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * @typedef {object} Anvil
 * @property {string} url
 * @property {(method: string, params?: unknown[]) => Promise<any>} rpc throws on a JSON-RPC error
 * @property {() => Promise<void>} close
 */

/**
 * Starts a node that mines only when told to, from a fixed time: the same calls give the same hashes.
 * @param {string} host loopback address
 * @param {number} [chainId]
 * @returns {Promise<Anvil>}
 */
export async function startAnvil(host, chainId = 1) {
  const port = await freePort(host);
  const child = spawn(
    BINARY,
    [
      '--host',
      host,
      '--port',
      String(port),
      '--chain-id',
      String(chainId),
      '--no-mining',
      '--timestamp',
      '1700000000',
      '--base-fee',
      '1000000000',
      '--gas-limit',
      '60000000',
      '--accounts',
      '10',
      '--no-cors',
      '--threads',
      '1',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const orphan = () => child.kill('SIGKILL');
  process.on('exit', orphan); // a crashed test run must not leave nodes behind
  child.on('exit', () => process.off('exit', orphan));
  await listening(child);
  const url = `http://${host}:${port}/`;
  return { url, rpc: (method, params = []) => call(url, method, params), close: () => stop(child) };
}

/** @param {import("node:child_process").ChildProcess} child */
function listening(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`anvil ended with status ${code} before it listened`)));
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('Listening on')) resolve(undefined);
    });
  });
}

/** @param {import("node:child_process").ChildProcess} child */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** @param {string} url @param {string} method @param {unknown[]} params */
export async function call(url, method, params) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = /** @type {any} */ (await reply.json());
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

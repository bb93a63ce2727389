// MetaMask's failover in Node: `RpcServiceChain` of its network controller, with its own defaults.
import { readAll } from './run.mjs';

/** Only this folder uses the package, so that the ordinary setup stays small. */
const CHAIN = '@metamask/network-controller/dist/rpc-service/rpc-service-chain.mjs';

/** @param {string[]} urls @param {any[]} questions @param {import("./run.mjs").Limits} limits */
export async function metamask(urls, questions, limits) {
  const { RpcServiceChain } = await import(new URL(`node_modules/${CHAIN}`, import.meta.url).href);
  const over = new AbortController();
  let sends = 0;
  /** @type {typeof fetch} */
  const counted = (input, init) => {
    sends += 1;
    return fetch(input, { ...init, signal: over.signal });
  };
  const chain = new RpcServiceChain(urls.map((endpointUrl) => ({ fetch: counted, btoa, endpointUrl })));
  let id = 0;
  /** @type {import("./run.mjs").Ask} */
  const ask = async ({ method, params }) => {
    const { result, error } = await chain.request({ id: ++id, jsonrpc: '2.0', method, params });
    if (error) throw new Error(error.message);
    return result;
  };
  const reads = await readAll(ask, questions, limits);
  over.abort();
  return { reads, sends };
}

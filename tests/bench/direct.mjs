// How long a rescued direct read takes while the dApp's own endpoint is dark, refuses or answers 503: reads by the
// page's own `fetch`, one after the other. Writes target/bench/direct.json.
//
//   BROWSER=chromium|firefox node tests/bench/direct.mjs [READS]

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stage } from '../browser/direct/stage.mjs';
import { BROWSER } from '../browser/harness.mjs';

const OUT = fileURLToPath(new URL('../../target/bench/direct.json', import.meta.url));
const READS = Number(process.argv[2] ?? 300);
const FAULTS = ['none', '503', 'refuse', 'dark'];

/**
 * Runs in the page.
 * @param {string} url
 * @param {string} account
 * @param {number} reads
 * @param {number} known reads before the fault
 */
async function readAll(url, account, reads, known) {
  const ask = (/** @type {string} */ method, /** @type {unknown[]} */ params) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    }).then((response) => response.json());
  for (let i = 0; i < known; i++) await ask(i ? 'eth_getBalance' : 'eth_chainId', i ? [account, 'latest'] : []);
  const times = [];
  for (let i = 0; i < reads; i++) {
    const began = performance.now();
    const { result } = await ask('eth_getBalance', [account, 'latest']);
    if (typeof result !== 'string') throw new Error('a read failed');
    times.push(performance.now() - began);
  }
  return times;
}

/** @param {number[]} times */
function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (/** @type {number} */ q) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN).toFixed(1));
  return {
    n: sorted.length,
    first_ms: Number(times[0]?.toFixed(1)),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    worst_ms: at(1),
  };
}

const on = await stage();
/** @type {Record<string, object>} */
const report = {};
try {
  for (const fault of FAULTS) {
    await on.net.heal();
    const page = await on.dapp();
    const account = on.net.accounts[1];
    await page.evaluate(readAll, on.net.wallet.url, account, 1, 8);
    await on.net.wallet.setFault(fault);
    report[fault] = summary(await page.evaluate(readAll, on.net.wallet.url, account, READS, 0));
    await page.close();
  }
} finally {
  await on.close();
}
await mkdir(new URL('.', `file://${OUT}`), { recursive: true });
const before = await readFile(OUT, 'utf8').then(JSON.parse, () => ({}));
await writeFile(OUT, `${JSON.stringify({ ...before, [BROWSER]: report }, null, 2)}\n`);
console.log(JSON.stringify(report, null, 2));

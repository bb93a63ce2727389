// `./build.sh bench flood`: how long a quiet page's reads take next to a flooding one, and the ratio to their time
// without the flood in the same run. In both browsers. On two cores a page that is only busy makes single rounds differ
// by a factor of three, so the middle one of several rounds counts. Writes target/bench/flood.json.
//
//   --browser chromium|firefox   --flood NAME (part of it; may be repeated)   --rounds N   --dist FOLDER
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from '../browser/harness.mjs';
import { dappPage, find } from '../browser/stage.mjs';
import { startNetwork } from '../net/network.mjs';
import { HELD } from '../net/proxy.mjs';
import { startSite } from '../net/site.mjs';
import { FLOODS } from './floods.mjs';
import { LATENCIES, timed } from './reads.mjs';
import { quantile } from '../../www/js/stats.js';

const OUT = fileURLToPath(new URL('../../target/bench/', import.meta.url));
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const READS = 400;
const FRAMES = 12;

/** A copy of the package whose pages have the channel to their bridge as `window.line`. @param {string} dist */
async function withLine(dist) {
  const copy = await mkdtemp(`${tmpdir()}/breakwater-flood-`);
  await cp(dist, copy, { recursive: true });
  const script = await readFile(`${copy}/inpage.js`, 'utf8');
  const leaky = script.replace('near = port;', 'near = window.line = port;');
  if (leaky === script) throw new Error('inpage.js has changed: there is no line to take');
  await writeFile(`${copy}/inpage.js`, leaky);
  return copy;
}

/**
 * @param {import("../browser/harness.mjs").Session} session
 * @param {string} url
 * @param {Awaited<ReturnType<typeof startNetwork>>} net
 * @param {string} name of a flood
 */
async function flooded(session, url, net, name) {
  const [flood, more = ''] = /** @type {[any, string?]} */ (FLOODS[name]);
  // In its own window, because browsers slow down hidden tabs.
  const page = await session.newPage(url, 'window');
  await find(page);
  // The page's own endpoint answers once and then refuses, so that its calls are rescued.
  await net.wallet.setFault('none');
  await page.evaluate(
    (own) =>
      fetch(own, { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}' }).then((reply) =>
        reply.text(),
      ),
    net.wallet.url,
  );
  await net.wallet.setFault('429');
  await page.evaluate(flood, { own: net.wallet.url, held: HELD, frames: FRAMES }, more);
  return page;
}

/** @param {{times: number[], failed: number}} reads */
const told = ({ times, failed }) => ({
  p50: Math.round(quantile(times, 0.5)),
  p99: Math.round(quantile(times, 0.99)),
  failed,
});

/** @param {"chromium"|"firefox"} browser @param {string[]} floods @param {string} dist */
async function measure(browser, floods, dist) {
  const net = await startNetwork({ latencies: LATENCIES });
  const site = await startSite({ network: net, pages: { '/dapp': dappPage() } });
  const copy = await withLine(dist);
  const session = await launch(browser, { settings: net.settings(), patienceMs: 0, dist: copy });
  const asked = () => net.nodes.reduce((sum, node) => sum + node.counts.sends, 0);
  /** @type {Record<string, any>} */
  const out = {};
  try {
    const victim = await session.newPage(`${site.url}dapp`);
    await find(victim);
    await timed(victim, 60, 4);
    for (const node of net.nodes) await node.setFault('hold');
    for (const name of floods) {
      const quiet = told(await timed(victim, READS, 4));
      const page = await flooded(session, `http://localhost:${site.port}/dapp`, net, name);
      const before = asked();
      const beside = told(await timed(victim, READS, 4));
      const sends = asked() - before - READS;
      await page.close();
      const ratio = Math.round((beside.p99 / quiet.p99) * 100) / 100;
      out[name] = { quiet, beside, ratio, flood_sends: sends };
      console.log(
        `${browser}: ${name}: p50 ${quiet.p50} → ${beside.p50} ms, p99 ${quiet.p99} → ${beside.p99} ms: ` +
          `${ratio} times; ${beside.failed} failed; ${sends} sends of the flood`,
      );
    }
    return out;
  } finally {
    await Promise.allSettled([session.close(), site.close(), net.close()]);
    await rm(copy, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    browser: { type: 'string', multiple: true, default: ['chromium', 'firefox'] },
    dist: { type: 'string', default: DIST },
    flood: { type: 'string', multiple: true, default: [''] },
    rounds: { type: 'string', default: '5' },
  },
});
const floods = Object.keys(FLOODS).filter((name) => values.flood.some((part) => name.includes(part)));
/** @type {Record<string, any[]>} */
const result = {};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const browser of values.browser) {
    const folder = `${values.dist}/${browser === 'chromium' ? 'chrome' : 'firefox'}`;
    (result[browser] ??= []).push(await measure(/** @type {any} */ (browser), floods, folder));
  }
}
for (const [browser, rounds] of Object.entries(result)) {
  for (const name of floods) {
    const ratios = rounds.map((round) => round[name].ratio).sort((a, b) => a - b);
    console.log(`${browser}: ${name}: ${quantile(ratios, 0.5)} times in the middle one of ${ratios.length} rounds`);
  }
}
await mkdir(OUT, { recursive: true });
await writeFile(`${OUT}flood.json`, `${JSON.stringify(result, null, 2)}\n`);
process.exit();

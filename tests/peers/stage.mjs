// Shared by all rows: three endpoints with seeded latency, a page for the peers, a browser with Breakwater.
import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch } from '../browser/harness.mjs';
import { startNetwork } from '../net/network.mjs';
import { startSite } from '../net/site.mjs';
import { essence, giveToHolders, questions } from './questions.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const BUILT = here('../../.cache/bench-pages/');

/** A name that does not resolve: in the browser because of its rules, in Node because of its top-level domain. */
const NOWHERE = 'nowhere.invalid';
/** The host of the peers' page, on which Breakwater is switched off. */
const PEERS_HOST = 'localhost';

const MEDIANS = [20, 40, 60];
const latency = (/** @type {number} */ i) => ({ median: MEDIANS[i], tail: { p: 0.02, ms: 150 }, seed: 11 + i });
const WALLET_LATENCY = { median: 30 };

const BODY = '<script src="/built/page.js"></script><body>Reading.';
const WALLET = `<script type="module">
  import { assign } from "/toys/places.js";
  import { PlainWallet } from "/toys/wallets.js";
  window.hasWallet = true;
  assign(window, new PlainWallet({ url: new URLSearchParams(location.search).get("wallet") }));
  window.walletReady = true;
</script>`;

async function bundle() {
  await mkdir(BUILT, { recursive: true });
  await build({
    entryPoints: [here('page.mjs')],
    outfile: `${BUILT}page.js`,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
  });
}

/** @typedef {Awaited<ReturnType<typeof stage>>} Stage */

/** @param {number} count reads of a row */
export async function stage(count) {
  const [net] = await Promise.all([startNetwork(), bundle()]);
  const { nodes, contracts } = net;
  const hashes = (
    await Promise.all(nodes.map((node) => giveToHolders(node.anvil, net.accounts[0], contracts.token.address)))
  )[0];
  const honest = nodes[2].anvil;
  const head = Number(await honest.rpc('eth_blockNumber'));
  const asked = questions(count, { token: contracts.token.address, head, hashes });
  const truth = await Promise.all(
    asked.map(async ({ kind, method, params }) => essence(kind, await honest.rpc(method, params))),
  );
  if (truth.includes('nothing')) throw new Error('the chain has no answer to one of the questions');
  const site = await startSite({
    roots: { '/built/': BUILT, '/toys/': here('../toys/') },
    pages: { '/reads': `<!doctype html>${BODY}`, '/wallet': `<!doctype html>${WALLET}${BODY}` },
  });
  const session = await launch('chromium', { hosts: { [NOWHERE]: '^NOTFOUND' }, patienceMs: 0 });
  return {
    net,
    session,
    questions: asked,
    truth,
    /** @param {boolean} dns @returns {string[]} */
    urls: (dns) => nodes.map(({ url }, i) => (dns && i === 0 ? url.replace(/\/\/[^:/]+/, `//${NOWHERE}`) : url)),
    /** @param {boolean} wallet */
    pageFor: (wallet) =>
      `http://127.0.0.1:${site.port}/${wallet ? `wallet?wallet=${encodeURIComponent(net.wallet.url)}` : 'reads'}`,
    peersPage: `http://${PEERS_HOST}:${site.port}/reads`,
    /** Breakwater's settings of a row. @param {string[]} urls @param {boolean} compare */
    settings: (urls, compare) =>
      net.settings({
        sites_off: [PEERS_HOST],
        chains: [
          {
            id: 1,
            name: 'Ethereum',
            mode: compare ? 'compare' : 'guard',
            dispute: 'majority',
            endpoints: nodes.map(({ name }, i) => ({ name, url: urls[i] })),
          },
        ],
      }),
    /** The same delays for every row. */
    rewind() {
      nodes.forEach((node, i) => node.setLatency(latency(i)));
      net.wallet.setLatency(WALLET_LATENCY);
    },
    close: () => Promise.allSettled([session.close(), site.close(), net.close()]),
  };
}

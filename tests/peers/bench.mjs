// `./build.sh bench peers [--quick] [--fault NAME] [--peer NAME] [--row-seconds N]`: the same questions through
// Breakwater and its peers, under each fault. Writes target/bench/peers.json; rows that were not asked for stay in it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantile } from '../../www/js/stats.js';
import { breakwater } from './breakwater.mjs';
import { FAULTS } from './faults.mjs';
import { metamask } from './metamask.mjs';
import { stage } from './stage.mjs';

/** @typedef {import("./stage.mjs").Stage} Stage */
/** @typedef {import("./faults.mjs").Fault} Fault */
/** @typedef {import("./faults.mjs").Figures} Figures */
/** @typedef {{reads: import("./run.mjs").Read[], sends: number, races?: any[]}} Ran */

const READS = 200; // if each hangs for READ_MS, twelve and a half minutes
const QUICK_READS = 40;
const AT_ONCE = 8;
/** How long a peer may take for one read, in ms. */
const READ_MS = 30_000;

/** Peers that run in a page. */
const IN_PAGE = [
  'direct to the first',
  'direct to the second',
  'viem fallback',
  'viem fallback ranked',
  'ethers FallbackProvider',
  'ethers FallbackProvider quorum 1',
];
const METAMASK = 'MetaMask RpcServiceChain';
const BREAKWATER = 'breakwater';

/** @param {number} n */
const round = (n) => Math.round(n * 10) / 10;

/**
 * @param {Stage} stage
 * @param {string} peer
 * @param {string[]} urls
 * @param {import("./run.mjs").Limits} limits
 * @param {() => Promise<void>} begin
 * @returns {Promise<Ran>}
 */
async function inPage({ session, peersPage, questions }, peer, urls, limits, begin) {
  const page = await session.newPage(peersPage);
  await begin();
  const ran = await page.evaluate(
    (name, to, asked, lim) => /** @type {any} */ (window).bench(name, to, asked, lim),
    peer,
    urls,
    /** @type {any} */ (questions),
    /** @type {any} */ (limits),
  );
  await page.close();
  return ran;
}

/** @param {Stage} stage @param {Fault} fault @param {string} peer @param {number} rowMs @returns {Promise<Ran>} */
async function row(stage, fault, peer, rowMs) {
  const { nodes } = stage.net;
  const limits = { atOnce: AT_ONCE, pauseMs: fault.pauseMs ?? 0, readMs: READ_MS, rowMs };
  const urls = stage.urls(fault.dns === true);
  const begin = async () => {
    stage.rewind();
    for (const [i, node] of nodes.entries()) {
      // Chromium keeps an unanswered preflight after its page has closed, and six of them block the host.
      await node.setFault('refuse');
      await node.setFault(fault.nodes[i] ?? 'none');
      node.counts.reset();
    }
  };
  if (peer === BREAKWATER) return breakwater(stage, fault, urls, limits, begin);
  if (peer !== METAMASK) return inPage(stage, peer, urls, limits, begin);
  await begin();
  return metamask(urls, stage.questions, limits);
}

/** @param {Stage} stage @param {string} fault @param {string} peer @param {Ran} ran @returns {Figures} */
function figures({ truth }, fault, peer, { reads, sends }) {
  const right = reads.filter(({ i, got }) => got === truth[i]).length;
  const times = reads.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (/** @type {number} */ q) => round(quantile(times, q));
  const count = Math.max(1, reads.length);
  return {
    fault,
    peer,
    right_pct: round((100 * right) / count),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    worst_ms: round(times.at(-1) ?? 0),
    sends_per_read: Math.round((100 * sends) / count) / 100,
  };
}

const COLUMNS = /** @type {const} */ (['right_pct', 'p50_ms', 'p95_ms', 'p99_ms', 'worst_ms', 'sends_per_read']);

/** @param {Figures} f @param {string} note */
const line = (f, note) =>
  [' ', f.fault.padEnd(16), f.peer.padEnd(33), ...COLUMNS.map((name) => String(f[name]).padStart(9)), '', note]
    .join(' ')
    .trimEnd();

/** Why reads failed, without repeats. @param {Stage} stage @param {Ran} ran @returns {string[]} */
function complaints({ truth, questions }, { reads }) {
  const wrong = reads.filter(({ i, got }) => got !== truth[i]);
  return [
    ...new Set(
      wrong.map(
        ({ i, got, error }) =>
          `${questions[i].method}: ` +
          (error ?? (got === 'nothing' ? 'nothing' : `a wrong answer (${got?.slice(0, 40)})`)),
      ),
    ),
  ];
}

/** The slowest reads, and their trail. @param {Stage} stage @param {Ran} ran @param {number} over ms */
function tell({ questions }, { reads, races = [] }, over) {
  for (const { i, at, ms } of reads)
    if (ms > over) console.log(`      read ${i} (${questions[i].kind}) at ${Math.round(at)}: ${Math.round(ms)} ms`);
  for (const race of races) {
    if (race.took_ms <= over) continue;
    const attempts = race.attempts.map(
      (/** @type {any} */ a) => `${a.lane} ${a.started_for} +${a.sent_ms} ${a.outcome} ${a.took_ms}`,
    );
    console.log(
      `      race ${race.at_ms % 100_000} ${race.method} ${race.took_ms} ms ${race.reason}: ${attempts.join('; ')}`,
    );
  }
}

/** A lane's own times through the page's own fetch. @param {Stage} stage @param {number} index */
async function lane(stage, index) {
  const limits = { atOnce: AT_ONCE, pauseMs: 0, readMs: READ_MS, rowMs: READ_MS };
  const healthy = async () => {
    stage.rewind();
    for (const node of stage.net.nodes) await node.setFault('none');
  };
  const { p50_ms, p99_ms } = figures(
    stage,
    '',
    '',
    await inPage(stage, IN_PAGE[0], [stage.urls(false)[index]], limits, healthy),
  );
  return { p50: p50_ms, p99: p99_ms };
}

function options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      fault: { type: 'string', multiple: true },
      peer: { type: 'string', multiple: true },
      'row-seconds': { type: 'string', default: '900' },
    },
  });
  const known = (/** @type {string[]} */ all, /** @type {string[] | undefined} */ wanted) => {
    const strange = wanted?.find((name) => !all.includes(name));
    if (strange !== undefined) throw new Error(`no "${strange}"; there are ${all.join(', ')}`);
    return all.filter((name) => wanted?.includes(name) ?? true);
  };
  const faults = known(
    FAULTS.map(({ name }) => name),
    values.fault,
  );
  return {
    reads: values.quick ? QUICK_READS : READS,
    faults: FAULTS.filter(({ name }) => faults.includes(name)),
    peers: known([...IN_PAGE, METAMASK, BREAKWATER], values.peer),
    rowMs: Number(values['row-seconds']) * 1000,
  };
}

/** @param {Fault} fault @param {Figures} got @param {{p50: number, p99: number}} best @param {any[]} [races] */
const short = (fault, got, best, races = []) => [
  ...(got.right_pct < 100 ? [`right_pct is ${got.right_pct}`] : []),
  ...fault.want(got, best, races),
];

/** @param {Figures[]} table */
async function keep(table) {
  const out = fileURLToPath(new URL('../../target/bench', import.meta.url));
  const path = join(out, 'peers.json');
  const before = /** @type {Figures[]} */ (JSON.parse(await readFile(path, 'utf8').catch(() => '[]')));
  const place = (/** @type {Figures} */ { fault, peer }) =>
    FAULTS.findIndex(({ name }) => name === fault) * 100 + [...IN_PAGE, METAMASK, BREAKWATER].indexOf(peer);
  const rows = new Map([...before, ...table].map((row) => [place(row), row]));
  await mkdir(out, { recursive: true });
  await writeFile(
    path,
    `${JSON.stringify(
      [...rows].sort(([a], [b]) => a - b).map(([, row]) => row),
      null,
      2,
    )}\n`,
  );
}

async function main() {
  const { reads, faults, peers, rowMs } = options();
  const on = await stage(reads);
  /** @type {Figures[]} */
  const table = [];
  /** @type {string[]} */
  const missed = [];
  try {
    console.log(
      `${reads} reads a row, ${AT_ONCE} at a time. A peer's row ends after ${rowMs / 1000} s; ` +
        'how much was read by then is said.\n',
    );
    console.log(
      `  ${'fault'.padEnd(16)} ${'peer'.padEnd(33)} ` +
        COLUMNS.map((name) => name.replace('sends_per_read', 'sends').padStart(9)).join(' '),
    );
    for (const fault of faults) {
      for (const peer of peers) {
        // Measured just before, because other work on the machine slows both.
        const best = peer === BREAKWATER ? await lane(on, fault.best) : { p50: NaN, p99: NaN };
        const ran = await row(on, fault, peer, peer === BREAKWATER ? 600_000 : rowMs);
        const got = figures(on, fault.name, peer, ran);
        table.push(got);
        const cut = ran.reads.length < reads ? `(cut: ${ran.reads.length} reads)` : '';
        console.log(line(got, peer === BREAKWATER ? `(best lane that works: ${best.p50}, p99 ${best.p99})` : cut));
        if (peer === BREAKWATER || process.env.DEBUG)
          for (const text of complaints(on, ran)) console.log(`      ${text}`);
        if (peer !== BREAKWATER) continue;
        missed.push(...short(fault, got, best, ran.races).map((text) => `${fault.name}: ${text}`));
        if (process.env.DEBUG) tell(on, ran, got.p95_ms);
      }
    }
  } finally {
    await on.close();
  }
  await keep(table);
  if (missed.length) console.log(`\nShort of its aim:\n  ${missed.join('\n  ')}`);
  else if (peers.includes(BREAKWATER)) console.log('\nBreakwater met every aim.');
  if (table.some(({ peer, right_pct }) => peer === BREAKWATER && right_pct < 100)) process.exitCode = 1;
}

await main();
process.exit(); // peers that hang keep their timers and sockets

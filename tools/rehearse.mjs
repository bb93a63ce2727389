// Rehearses the outage of October 2025 from a page in a real browser: the AWS node goes dark, then Google's too, then
// all come back. Every read must get the right answer.
import { isDeepStrictEqual } from 'node:util';
import { launch } from '../tests/browser/harness.mjs';
import { later } from '../tests/net/latency.mjs';
import { ALL_AWS, startNetwork } from '../tests/net/network.mjs';
import { startSite, table } from '../tests/net/site.mjs';
import { inMs, quantile } from '../www/js/stats.js';

const READS = 200;
const AT_ONCE = 4;
/** The nearest node is on AWS, as for most people: it answers most reads until it goes dark. */
const LATENCIES = [{ median: 20 }, { median: 40 }, { median: 60 }];

/** @typedef {Awaited<ReturnType<typeof startNetwork>>} Network */
/** @typedef {import("../www/js/reads.js").Answer} Answer */

/** What happens in the middle of each phase. @type {{title: string, middle: (net: Network) => Promise<unknown>}[]} */
const PHASES = [
  { title: 'all well', middle: async () => {} },
  { title: 'AWS goes dark', middle: (net) => net.nodes[0].setFault('dark') },
  { title: 'Google too', middle: (net) => net.nodes[1].setFault('dark') },
  { title: 'all come back', middle: (net) => Promise.all(net.nodes.map((node) => node.setFault('none'))) },
];

/** Waits for Breakwater's own provider in the lab and keeps it. @param {import("puppeteer-core").Page} page */
async function findProvider(page) {
  const name = await page.evaluate(async () => {
    const { discover } = await import(/** @type {any} */ ('/js/providers.js'));
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('Breakwater announced no provider on the lab page')), 5000);
      discover((/** @type {any} */ found) => {
        if (!/breakwater/i.test(found.name)) return;
        Object.assign(globalThis, { lab: { provider: found.provider, answers: [], done: false } });
        resolve(found.name);
      });
    });
  });
  return String(name);
}

/**
 * Starts a run of reads in the page; its progress is in the page's `lab`.
 * @param {import("puppeteer-core").Page} page
 * @param {object} targets
 */
const start = (page, targets) =>
  page.evaluate(
    async (to, count, lanes) => {
      const { readMany } = await import(/** @type {any} */ ('/js/reads.js'));
      const lab = /** @type {any} */ (globalThis).lab;
      lab.answers = [];
      lab.done = false;
      void readMany(lab.provider, to, {
        count,
        lanes,
        told: (/** @type {any} */ answer) => lab.answers.push(answer),
      }).then(() => {
        lab.done = true;
      });
    },
    targets,
    READS,
    AT_ONCE,
  );

/** Where lines cannot be rewritten, a new line is printed after this many answers. */
const LINE_EVERY = 50;

/**
 * On a terminal, one line that is rewritten; elsewhere, one line for every 50 answers.
 * @returns {(text: string, count: number, last: boolean) => void}
 */
function progressLine() {
  let told = 0;
  return (text, count, last) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}${last ? '\n' : ''}`);
    else if (last || count >= told + LINE_EVERY) {
      told = count - (count % LINE_EVERY);
      console.log(text);
    }
  };
}

/** @param {import("puppeteer-core").Page} page @param {Network} net @param {number} i */
async function phase(page, net, i) {
  const { title, middle } = PHASES[i];
  const since = Date.now();
  for (const node of net.nodes) node.counts.reset();
  await start(page, { account: net.accounts[1], token: net.contracts.token.address, logs: 500 });
  let switched = false;
  const progress = progressLine();
  for (;;) {
    const { count, failed, done } = await page.evaluate(() => {
      const { answers, done: ended } = /** @type {any} */ (globalThis).lab;
      return { count: answers.length, failed: answers.filter((/** @type {any} */ a) => !a.ok).length, done: ended };
    });
    if (!switched && count >= READS / 2) {
      switched = true;
      await middle(net);
    }
    progress(
      `  ${i + 1}/${PHASES.length} ${title.padEnd(14)} ${count}/${READS} answered, ${failed} failed`,
      count,
      done,
    );
    if (done) break;
    await later(50);
  }
  const answers = /** @type {Answer[]} */ (await page.evaluate(() => /** @type {any} */ (globalThis).lab.answers));
  return { title, since, answers, sends: net.nodes.reduce((sum, node) => sum + node.counts.sends, 0) };
}

/**
 * Answers that differ from an honest node's. No blocks are mined meanwhile.
 * @param {Network} net
 * @param {Answer[]} answers
 */
async function wrong(net, answers) {
  /** @type {Map<string, any>} */
  const truth = new Map();
  let count = 0;
  for (const { question, ok, result } of answers) {
    const key = JSON.stringify(question);
    if (!truth.has(key)) truth.set(key, await net.nodes[2].anvil.rpc(question.method, question.params));
    if (ok && !isDeepStrictEqual(result, truth.get(key))) count += 1;
  }
  return count;
}

/** @param {any[]} races records of the trail @param {number} since ms @returns {string} */
function whoAnswered(races, since) {
  /** @type {Record<string, number>} */
  const by = {};
  for (const { at_ms, answered_by } of races)
    if (at_ms >= since) by[answered_by ?? 'nobody'] = (by[answered_by ?? 'nobody'] ?? 0) + 1;
  return Object.entries(by)
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
}

/** @param {string[][]} rows first the headings */
function print(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      const words = i === 0 || i === row.length - 1;
      return words ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
    });
    console.log(`  ${cells.join('  ')}`.trimEnd());
  }
}

/**
 * The warning for three endpoints on one ground.
 * @param {import("../tests/browser/harness.mjs").Session} session
 * @param {Network} net
 */
async function sameGround(session, net) {
  await session.setSettings(net.settings({ labels: ALL_AWS }));
  for (let tries = 0; tries < 50; tries++) {
    const verdict = (await session.snapshot()).chains?.[0]?.verdict;
    if (verdict?.level === 'shared') return verdict;
    await later(100);
  }
  throw new Error('no warning, though all three endpoints stand on AWS us-east-1');
}

/**
 * @param {"chromium"|"firefox"} browser
 * @returns {Promise<number>} reads that failed or were wrong
 */
export async function rehearse(browser) {
  const net = await startNetwork({ latencies: LATENCIES });
  const site = await startSite({ network: net });
  const session = await launch(browser, { settings: net.settings() });
  try {
    console.log(`${table(net, site.url)}\n`);
    const page = await session.newPage(site.url);
    console.log(`${browser}, reading through ${await findProvider(page)}, ${AT_ONCE} reads at once:`);
    const rows = [['phase', 'asked', 'answered', 'failed', 'wrong', 'p50', 'p99', 'sends per read', 'who answered']];
    let bad = 0;
    for (let i = 0; i < PHASES.length; i++) {
      const { title, since, answers, sends } = await phase(page, net, i);
      const { races } = await session.send({ type: 'trail' });
      const failed = answers.filter(({ ok }) => !ok).length;
      const lies = await wrong(net, answers);
      const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
      bad += failed + lies + (READS - answers.length);
      rows.push(
        [
          title,
          READS,
          answers.length - failed,
          failed,
          lies,
          inMs(quantile(times, 0.5)),
          inMs(quantile(times, 0.99)),
          (sends / READS).toFixed(2),
          whoAnswered(races, since),
        ].map(String),
      );
      for (const error of new Set(answers.filter(({ ok }) => !ok).map((answer) => answer.error)))
        console.log(`      failed: ${error}`);
    }
    console.log();
    print(rows);
    const verdict = await sameGround(session, net);
    console.log(
      '\nWith all three labelled AWS us-east-1, Breakwater says:\n' +
        `  ${verdict.sentence}${verdict.advice ? `\n  ${verdict.advice}` : ''}`,
    );
    console.log(bad === 0 ? '\nEvery read was answered, and rightly.' : `\n${bad} reads failed or were wrong.`);
    return bad;
  } finally {
    await Promise.allSettled([session.close(), site.close(), net.close()]);
  }
}

// `./build.sh pictures`: screenshots of popup, options and lab in both browsers, light and dark, in docs/pictures/.
// Everything in them comes from the demo network.
import { mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { launch } from '../tests/browser/harness.mjs';
import { ask, find } from '../tests/browser/stage.mjs';
import { later } from '../tests/net/latency.mjs';
import { ALL_AWS, startNetwork } from '../tests/net/network.mjs';
import { startSite } from '../tests/net/site.mjs';
import { build } from './build.mjs';
import { at, top } from './lib/run.mjs';

const OUT = at('docs/pictures');
const NODE_PORT = 8545;
const LAB_PORT = 8640;
/** The width of the popup, as set in its style sheet. */
const POPUP = { width: 400, height: 600 };
const WIDE = { width: 1100, height: 900 };

/** @typedef {import("../tests/browser/harness.mjs").Session} Session */
/** @typedef {Awaited<ReturnType<typeof startNetwork>>} Network */

/**
 * @param {Session} session
 * @param {string} url
 * @param {{width: number, height: number}} size
 * @param {string} file
 * @param {(page: import("puppeteer-core").Page) => Promise<unknown>} [first]
 */
async function picture(session, url, size, file, first) {
  const page = await session.newPage();
  await page.setViewport(size);
  await session.driver.goto(page, url);
  await first?.(page);
  await later(1500); // the panels ask once a second
  await page.screenshot({ path: `${OUT}/${file}.png`, fullPage: true });
  await page.close();
}

/**
 * Makes some reads, so that there is something to see.
 * @param {import("puppeteer-core").Page} page
 * @param {Network} net
 */
async function reading(page, net) {
  await find(page);
  await page.click('#go');
  await later(2500);
  await net.nodes[0].setFault('dark');
  await later(2500);
  await net.nodes[0].setFault('none');
}

/** @param {"chromium"|"firefox"} browser @param {boolean} dark */
async function all(browser, dark) {
  const net = await startNetwork({ ports: NODE_PORT, latencies: [{ median: 20 }, { median: 40 }, { median: 60 }] });
  const site = await startSite({ network: net, port: LAB_PORT });
  const session = await launch(browser, { settings: net.settings(), dark });
  const name = (/** @type {string} */ what) => `${what}-${browser}-${dark ? 'dark' : 'light'}`;
  try {
    const page = await session.newPage(site.url);
    await find(page);
    await ask(page, 'eth_blockNumber');
    const popup = `${session.origin}popup/popup.html?host=127.0.0.1`;
    await picture(session, popup, POPUP, name('popup'));
    await picture(session, `${session.origin}options/options.html`, WIDE, name('options'));
    await session.setSettings(net.settings({ labels: ALL_AWS }));
    await ask(page, 'eth_blockNumber');
    await picture(session, popup, POPUP, name('popup-warning'));
    await session.setSettings(net.settings());
    await picture(session, site.url, WIDE, name('lab'), (lab) => reading(lab, net));
  } finally {
    await session.close();
    await Promise.allSettled([site.close(), net.close()]);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await top(async () => {
    await build();
    await mkdir(OUT, { recursive: true });
    for (const browser of /** @type {const} */ (['chromium', 'firefox']))
      for (const dark of [false, true]) await all(browser, dark);
    console.log('pictures are in docs/pictures/');
  });
}

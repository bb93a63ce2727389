// Two sites in one browser: one attacks, and one reads.
import { find, stage } from '../stage.mjs';

const HOSTS = { 'evil.test': '127.0.0.1', 'good.test': '127.0.0.1' };

/** A browser with two sites, which may read the demo chain. @param {import("../stage.mjs").StageOptions} [options] */
export async function two(options = {}) {
  const on = await stage({ hosts: HOSTS, ...options });
  const [chain] = on.net.settings().chains;
  await on.session.setSettings(on.net.settings({ chains: [{ ...chain, sites_allowed: Object.keys(HOSTS) }] }));
  const visit = async (/** @type {string} */ host, /** @type {string} */ path = 'dapp') => {
    const page = await on.session.newPage(`http://${host}:${on.site.port}/${path}`);
    await find(page);
    return page;
  };
  return { ...on, visit };
}

/** Reads one after the other until told to stop. @param {import("puppeteer-core").Page} page */
export const keepReading = (page) =>
  page.evaluate(() => {
    const w = /** @type {any} */ (window);
    w.reads = { answered: 0, failed: [], slowest: 0 };
    w.reading = (async () => {
      for (let i = 0; !w.enough; i++) {
        const start = performance.now();
        const params = [`0x${i.toString(16).padStart(40, '0')}`, 'latest'];
        await w.found.request({ method: 'eth_getBalance', params }).then(
          () => {
            w.reads.answered += 1;
          },
          (/** @type {any} */ e) => w.reads.failed.push(e.message),
        );
        w.reads.slowest = Math.max(w.reads.slowest, performance.now() - start);
      }
    })();
  });

/**
 * @param {import("puppeteer-core").Page} page
 * @returns {Promise<{answered: number, failed: string[], slowest: number}>}
 */
export const stopReading = (page) =>
  page.evaluate(async () => {
    const w = /** @type {any} */ (window);
    w.enough = true;
    await w.reading;
    return w.reads;
  });

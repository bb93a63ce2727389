// Chromium over the DevTools pipe.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
];

/**
 * @param {string} extension folder @param {string} profile folder
 * @param {import("./harness.mjs").LaunchOptions} options
 * @returns {Promise<import("./harness.mjs").Driver>}
 */
export async function startChromium(extension, profile, options) {
  const port = options.tls === undefined ? '' : `:${options.tls}`;
  const mapped = Object.entries(options.hosts ?? {}).map(([name, address]) => `MAP ${name} ${address}${port}`);
  // A star in a name must not take the test's own addresses.
  const rules = mapped.length === 0 ? '' : [...mapped, 'EXCLUDE 127.*'].join(', ');
  const more = [
    ...(rules ? [`--host-resolver-rules=${rules}`] : []),
    ...(port ? ['--ignore-certificate-errors'] : []),
    ...(options.proxy ? [`--proxy-server=${options.proxy}`] : []),
  ];
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? PROGRAMS.find(existsSync),
    headless: options.headless ?? true,
    protocolTimeout: options.patienceMs,
    pipe: true,
    enableExtensions: [extension],
    userDataDir: profile,
    defaultViewport: options.headless === false ? null : { width: 1100, height: 800 },
    args: [...ARGS, ...more],
  });
  const target = await browser.waitForTarget(isWorker);
  const url = new URL(target.url());
  const origin = `${url.origin === 'null' ? `chrome-extension://${url.host}` : url.origin}/`;
  if (process.env.DEBUG) await listen(target);
  return {
    browser,
    origin,
    newPage: async (type) => {
      const page = await browser.newPage({ type });
      if (options.dark !== undefined)
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: options.dark ? 'dark' : 'light' }]);
      return page;
    },
    goto: async (page, url) => {
      await page.goto(url);
    },
    killWorker: () => killWorker(browser),
    point: () => Promise.reject(new Error("Chromium's names are fixed when it starts")),
    setAllSites: (granted) => setAllSites(browser, new URL(origin).host, granted),
    setEnabled: (enabled) => setEnabled(browser, new URL(origin).host, enabled),
    setOffline: lineSwitch(browser),
    close: () => browser.close(),
  };
}

/** @param {import("puppeteer-core").Target} target */
const isWorker = (target) => target.type() === 'service_worker' && target.url().startsWith('chrome-extension://');

/** Prints the background's console on ours. @param {import("puppeteer-core").Target} target */
async function listen(target) {
  const worker = await target.worker();
  worker?.on('console', (message) => console.error(`background: ${message.text()}`));
  worker?.on('error', (error) => console.error(`background: ${error.stack ?? error}`));
}

/** Closes the service worker and waits until it is gone. @param {import("puppeteer-core").Browser} browser */
async function killWorker(browser) {
  const target = browser.targets().find(isWorker);
  if (!target) return; // it already sleeps
  const gone = new Promise((resolve) =>
    browser.on('targetdestroyed', (dead) => {
      if (dead === target) resolve(undefined);
    }),
  );
  // A worker that is needed again at once keeps its target: then no event says that the old one is gone.
  const restarted = new Promise((resolve) => {
    setTimeout(resolve, 500);
  });
  const cdp = await browser.target().createCDPSession();
  await cdp.send('Target.closeTarget', { targetId: /** @type {any} */ (target)._targetId });
  await Promise.race([gone, restarted]);
  await cdp.detach();
}

/**
 * Sets every page and worker offline or online. The browser forgets this when the session that set it closes, so the
 * sessions stay open.
 * @param {import("puppeteer-core").Browser} browser
 */
function lineSwitch(browser) {
  /** @type {Map<import("puppeteer-core").Target, Promise<import("puppeteer-core").CDPSession>>} */
  const sessions = new Map();
  const session = async (/** @type {import("puppeteer-core").Target} */ target) => {
    const opened = sessions.get(target) ?? target.createCDPSession();
    sessions.set(target, opened);
    return opened;
  };
  return async (/** @type {boolean} */ offline) => {
    const targets = browser.targets().filter((target) => target.type() === 'page' || isWorker(target));
    await Promise.all(
      targets.map(async (target) => {
        const cdp = await session(target);
        await cdp.send('Network.enable');
        await cdp.send('Network.emulateNetworkConditions', {
          offline,
          latency: 0,
          downloadThroughput: -1,
          uploadThroughput: -1,
        });
      }),
    );
  };
}

/**
 * Does what the switch for site access does on the browser's extensions page.
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} extensionId
 * @param {boolean} granted
 */
async function setAllSites(browser, extensionId, granted) {
  const page = await browser.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(
    (id, hostAccess) =>
      /** @type {any} */ (chrome).developerPrivate.updateExtensionConfiguration({ extensionId: id, hostAccess }),
    extensionId,
    granted ? 'ON_ALL_SITES' : 'ON_CLICK',
  );
  await page.close();
}

/**
 * Does what the extension's on/off switch does there.
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} extensionId
 * @param {boolean} enabled
 */
async function setEnabled(browser, extensionId, enabled) {
  const page = await browser.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate((id, on) => /** @type {any} */ (chrome).management.setEnabled(id, on), extensionId, enabled);
  await page.close();
}

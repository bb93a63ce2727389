// Firefox by WebDriver BiDi, without geckodriver. Pages of the extension and the browser's own scope need calls that
// puppeteer does not offer. Only this file sends them over puppeteer's connection, whose version is therefore pinned.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const PROGRAMS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];
/** Fixed, so that the extension's pages have a known address. */
const UUID = '5b7f1f7e-6f0e-4b7a-9d49-6d1c2a7c6f01';

/**
 * @param {string} extension folder @param {string} profile folder
 * @param {import("./harness.mjs").LaunchOptions} options
 * @returns {Promise<import("./harness.mjs").Driver>}
 */
export async function startFirefox(extension, profile, options) {
  const manifest = JSON.parse(await readFile(join(extension, 'manifest.json'), 'utf8'));
  const id = manifest.browser_specific_settings.gecko.id;
  await mkdir(profile, { recursive: true });
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? PROGRAMS.find(existsSync),
    headless: options.headless ?? true,
    enableExtensions: true,
    acceptInsecureCerts: options.tls !== undefined,
    userDataDir: profile,
    defaultViewport: options.headless === false ? null : { width: 1100, height: 800 },
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: prefs(id, options),
  });
  await browser.installExtension(extension);
  const bidi = connection(browser);
  for (const [name, address] of Object.entries(options.hosts ?? {})) {
    await point(bidi, name, address);
  }
  return {
    browser,
    origin: `moz-extension://${UUID}/`,
    newPage: (type) => browser.newPage({ type }),
    goto: async (page, url) => {
      if (!url.startsWith('moz-extension:')) return void (await page.goto(url));
      const context = /** @type {any} */ (page.mainFrame())._id;
      await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    // Without the option, Firefox silently keeps a background alive while one of its listeners is running.
    killWorker: () =>
      bidi.chrome(
        `await WebExtensionPolicy.getByID(${JSON.stringify(id)}).extension
          .terminateBackground({ disableResetIdleForTest: true })`,
      ),
    point: (name, addresses) => point(bidi, name, addresses),
    setAllSites: (granted) =>
      bidi.chrome(`
      const { ExtensionPermissions } =
        ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
      const { extension } = WebExtensionPolicy.getByID(${JSON.stringify(id)});
      await ExtensionPermissions.${granted ? 'add' : 'remove'}(
        ${JSON.stringify(id)}, { permissions: [], origins: ["<all_urls>"] }, extension)`),
    setEnabled: (enabled) =>
      bidi.chrome(`
      const { AddonManager } = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
      const addon = await AddonManager.getAddonByID(${JSON.stringify(id)});
      await addon.${enabled ? 'enable' : 'disable'}()`),
    // Going offline leaves new and open connections to this machine alone in Firefox, so we block those as well.
    setOffline: (offline) =>
      bidi.chrome(`
      Services.prefs.setBoolPref("network.disable-localhost-when-offline", true);
      Services.io.offline = ${offline};
      if (${offline}) Services.obs.notifyObservers(null, "net:cancel-all-connections")`),
    close: () => browser.close(),
  };
}

/** @param {ReturnType<typeof connection>} bidi @param {string} name @param {string | string[]} addresses */
const point = (bidi, name, addresses) =>
  bidi.chrome(`
  const names = Cc["@mozilla.org/network/native-dns-override;1"].getService(Ci.nsINativeDNSResolverOverride);
  names.clearHostOverride(${JSON.stringify(name)});
  for (const address of ${JSON.stringify([addresses].flat())}) names.addIPOverride(${JSON.stringify(name)}, address);
  Services.dns.clearCache(true)`);

/** @param {string} id @param {import("./harness.mjs").LaunchOptions} options */
function prefs(id, options) {
  return {
    'extensions.webextensions.uuids': JSON.stringify({ [id]: UUID }),
    // The storage of a temporary add-on would be deleted at the end of the session.
    'extensions.webextensions.keepStorageOnUninstall': true,
    'extensions.webextensions.keepUuidOnUninstall': true,
    'extensions.background.idle.timeout': 30_000,
    'devtools.console.stdout.content': Boolean(process.env.DEBUG),
    ...(options.tls === undefined ? {} : { 'network.socket.forcePort': `443=${options.tls}` }),
    ...(options.proxy === undefined ? {} : through(new URL(options.proxy))),
    ...(options.dark === undefined ? {} : { 'layout.css.prefers-color-scheme.content-override': options.dark ? 0 : 1 }),
  };
}

/** A proxy for everything but this machine, which also finds the addresses. @param {URL} proxy */
function through({ protocol, hostname, port }) {
  const kind = protocol === 'http:' ? 'http' : 'socks';
  return {
    'network.proxy.type': 1,
    [`network.proxy.${kind}`]: hostname,
    [`network.proxy.${kind}_port`]: Number(port),
    'network.proxy.socks_remote_dns': true,
  };
}

/** The raw protocol under a browser. @param {import("puppeteer-core").Browser} browser */
function connection(browser) {
  /** @param {string} method @param {object} params */
  const send = async (method, params) => (await /** @type {any} */ (browser).connection.send(method, params)).result;
  return {
    send,
    /** Runs an expression in the browser's own scope. @param {string} expression @returns {Promise<any>} */
    async chrome(expression) {
      const { contexts } = await send('browsingContext.getTree', { 'moz:scope': 'chrome' });
      const { type, exceptionDetails } = await send('script.evaluate', {
        expression: `(async () => { ${expression}; })()`,
        target: { context: contexts[0].context },
        awaitPromise: true,
      });
      if (type === 'exception') throw new Error(`browser scope: ${exceptionDetails.text}`);
    },
  };
}

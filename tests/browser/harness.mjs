// Both real browsers with Breakwater installed, behind one interface. Only this file, firefox.mjs and chromium.mjs know
// puppeteer, the DevTools protocol or WebDriver BiDi.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChromium } from './chromium.mjs';
import { startFirefox } from './firefox.mjs';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
/** A blank page of the extension, from which tests use the extension's own APIs. Not part of the package. */
const CONTROL = 'control.html';

/** How long a page may take to load or to show something, in ms. Generous, for a busy machine. */
const PATIENCE_MS = 120_000;

/** The browser that this run uses. */
export const BROWSER = /** @type {"chromium"|"firefox"} */ (process.env.BROWSER ?? 'chromium');

/**
 * @typedef {object} LaunchOptions
 * @property {object} [settings] settings v1 to start with
 * @property {string} [profile] a profile folder to keep; a temporary one by default
 * @property {boolean} [headless] default true
 * @property {boolean} [dark] prefers-color-scheme: dark
 * @property {Record<string, string | string[]>} [hosts] names that resolve to these addresses (to several: Firefox
 *   only)
 * @property {number} [tls] the port that connections to port 443 of those names reach; certificates are not checked
 * @property {string} [proxy] the browser's proxy: `http://127.0.0.1:3128`, `socks5://127.0.0.1:1080`
 * @property {number} [patienceMs] how long one call into a page may take, ms; 0: no limit (Chromium only; default
 *   180,000)
 * @property {string} [dist] folder of the unpacked extension instead of dist/
 * @property {(manifest: any) => void} [manifest] changes the manifest under test
 */

/**
 * @typedef {object} Driver what chromium.mjs and firefox.mjs provide
 * @property {import("puppeteer-core").Browser} browser
 * @property {string} origin of the extension's pages, with a slash at the end
 * @property {(type: "tab" | "window") => Promise<import("puppeteer-core").Page>} newPage
 * @property {(page: import("puppeteer-core").Page, url: string) => Promise<void>} goto
 * @property {() => Promise<void>} killWorker
 * @property {(granted: boolean) => Promise<void>} setAllSites
 * @property {(enabled: boolean) => Promise<void>} setEnabled
 * @property {(offline: boolean) => Promise<void>} setOffline
 * @property {(name: string, addresses: string | string[]) => Promise<void>} point
 * @property {() => Promise<void>} close
 */

/** A running browser with the extension installed. */
export class Session {
  /** @type {import("puppeteer-core").Page | undefined} */
  #control;
  /** Errors of pages and their scripts, for a failing test to print. @type {string[]} */
  complaints = [];

  /** @param {Driver} driver @param {() => Promise<void>} cleanUp */
  constructor(driver, cleanUp) {
    this.driver = driver;
    this.browser = driver.browser;
    this.origin = driver.origin;
    this.cleanUp = cleanUp;
  }

  /** A loaded tab on `url`. @param {string} [url] @param {"tab" | "window"} [type] `window` if it must not be hidden */
  async newPage(url, type = 'tab') {
    const page = await this.driver.newPage(type);
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    if (url) await this.driver.goto(page, url);
    return page;
  }

  /** A tab on one of the extension's own pages. @param {string} path */
  extensionPage(path) {
    return this.newPage(this.origin + path);
  }

  /**
   * Runs a function with the extension's own APIs, on a blank page of the extension. It can send the same messages as
   * popup and options.
   * @template T
   * @param {(...args: any[]) => T} fn @param {...unknown} args
   * @returns {Promise<Awaited<T>>}
   */
  async evalBackground(fn, ...args) {
    this.#control ??= await this.extensionPage(CONTROL);
    return /** @type {any} */ (this.#control.evaluate(/** @type {any} */ (fn), ...args));
  }

  /** A `PanelToCore` message, as popup and options send it. @param {object} message @returns {Promise<any>} */
  send(message) {
    return this.evalBackground((m) => chrome.runtime.sendMessage(m), message);
  }

  /** @param {string | null} [host] @returns {Promise<any>} everything the popup shows */
  snapshot(host = null) {
    return this.send({ type: 'snapshot', host, lang: 'en' });
  }

  /** Imports settings. They are in force once this resolves. @param {object} settings */
  async setSettings(settings) {
    const reply = await this.send({ type: 'import', text: JSON.stringify(settings) });
    if (reply?.type !== 'done') throw new Error(`settings were refused: ${JSON.stringify(reply)}`);
  }

  /** Ends the background as the browser does when it is idle or short of memory. */
  killWorker() {
    return this.driver.killWorker();
  }

  /** Revokes or grants the permission for all sites, as a person does. @param {boolean} granted */
  setAllSites(granted) {
    return this.driver.setAllSites(granted);
  }

  /** Switches the whole extension off or on, as a person does. @param {boolean} enabled */
  setEnabled(enabled) {
    return this.driver.setEnabled(enabled);
  }

  /** Puts the browser's pages and workers offline or online. @param {boolean} offline */
  setOffline(offline) {
    return this.driver.setOffline(offline);
  }

  /**
   * From now on a name resolves to these addresses; Firefox only.
   * @param {string} name
   * @param {string | string[]} addresses
   */
  point(name, addresses) {
    return this.driver.point(name, addresses);
  }

  async close() {
    await this.driver.close();
    await this.cleanUp();
  }
}

/**
 * The package under test with the blank page added.
 * @param {"chromium"|"firefox"} name
 * @param {LaunchOptions} options
 */
async function copyUnderTest(name, options) {
  const work = await mkdtemp(join(tmpdir(), 'breakwater-'));
  const extension = join(work, 'extension');
  await cp(options.dist ?? join(DIST, name === 'chromium' ? 'chrome' : 'firefox'), extension, { recursive: true });
  await writeFile(join(extension, CONTROL), '<!doctype html><title>control</title>');
  if (options.manifest) {
    const { readFile } = await import('node:fs/promises');
    const manifest = JSON.parse(await readFile(join(extension, 'manifest.json'), 'utf8'));
    options.manifest(manifest);
    await writeFile(join(extension, 'manifest.json'), JSON.stringify(manifest));
  }
  return { work, extension };
}

/**
 * Starts a browser with Breakwater installed.
 * @param {"chromium"|"firefox"} [name]
 * @param {LaunchOptions} [options]
 * @returns {Promise<Session>}
 */
export async function launch(name = BROWSER, options = {}) {
  const { work, extension } = await copyUnderTest(name, options);
  const profile = options.profile ?? join(work, 'profile');
  const driver = await (name === 'firefox' ? startFirefox : startChromium)(extension, profile, options);
  const session = new Session(driver, () => rm(work, { recursive: true, force: true, maxRetries: 5 }));
  if (options.settings) await session.setSettings(options.settings);
  return session;
}

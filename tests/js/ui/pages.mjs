// Our own pages in a real Chromium, with a fake extension API: no core, no network.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import puppeteer from 'puppeteer-core';
import { fake } from './fake.js';

const root = new URL('../../../', import.meta.url);
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** Serves the library from where the build puts it. @param {string} path */
const file = (path) =>
  new URL(path === '/lib/vendor/lit-html.js' ? 'node_modules/lit-html/lit-html.js' : `extension${path}`, root);

const server = createServer(async ({ url }, reply) => {
  const path = new URL(String(url), 'http://x').pathname;
  const body = await readFile(file(path)).catch(() => null);
  reply.writeHead(body ? 200 : 404, { 'content-type': /** @type {any} */ (TYPES)[extname(path)] ?? 'text/plain' });
  reply.end(body ?? '');
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/**
 * @returns {Promise<{open: (path: string, world: any, how?: {lang?: string, dark?: boolean, width?: number,
 *   height?: number}) => Promise<import('puppeteer-core').Page>, close: () => Promise<void>}>}
 */
export async function pages() {
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = await puppeteer.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return {
    async open(path, world, { lang = 'en', dark = false, width = 380, height = 600 } = {}) {
      const page = await browser.newPage();
      await page.setViewport({ width, height, deviceScaleFactor: 1.5 });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
      const messages = JSON.parse(await readFile(new URL(`extension/_locales/${lang}/messages.json`, root), 'utf8'));
      await page.evaluateOnNewDocument(fake, { messages, world });
      page.on('pageerror', (error) => console.error(String(error)));
      await page.goto(`http://127.0.0.1:${port}/${path}`);
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

// Whole sessions of four libraries, over 60 steps each: in a browser without Breakwater, with it, and with it while the
// first lane and the dApp's own endpoints are dark. Every step must have the same outcome.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BROWSER, launch } from './harness.mjs';
import { openBrowser } from './platform/open.mjs';
import { playAll } from './sessions/run.mjs';

/** The outcome of each step without Breakwater, by session. @type {Record<string, Record<string, any>>} */
let off;
/** @type {Record<string, Record<string, any>>} */
let on;
/** @type {Record<string, Record<string, any>>} */
let dark;

async function bare() {
  const browser = await openBrowser(BROWSER);
  return {
    page: async (/** @type {string} */ url) => {
      const page = await browser.newPage();
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

/** @param {import("./sessions/run.mjs").World["net"]} net */
async function guarded(net) {
  const session = await launch(BROWSER, { settings: net.settings() });
  return { page: (/** @type {string} */ url) => session.newPage(url), close: () => session.close() };
}

before(
  async () => {
    off = await playAll(bare);
    on = await playAll(guarded);
    dark = await playAll(guarded, (world) => world.dark());
  },
  { timeout: 300_000 },
);

/** Steps that end in an error whoever answers. */
const FAILS = /^(no[A-Z]|gasTooMuch|simulateRefused|customError|revert|panic|invalid|badParams|sendRefused)/;

test('each session has sixty steps, and none fails unexpectedly', () => {
  assert.equal(Object.keys(off).length, 7);
  for (const [name, steps] of Object.entries(off)) {
    assert.ok(Object.keys(steps).length >= 60, `${name}: ${Object.keys(steps).length}`);
    for (const [step, { failed } = /** @type {any} */ ({})] of Object.entries(steps).map(([key, value]) => [
      key,
      value ?? {},
    ])) {
      if (!FAILS.test(step)) assert.equal(failed, undefined, `${name}, ${step}: ${JSON.stringify(failed)}`);
    }
  }
});

for (const [title, seen] of /** @type {const} */ ([
  ['with Breakwater', () => on],
  ["with the first lane and the dApp's own endpoints dark", () => dark],
])) {
  test(`${title} every step has the same outcome`, () => {
    for (const [name, steps] of Object.entries(off)) {
      for (const [step, value] of Object.entries(steps))
        assert.deepEqual(seen()[name]?.[step], value, `${name}, ${step}`);
    }
  });
}

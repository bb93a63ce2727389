// The address table on the options page: its date is shown, a table older than a year is called old, and a table loaded
// by hand is checked and refused whole if anything is wrong with it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { launch } from './harness.mjs';
import { press, says, words } from './panels.mjs';
import { until } from './stage.mjs';

const SHIPPED = readFileSync(new URL('../../data/cloud.bin', import.meta.url));
/** Offset of the date: after the magic and the version. */
const DATE = 9;

/** @type {import("./harness.mjs").Session} */
let session;
/** @type {import("puppeteer-core").Page} */
let options;

before(async () => {
  session = await launch();
  options = await session.extensionPage('options/options.html#data');
  await says(options, 'Choose a file', 'the page');
});
after(() => session?.close());

/** The shipped table with changed bytes and a matching checksum. @param {(bytes: Buffer) => void} change */
function signed(change) {
  const bytes = Buffer.from(SHIPPED);
  change(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

/** Selects a file as a person does. @param {Buffer} bytes */
const choose = (bytes) =>
  options.evaluate((base64) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('input[type="file"]'));
    const chosen = new DataTransfer();
    chosen.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'cloud.bin'));
    input.files = chosen.files;
    input.dispatchEvent(new Event('change'));
  }, bytes.toString('base64'));

const date = async () => (await session.snapshot()).data_date;
const shippedDate = SHIPPED.toString('latin1', DATE, DATE + 10);

test("the table's date is shown", async () => {
  assert.equal(await date(), shippedDate);
  const [, day] = /-0?(\d+)$/.exec(shippedDate) ?? [];
  const text = await words(options);
  assert.ok(text.includes(day) && text.includes(shippedDate.slice(0, 4)), text);
  assert.doesNotMatch(text, /days old/);
});

for (const [what, bytes, why] of /** @type {[string, Buffer, string][]} */ ([
  ['no table at all', Buffer.from('PK\u0003\u0004 something else'), 'This is not an address table of Breakwater.'],
  [
    'another version',
    signed((b) => {
      b[8] = 9;
    }),
    'This address table is of version 9',
  ],
  ['damaged bytes', Buffer.from(SHIPPED).fill(0, 5_000, 5_010), 'its checksum does not match'],
  ['a file cut short', SHIPPED.subarray(0, SHIPPED.length - 100), 'its checksum does not match'],
  [
    'values out of bounds',
    signed((b) => {
      b.write('2026-13-41', DATE, 'latin1');
    }),
    'a value out of bounds (date)',
  ],
])) {
  test(`${what}: refused whole with the reason; the old table stays`, async () => {
    await choose(bytes);
    const text = await says(options, why, 'the reason');
    assert.ok(text.includes('The table in use stays.'), text);
    assert.equal(await date(), shippedDate);
    assert.equal(
      await session.evalBackground(async () => 'table' in (await chrome.storage.local.get('table'))),
      false,
      'nothing is kept',
    );
  });
}

test('a loaded table outlives the worker and warns after a year', async () => {
  await choose(
    signed((b) => {
      b.write('2024-01-02', DATE, 'latin1');
    }),
  );
  await says(options, 'days old', 'that it is old');
  assert.equal(await date(), '2024-01-02');
  assert.match(await words(options), /January 2, 2024/);
  const popup = await session.extensionPage('popup/popup.html?host=127.0.0.1');
  await says(popup, 'days old', 'that it is old, in the popup');
  assert.match(await words(popup), /January 2, 2024/);
  await popup.close();
  await until(
    () => session.evalBackground(async () => 'table' in (await chrome.storage.local.get('table'))),
    (there) => there,
    'the table in storage',
  );
  await session.killWorker();
  assert.equal(await until(date, (at) => at === '2024-01-02', 'the table after a restart of the worker'), '2024-01-02');
});

test('one press brings the shipped table back', async () => {
  await press(options, 'Back to the one that came');
  assert.equal(await until(date, (at) => at === shippedDate, 'the shipped table'), shippedDate);
  await until(
    () => words(options),
    (text) => !text.includes('days old'),
    'no word of age',
  );
});

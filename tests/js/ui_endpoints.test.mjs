// Endpoints on our pages, with a fake core: adding, naming, moving and removing them, and giving one to the wallet.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pages } from './ui/pages.mjs';
import { edits, press, says, told } from './ui/person.mjs';
import { world } from './ui/world.mjs';

/** @type {Awaited<ReturnType<typeof pages>>} */
let own;
before(async () => {
  own = await pages();
});
after(() => own?.close());

const POPUP = 'popup/popup.html';

test("a new endpoint's ground is shown before it is saved", async () => {
  const page = await own.open(POPUP, world());
  await press(page, 'Add an endpoint');
  await page.type('#add-url', 'https://new.example/key');
  await press(page, 'Test');
  await says(page, 'It serves chain 1 and answered in 52 ms.');
  await says(page, 'OVH FR');
  assert.deepEqual(await edits(page), [], 'nothing saved yet');
  await press(page, 'Add', '.form-buttons');
  await page.waitForSelector('.adding', { hidden: true });
  assert.deepEqual(await edits(page), [
    { op: 'add-endpoint', chain: 1, url: 'https://new.example/key', name: 'PublicNode', private: false, headers: [] },
  ]);
  await page.close();
});

test('an answer for a URL that has been changed is not shown', async () => {
  const page = await own.open(POPUP, world());
  await press(page, 'Add an endpoint');
  await page.type('#add-url', 'https://a.example');
  await press(page, 'Test');
  await says(page, 'It serves chain 1');
  await page.type('#add-url', 'x');
  await page.waitForFunction(() => !document.body.innerText.includes('It serves chain 1'));
  await press(page, 'Test', '.form-buttons');
  await page.close();
});

test('a wrong endpoint is refused; a silent one may be added', async () => {
  const page = await own.open(POPUP, world());
  await press(page, 'Add an endpoint');
  await page.type('#add-url', 'https://wrong.example');
  await press(page, 'Test');
  await says(page, 'serves chain 10, not chain 1');
  assert.equal(await page.$eval('#add-url', (input) => input.getAttribute('aria-invalid')), 'true');
  assert.ok(!(await page.$eval('.adding', (form) => form.textContent))?.includes('Add anyway'));
  await page.click('#add-url', { count: 3 });
  await page.type('#add-url', 'https://slow.example');
  await press(page, 'Test');
  await press(page, 'Add anyway');
  await page.waitForSelector('.adding', { hidden: true });
  assert.equal((await edits(page)).at(-1).url, 'https://slow.example');
  await page.close();
});

test('a WebSocket is added with its endpoint; errors are shown', async () => {
  const refuse = {
    'add-endpoint': {
      field: 'ws',
      code: 'other-host',
      message: 'The WebSocket URL must have the host name of the endpoint.',
    },
  };
  const page = await own.open(POPUP, { ...world(), refuse });
  await press(page, 'Add an endpoint');
  await page.type('#add-url', 'https://new.example/key');
  await page.click('.key-fields summary');
  await page.type('#add-ws', 'wss://other.example/ws');
  await page.click('.key-fields summary');
  await press(page, 'Test');
  await says(page, 'It serves chain 1 and answered in 52 ms.');
  await press(page, 'Add', '.form-buttons');
  await says(page, 'must have the host name of the endpoint.');
  assert.equal(await page.$eval('#add-ws', (input) => input.getAttribute('aria-invalid')), 'true');
  await page.evaluate(() => {
    delete (/** @type {any} */ (window).world.refuse);
  });
  await page.click('#add-ws', { count: 3 });
  await page.type('#add-ws', 'wss://new.example/ws');
  await press(page, 'Add', '.form-buttons');
  await page.waitForSelector('.adding', { hidden: true });
  assert.equal((await edits(page)).at(-1).ws, 'wss://new.example/ws');
  await page.close();
});

test('options show, replace and remove a WebSocket, not its key', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.$$eval('.endpoint-line', (lines) =>
    lines.slice(0, 2).forEach((line) => /** @type {HTMLElement} */ (line).click()),
  );
  await says(page, 'wss://my-node.example/ws/…');
  await says(page, 'New blocks come by WebSocket now.');
  assert.equal(
    await page.$$eval('.endpoint-more', (rows) => rows.filter((row) => row.textContent?.includes('WebSocket')).length),
    1,
  );
  await page.close();
  const options = await own.open('options/options.html', world(), { width: 1000 });
  await options.waitForSelector('.endpoint-line');
  await options.$$eval('.endpoint-line', (lines) =>
    /** @type {any} */ (lines.find((line) => line.textContent?.includes('My node'))).click(),
  );
  const field = `#ws-${'b'.repeat(16)}-ws`;
  await options.waitForSelector(field);
  await options.type(field, 'wss://my-node.example/new');
  await options.keyboard.press('Enter');
  await options.waitForFunction((at) => /** @type {any} */ (document.querySelector(at)).value === '', {}, field);
  await press(options, 'Remove wss://my-node.example/ws/…');
  await options.waitForFunction(
    () => /** @type {any} */ (window).told.filter((/** @type {any} */ one) => one.edit?.op === 'set-ws').length === 2,
  );
  const at = { chain: 1, key: 'b'.repeat(16) };
  assert.deepEqual(await edits(options), [
    { op: 'set-ws', ...at, ws: 'wss://my-node.example/new' },
    { op: 'set-ws', ...at, ws: null },
  ]);
  assert.ok(!(await options.content()).includes('my-node.example/ws/KEY'));
  await options.close();
});

test('a name being typed survives the polls', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.click('.endpoint-line');
  await press(page, 'Rename');
  await page.waitForFunction(() => document.activeElement?.id === 'rename' && getSelection()?.toString() === 'Infura');
  await page.keyboard.type('Sea');
  await page.evaluate(() => {
    /** @type {any} */ (window).world.snapshot.chains[1].endpoints[0].p50_ms = 77;
  });
  await says(page, '77 ms');
  assert.equal(await page.$eval('#rename', (input) => /** @type {HTMLInputElement} */ (input).value), 'Sea');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#rename', { hidden: true });
  assert.deepEqual((await edits(page)).at(-1), { op: 'rename', chain: 1, key: 'a'.repeat(16), name: 'Sea' });
  await page.close();
});

test('a removed endpoint is restored with headers and place', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelectorAll('.endpoint-line')[1]).click());
  await press(page, 'Remove');
  await says(page, '“My node” is removed.');
  await press(page, 'Undo');
  await page.waitForFunction(() =>
    /** @type {any} */ (window).told.some((/** @type {any} */ one) => one.edit?.op === 'add-endpoint'),
  );
  assert.deepEqual((await edits(page)).at(-1), {
    op: 'add-endpoint',
    chain: 1,
    url: 'https://My-node.example/KEY',
    name: 'My node',
    enabled: true,
    private: false,
    headers: [['x-api-key', 'KEY']],
    ws: 'wss://My-node.example/ws/KEY',
    at: 1,
  });
  await page.close();
});

test('moving by keyboard keeps the focus on the endpoint', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.click('.endpoint-line');
  await page.waitForSelector('[aria-label="Move Infura down"]');
  await page.focus('[aria-label="Move Infura down"]');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.endpoint-name')[1]?.textContent?.trim() === 'Infura');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Move Infura down');
  await page.close();
});

test('the wallet is given an endpoint, never one with headers', async () => {
  const page = await own.open(POPUP, world());
  await says(page, 'Protected');
  await page.click('.endpoint-line');
  await press(page, 'Give this endpoint to my wallet');
  await says(page, 'Your wallet took “Infura”.');
  assert.deepEqual(
    (await told(page)).find(({ type }) => type === 'give-endpoint'),
    {
      type: 'give-endpoint',
      chain: {
        chainId: '0x1',
        chainName: 'Ethereum',
        rpcUrls: ['https://Infura.example/KEY'],
        nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
        blockExplorerUrls: ['https://etherscan.io'],
      },
    },
  );
  await page.$$eval('.endpoint-line', ([first, second]) =>
    [first, second].forEach((line) => /** @type {HTMLElement} */ (line).click()),
  );
  await page.waitForFunction(() =>
    document.querySelectorAll('.endpoint-more .url')[0]?.textContent?.includes('my-node'),
  );
  await press(page, 'Give this endpoint to my wallet');
  await says(page, 'needs a header or a password');
  assert.equal((await told(page)).filter(({ type }) => type === 'give-endpoint').length, 1);
  await page.close();
});

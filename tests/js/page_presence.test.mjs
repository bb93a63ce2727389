// Whether our wrappers are installed in the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ON, page } from './lib/page.mjs';
import { followState } from '../../extension/inpage/presence.js';

/** A page that records what is done to it. */
function setUp() {
  const { client } = page(undefined, null);
  /** @type {string[]} */
  const done = [];
  followState(client, {
    install: () => done.push('install'),
    destroy: () => done.push('destroy'),
    setDirect: (wanted) => done.push(`direct ${wanted}`),
  });
  return { client, since: () => done.splice(0) };
}

test('on: installed; off or gone: the page is as it was', () => {
  for (const end of [{ ...ON, on: false }, { type: 'gone' }]) {
    const { client, since } = setUp();
    client.receive(ON);
    assert.deepEqual(since(), ['install', 'direct true']);
    client.receive(end);
    assert.deepEqual(since(), ['destroy', 'direct false']);
  }
});

test('direct reads off for this site: providers stay guarded', () => {
  const { client, since } = setUp();
  client.receive({ ...ON, direct: false });
  assert.deepEqual(since(), ['install', 'direct false']);
});

test('wrappers stay while the worker is unreachable', () => {
  const { client, since } = setUp();
  client.receive(ON);
  since();
  client.receive({ type: 'down' });
  assert.deepEqual(since(), []);
  client.receive({ ...ON, on: false });
  assert.deepEqual(since(), ['destroy', 'direct false']);
});

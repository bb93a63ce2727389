// How deeply a text is nested: the quick check agrees with the parsed value.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFlat } from '../../extension/lib/depth.js';
import { wellFormed } from '../../extension/lib/message.js';

/** A small generator, so that failures can be reproduced. @param {number} seed */
const randomFrom = (seed) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};

const TEXTS = ['', '"', '\\', '\\"', '[[[[', '}{', 'a\\\\"]', 'é,,,', '\ud83d'];

/** @param {() => number} random @param {number} levels @returns {any} */
function value(random, levels) {
  const kind = Math.floor(random() * (levels > 0 ? 4 : 2));
  if (kind === 0) return TEXTS[Math.floor(random() * TEXTS.length)];
  if (kind === 1) return random() < 0.5 ? null : 5;
  const members = Array.from({ length: Math.floor(random() * 4) }, () => value(random, levels - 1));
  return kind === 2 ? members : Object.fromEntries(members.map((member, i) => [`${TEXTS[i]}${i}`, member]));
}

/** @param {any} built @returns {number} */
const depthOf = (built) =>
  typeof built === 'object' && built !== null ? 1 + Math.max(0, ...Object.values(built).map(depthOf)) : 0;

test('the depth of a JSON text equals that of its value', () => {
  for (let seed = 1; seed <= 3_000; seed++) {
    const built = value(randomFrom(seed), 6);
    const text = JSON.stringify(built);
    const depth = depthOf(built);
    assert.ok(isFlat(text, depth), `${seed}: ${text}`);
    assert.ok(depth === 0 || !isFlat(text, depth - 1), `${seed}: ${text}`);
    assert.deepEqual(JSON.parse(wellFormed(text)), JSON.parse(text.replaceAll('\\ud83d', '\\ufffd')), text);
  }
});

test('a text that is not JSON also ends', () => {
  for (const text of ['"', '"\\', '"\\"', '\\"', ']]]]', '"a" "', '']) assert.equal(isFlat(text, 1), true, text);
  assert.equal(isFlat('['.repeat(5_000_000), 512), false);
  assert.equal(isFlat(`"${'\\"'.repeat(2_000_000)}"`, 1), true);
});

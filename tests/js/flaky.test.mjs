// How `./build.sh test flaky` parses its arguments and reports its runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan, sum, table } from '../../tools/lib/runs.mjs';

const FILES = ['tests/browser/popup.test.mjs', 'tests/browser/hostile-load.test.mjs', 'tests/js/net.test.mjs'];

test('a browser file runs in both browsers, ten times', () => {
  assert.deepEqual(plan(['hostile-load'], FILES), {
    runs: 10,
    tasks: [
      { file: 'tests/browser/hostile-load.test.mjs', where: 'chromium' },
      { file: 'tests/browser/hostile-load.test.mjs', where: 'firefox' },
    ],
  });
});

test('runs and browser are accepted in both spellings', () => {
  for (const args of [
    ['--runs', '3', '--browser', 'firefox', 'popup'],
    ['popup', '--browser=firefox', '--runs=3'],
  ]) {
    const tasks = [{ file: 'tests/browser/popup.test.mjs', where: 'firefox' }];
    assert.deepEqual(plan(args, FILES), { runs: 3, tasks });
  }
});

test('a file without a browser runs once a round', () => {
  assert.deepEqual(plan(['tests/js/net.test.mjs', '--browser', 'firefox'], FILES).tasks, [
    { file: 'tests/js/net.test.mjs', where: 'node' },
  ]);
});

test('a name that cannot be run is refused', () => {
  for (const line of ['', 'load', '--runs 0 popup', '--runs popup', '--browser opera popup', '--loud popup']) {
    assert.throws(() => plan(line.split(' ').filter(Boolean), FILES), Error, line);
  }
});

/** @param {string} file @param {"chromium" | "firefox"} where @param {...string} failed */
const ran = (file, where, ...failed) => ({ file, where, failed, seconds: 1.25 });

test('runs are summed by file and browser, with the failures', () => {
  const runs = [
    ran('a', 'chromium'),
    ran('a', 'firefox', 'slow', 'slow'),
    ran('b', 'chromium'),
    ran('a', 'chromium'),
    ran('a', 'firefox', 'slow', 'lost'),
    ran('b', 'chromium'),
  ];
  const lines = table(runs).map((line) => line.replaceAll(/ +/g, ' '));
  assert.deepEqual(lines.slice(1), [
    'a chromium 2 0 1.3',
    'a firefox 2 2 1.3',
    ' 2 of 2: slow',
    ' 1 of 2: lost',
    'b chromium 2 0 1.3',
  ]);
  assert.deepEqual(sum(runs), { passed: 4, failed: 2 });
});

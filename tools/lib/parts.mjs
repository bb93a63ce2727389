// The parts of `./build.sh test` in the order they run: quick and informative ones first. Lanes run side by side.
import { readdirSync } from 'node:fs';
import { at } from './run.mjs';
import { cargoTarget, named, pattern } from './threats.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {[string, ...string[]][]} commands run one after the other; the extra arguments go to the last
 * @property {Record<string, string>} [env]
 * @property {"cargo" | "node" | "lines"} [counts] how to read the number of tests off the output;
 *   without it every command counts as one
 * @property {string[]} [defaults] arguments of the last command when none were given
 * @property {"core" | "firefox"} [lane] in a whole `test`, runs beside the parts of other lanes; the core's has low
 *   priority
 * @property {string} [group] another name to run it by; not part of a whole `test`, where other parts run the same
 *   tests
 */

/** @param {string} folder @returns {string[]} its test files */
const testsIn = (folder) =>
  readdirSync(at(folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .sort()
    .map((name) => `${folder}/${name}`);

/** @param {string} folder @param {...string} options @returns {[string, ...string[]]} */
const nodeTests = (folder, ...options) => ['node', '--test', '--test-reporter=spec', ...options, ...testsIn(folder)];

/**
 * One browser at a time, with the core's parts beside it. Two of Chromium's test files run at once, because they mostly
 * wait; Firefox needs more processor time. `BROWSERS=together` runs both browsers at once, for machines with more than
 * two cores. A test that hangs is ended and named.
 */
const browser = (/** @type {string} */ name, files = 1) => ({
  name: `browser-${name}`,
  commands: [nodeTests('tests/browser', `--test-concurrency=${files}`, '--test-timeout=600000')],
  env: { BROWSER: name },
  counts: /** @type {const} */ ('node'),
  lane: name === 'firefox' && process.env.BROWSERS === 'together' ? /** @type {const} */ ('firefox') : undefined,
});

/** Every test that docs/THREATS.md names, and no other. @returns {Part[]} */
function hostile() {
  const all = [...named()];
  const rust = all.filter(([file]) => file.endsWith('.rs'));
  const targets = new Set(rust.map(([file]) => cargoTarget(file).join(' ')));
  const node = (/** @type {string[]} */ ...folders) => {
    const some = all.filter(([file]) => folders.some((folder) => file.startsWith(folder)));
    const only = `--test-name-pattern=${pattern(some.flatMap(([, titles]) => titles))}`;
    return /** @type {[string, ...string[]]} */ ([
      'node',
      '--test',
      '--test-reporter=spec',
      '--test-concurrency=1',
      '--test-timeout=600000',
      only,
      ...some.map(([file]) => file),
    ]);
  };
  const group = 'hostile';
  return [
    {
      name: 'hostile-native',
      group,
      counts: 'cargo',
      commands: [
        [
          'cargo',
          'test',
          '--quiet',
          '--no-fail-fast',
          ...[...targets].flatMap((target) => target.split(' ')),
          '--',
          ...rust.flatMap(([, titles]) => titles),
        ],
      ],
    },
    { name: 'hostile-js', group, counts: 'node', commands: [node('tests/facts/', 'tests/js/')] },
    ...['chromium', 'firefox'].map((BROWSER) => ({
      name: `hostile-${BROWSER}`,
      group,
      counts: /** @type {const} */ ('node'),
      commands: [node('tests/browser/')],
      env: { BROWSER },
    })),
  ];
}

/** The glue generator, a workspace of its own. */
const BINDGEN = 'tools/bindgen/Cargo.toml';
const WORLDS = ['--profile', 'worlds', '--quiet'];
/** What cargo-deny checks without a network. */
const DENIED = ['bans', 'licenses', 'sources'];

/** @returns {Part[]} */
export function parts() {
  /** @type {Part[]} */
  const list = [
    // Prettier gives all JavaScript one layout, so that no review is about it.
    {
      name: 'fmt',
      commands: [
        ['cargo', 'fmt', '--check'],
        ['cargo', 'fmt', '--check', '--manifest-path', BINDGEN],
        ['node_modules/.bin/prettier', '--log-level', 'warn', '--check', '**/*.{js,mjs}'],
      ],
    },
    { name: 'facts', commands: [nodeTests('tests/facts')], counts: 'node' },
    {
      name: 'clippy',
      lane: 'core',
      commands: [
        ['cargo', 'clippy', '--quiet', '--all-targets', '--', '-D', 'warnings'],
        ['cargo', 'clippy', '--quiet', '--lib', '--target', 'wasm32-unknown-unknown', '--', '-D', 'warnings'],
      ],
    },
    {
      name: 'deny',
      commands: [
        ['cargo', 'deny', '--offline', 'check', ...DENIED],
        ['cargo', 'deny', '--offline', '--manifest-path', BINDGEN, '--config', 'deny.toml', 'check', ...DENIED],
      ],
    },
    // Without the examples: clippy has checked them, and the worlds and the fuzzer have their own profile.
    {
      name: 'native',
      lane: 'core',
      counts: 'cargo',
      commands: [
        ['cargo', 'test', '--quiet', '--no-fail-fast', '--lib', '--tests'],
        ['cargo', 'test', '--quiet', '--no-fail-fast', '--doc'],
      ],
    },
    {
      name: 'worlds',
      lane: 'core',
      commands: [['cargo', 'run', ...WORLDS, '--example', 'worlds', '--']],
      defaults: ['--count', '100000', '--seed', '1'],
    },
    {
      name: 'fuzz',
      lane: 'core',
      commands: [['cargo', 'run', ...WORLDS, '--example', 'fuzz', '--']],
      defaults: ['--seed', '1'],
      counts: 'lines',
    },
    { name: 'types', commands: [['node_modules/.bin/tsc', '-p', 'tsconfig.json']] },
    { name: 'js', commands: [nodeTests('tests/js')], counts: 'node' },
    { name: 'lint', commands: [['node', 'tools/lint.mjs']], counts: 'lines' },
    { name: 'sizes', commands: [['node', 'tools/sizes.mjs']], counts: 'lines' },
    browser('chromium', 2),
    browser('firefox'),
    ...hostile(),
  ];
  return list;
}

/**
 * Counts the tests of a part from its output.
 * @param {Part} part
 * @param {string} output
 * @param {number} ok commands that succeeded
 * @param {number} bad commands that failed
 * @returns {{passed: number, failed: number}}
 */
export function count(part, output, ok, bad) {
  const sum = (/** @type {RegExp} */ pattern) =>
    [...output.matchAll(pattern)].reduce((n, match) => n + Number(match[1]), 0);
  const read = {
    cargo: () => [sum(/test result: .*?(\d+) passed/g), sum(/test result: .*?(\d+) failed/g)],
    node: () => [sum(/^ℹ pass (\d+)$/gm), sum(/^ℹ (?:fail|cancelled) (\d+)$/gm)],
    lines: () => [sum(/^(\d+) checked$/gm), sum(/^(\d+) wrong$/gm)],
    commands: () => [ok, bad],
  }[part.counts ?? 'commands'];
  const [passed = 0, failed = 0] = read();
  // A program that failed without naming a test (it did not compile, it crashed) counts as one failure.
  return { passed, failed: bad > 0 ? Math.max(failed, 1) : failed };
}

// Rules of the source code that no compiler checks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CORE as RUST, circles, rust, scripts } from './graph.mjs';
import { FILES, code, exists, files, text } from './repo.mjs';

/** Layers of the core, from the outside in, one module each: a module may use those below. */
const LAYERS = [
  'web',
  'guard',
  'panel',
  'words',
  'follow',
  'rescue',
  'pages',
  'store',
  'asks',
  'watch',
  'lanes',
  'wire',
  'batch',
  'load',
  'answer',
  'choice',
  'io',
  'protocol',
  'settings',
  'connectivity',
  'cloud',
  'trail',
  'classify',
  'confirmed',
  'health',
  'endpoint',
  'race',
  'inner_error',
  'shape',
  'wallet_error',
  'named',
  'room',
  'fair',
  'route',
  'heads',
  'budget',
  'sketch',
  'blocks',
  'jsonrpc',
  'hidden',
  'redact',
  'secret',
  'chains',
];

/** Modules that must not use each other, whatever their layer. @type {Record<string, string[]>} */
const STRANGERS = {
  race: ['cloud', 'jsonrpc', 'endpoint', 'settings', 'protocol'],
  cloud: ['race', 'health', 'budget', 'heads', 'jsonrpc'],
  settings: ['race', 'health', 'budget', 'heads', 'jsonrpc'],
};

/** @param {string} path @returns {string} the top-level module a Rust file belongs to */
const moduleOf = (path) => path.split('/')[1].replace(/\.rs$/, '');

/** @param {string} source */
const withoutTests = (source) => source.split(/#\[cfg\(test\)\]\s*mod tests \{/)[0];

test('every module of the core has its layer', () => {
  assert.deepEqual([...new Set(RUST.map(moduleOf))].sort(), [...LAYERS].sort());
});

test('dependencies run one way', () => {
  for (const [path, used] of rust(RUST)) {
    const own = moduleOf(path);
    for (const other of [...used].map(moduleOf).filter((name) => name !== own)) {
      assert.ok(LAYERS.indexOf(other) > LAYERS.indexOf(own), `${path} (${own}) uses ${other}, which is above it`);
      assert.ok(!(STRANGERS[own] ?? []).includes(other), `${path}: ${own} must not know ${other}`);
    }
  }
});

test('no files import each other in a cycle', () => {
  assert.deepEqual(circles(rust(RUST)), []);
  assert.deepEqual(circles(scripts(files(/^(extension|tools|www)\/.*\.m?js$/))), []);
});

/** A graph of Rust files given as texts. @param {Record<string, string>} sources */
const graph = (sources) => rust(Object.keys(sources), (path) => sources[path]);

test('cycles are found through nested paths', () => {
  const two = {
    'src/a.rs': 'use crate::b::{self, c::{D, E}};',
    'src/b.rs': 'fn f() { crate::a::g(); }',
    'src/b/c.rs': 'pub struct D;',
  };
  assert.deepEqual(circles(graph(two)), [['src/a.rs', 'src/b.rs']]);
  const three = { ...two, 'src/a.rs': 'use crate::b::c::D;', 'src/b/c.rs': 'use super::F;' };
  assert.deepEqual(circles(graph(three)), [['src/a.rs', 'src/b.rs', 'src/b/c.rs']]);
});

test('circles of scripts are found, however they are written', () => {
  /** @type {Record<string, string>} */
  const sources = {
    'a.js': "import {\n  b,\n} from './lib/b.js';",
    'lib/b.js': 'export { c } from "./c.mjs";',
    'lib/c.mjs': "const a = await import('../a.js');",
    'd.js': "import './a.js';",
  };
  assert.deepEqual(circles(scripts(Object.keys(sources), (path) => sources[path])), [
    ['a.js', 'lib/b.js', 'lib/c.mjs'],
  ]);
});

test('a re-exported name belongs to the file that defines it', () => {
  const facade = { 'src/a/mod.rs': 'pub use b::B;', 'src/a/b.rs': 'pub struct B;', 'src/a/c.rs': 'use super::B;' };
  const uses = graph(facade);
  assert.deepEqual([...(uses.get('src/a/c.rs') ?? [])], ['src/a/b.rs']);
  assert.deepEqual(circles(uses), []);
});

test('no web crate, clock or randomness outside src/web', () => {
  const crates = 'web_sys|js_sys|wasm_bindgen|wasm_bindgen_futures|serde_wasm_bindgen|gloo\\w*|getrandom|rand|tokio';
  const forbidden = new RegExp(`\\b(${crates}|Instant::now|SystemTime)\\b`);
  for (const path of RUST.filter((name) => !name.startsWith('src/web/'))) {
    const found = withoutTests(code(text(path))).match(forbidden);
    assert.equal(found?.[0], undefined, `${path} uses ${found?.[0]}`);
  }
});

/** Where the words of endpoints and wallets are read: that is what the error catalogue is for. */
const READERS = /^src\/(classify\/|wallet_error\.rs|inner_error\.rs|redact\.rs)|^extension\/inpage\/direct\/judge\.js$/;

test("nothing decides by comparing a message's text", () => {
  const calls =
    'contains|starts_with|ends_with|eq_ignore|find\\(|split_once|to_lowercase|' +
    'includes|startsWith|endsWith|match\\(|search\\(';
  const equals = '(={2,3}|!={1,2})(?!=|\\s*(null|undefined))';
  const compared = new RegExp(`\\b(message|sentence\\(\\))\\s*(${equals}|\\??\\.\\s*(${calls}|toLowerCase))`);
  for (const path of [...RUST, ...files(/^extension\/.*\.js$/)].filter((name) => !READERS.test(name))) {
    const source = withoutTests(code(text(path))).replace(/typeof \w+(\.\w+)* [!=]==? /g, '');
    const found = source.match(compared)?.[0];
    assert.equal(found, undefined, `${path} compares it`);
  }
});

test('files stay small enough to read in one go', () => {
  for (const path of files(/\.rs$/)) assert.ok(text(path).split('\n').length <= 500, `${path} has more than 500 lines`);
  for (const path of files(/\.m?js$/))
    assert.ok(text(path).split('\n').length <= 300, `${path} has more than 300 lines`);
});

test('no line of a script is longer than 120 characters', () => {
  for (const path of files(/\.m?js$/)) {
    const long = text(path)
      .split('\n')
      .findIndex((line) => line.length > 120);
    assert.equal(long, -1, `${path}:${long + 1}`);
  }
});

/** Joined here, so that this file does not contain the words it looks for. */
const FORBIDDEN = [
  ['/wo', 'rk/'],
  ['/ro', 'ot/'],
  ['/tm', 'p/'],
  ['../sha', 'red'],
  ['registry.npm', 'js.org'],
  ['registry.yarn', 'pkg.com'],
  ['files.python', 'hosted.org'],
  ['static.cra', 'tes.io'],
  ['deb.deb', 'ian.org'],
  ['TO', 'DO:'],
  ['FIX', 'ME'],
].map((parts) => parts.join(''));

test("no machine's paths, no registry addresses, no to-dos", () => {
  for (const path of FILES.filter((name) => !/\.(png|bin|woff2?)$/.test(name))) {
    for (const word of FORBIDDEN) assert.ok(!text(path).includes(word), `${path} contains ${word}`);
  }
});

test('no test is skipped or focused', () => {
  const forbidden = new RegExp(
    ['#\\[ign', 'ore|\\b(test|it|describe)\\.(sk', 'ip|on', 'ly|to', 'do)\\(|\\bsk', 'ip: ?true'].join(''),
  );
  for (const path of files(/^tests\/.*\.(rs|m?js)$|^src\/.*\.rs$/)) {
    assert.equal(text(path).match(forbidden)?.[0], undefined, path);
  }
});

test('documents link to files that exist', () => {
  for (const path of files(/\.md$/)) {
    for (const [, target] of text(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      const file = new URL(target, `file:///${path}`).pathname.slice(1);
      assert.ok(
        exists(file) || FILES.some((name) => name.startsWith(`${file.replace(/\/$/, '')}/`)),
        `${path} links to ${target}`,
      );
    }
  }
});

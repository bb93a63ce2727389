// The dependencies of the tools: each verb installs what it needs, and no package is unused.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';
import { parts } from '../../tools/lib/parts.mjs';
import { exists, files, joined, json, text } from './repo.mjs';

const { dependencies, devDependencies } = json('package.json');

/** What a module imports, as written. @param {string} path */
const imports = (path) =>
  [...text(path).matchAll(/\b(?:from|import|resolve\(|import\()\s*["'`]([\w@./:${}-]+)["'`]/g)].map(([, name]) => name);

/** The package that an import names; empty for a file or a module of Node. @param {string} name */
function packageOf(name) {
  if (/^[./]|^node:/.test(name)) return [];
  const [scope, rest] = name.split('/');
  return [scope.startsWith('@') ? `${scope}/${rest}` : scope];
}

/**
 * Packages that a module and all of its imports need.
 * @param {string} entry @param {Set<string>} [seen] @returns {string[]}
 */
function packages(entry, seen = new Set()) {
  if (seen.has(entry) || !exists(entry)) return [];
  seen.add(entry);
  return imports(entry).flatMap((name) =>
    name.startsWith('.') ? packages(join(dirname(entry), name), seen) : packageOf(name),
  );
}

test('the glue generator matches the version of wasm-bindgen', () => {
  const version = (/** @type {string} */ lock, /** @type {string} */ name) =>
    text(lock).match(new RegExp(`^name = "${name}"\nversion = "(.*)"$`, 'm'))?.[1];
  const core = version('Cargo.lock', 'wasm-bindgen');
  assert.equal(version('tools/bindgen/Cargo.lock', 'wasm-bindgen-cli-support'), core);
  assert.ok(text('tools/bindgen/Cargo.toml').includes(`wasm-bindgen-cli-support = "=${core}"`));
});

test('build and run need no test package', () => {
  for (const entry of ['tools/build.mjs', 'tools/run.mjs']) {
    // The name of anvil's package contains the platform.
    const needed = packages(entry).map((name) => name.replace(/^(@foundry-rs\/anvil)-.*/, '$1'));
    assert.ok(needed.length > 0);
    assert.deepEqual(
      [...new Set(needed)].filter((name) => !(name in dependencies)),
      [],
      entry,
    );
  }
});

/** Packages that are used in other ways than by an import of ours. @type {Record<string, string>} */
const OTHERWISE = {
  '@types/node': 'types in tsconfig.json',
  '@types/chrome': 'types in tsconfig.json',
  '@types/ws': 'types of an import',
  binaryen: 'wasm-opt',
  typescript: 'tsc',
  'web-ext': 'its program',
  buffer: 'what stream libraries of npm import in a page',
  events: 'what stream libraries of npm import in a page',
};

test('every npm package is used', () => {
  const all = joined(/^(tools|tests)\/.*\.m?js$/);
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const used = name in OTHERWISE || ['"', "'", '/', '`'].some((before) => all.includes(`${before}${name}`));
    assert.ok(used, `nothing uses ${name}`);
  }
});

test('documents name verbs and parts that exist', () => {
  const verbs = [...text('build.sh').matchAll(/^ {2}(\w+)[|)]/gm)].map(([, verb]) => verb);
  const known = parts()
    .flatMap(({ name, group }) => [name, group])
    .concat('flaky', 'list');
  assert.ok(verbs.includes('run') && known.includes('native'));
  for (const path of files(/\.md$/)) {
    for (const [, verb, part] of text(path).matchAll(/\.\/build\.sh (\w+)(?: ([a-z-]+))?/g)) {
      assert.ok(verbs.includes(verb), `${path}: build.sh has no verb ${verb}`);
      if (verb === 'test' && part) assert.ok(known.includes(part), `${path}: test has no part ${part}`);
    }
  }
});

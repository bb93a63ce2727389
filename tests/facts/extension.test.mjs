// The parts of the package fit together: manifests, messages, words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge } from '../../tools/lib/assemble.mjs';
import { exists, files, joined, json, text } from './repo.mjs';

const MANIFESTS = ['chrome', 'firefox'].map((browser) => ({
  browser,
  manifest: merge(json('extension/manifest.base.json'), json(`extension/manifest.${browser}.json`)),
}));

/** Every string in a manifest that names a file. @param {any} value @returns {string[]} */
function paths(value) {
  if (typeof value === 'string') return /^[\w./-]+\.(js|html|css|png|svg|json|wasm|bin)$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(paths) : [];
}

for (const { browser, manifest } of MANIFESTS) {
  test(`${browser}: every path in the manifest is in the package`, () => {
    const named = paths(manifest);
    assert.ok(named.length > 5);
    for (const path of named) assert.ok(exists(`dist/${browser}/${path}`), `${path} is missing`);
  });
}

test('both manifests ask for the same, documented permissions', () => {
  const [chrome, firefox] = MANIFESTS.map(({ manifest }) => manifest);
  const extra = firefox.permissions.filter((/** @type {string} */ p) => !chrome.permissions.includes(p));
  assert.deepEqual(
    extra.filter((/** @type {string} */ p) => p !== 'dns'),
    [],
  );
  const privacy = text('docs/PRIVACY.md');
  for (const permission of new Set([...chrome.permissions, ...firefox.permissions])) {
    assert.ok(privacy.includes(`\`${permission}\``), `docs/PRIVACY.md does not say why ${permission}`);
  }
});

test('PRIVACY.md lists the data declared to Firefox, from 140 on', () => {
  const { data_collection_permissions: told, strict_min_version: least } =
    MANIFESTS[1].manifest.browser_specific_settings.gecko;
  assert.ok(Number.parseFloat(least) >= 140, 'older versions ignore the key');
  assert.ok(text('README.md').includes(`Firefox ${Number.parseFloat(least)} or newer`));
  for (const kind of told.required)
    assert.ok(text('docs/PRIVACY.md').includes(`| \`${kind}\` |`), `${kind} is not in PRIVACY.md`);
});

test('no page can load a file of ours', () => {
  for (const { manifest } of MANIFESTS) assert.equal(manifest.web_accessible_resources, undefined);
});

/** Variants of an enum of the protocol. @param {string} name @returns {string[]} */
function variants(name) {
  const body =
    joined(/^src\/protocol\/.*\.rs$/).match(new RegExp(`pub enum ${name} \\{\n([\\s\\S]*?)\n\\}`))?.[1] ?? '';
  return [...body.matchAll(/^ {4}([A-Z]\w*)/gm)].map(([, variant]) => variant);
}

/** @param {string} variant @returns {string} its `type` in messages */
const kebab = (variant) => variant.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();

const PAGE_JS = joined(/^extension\/(inpage\/.*|bridge|background|lib\/(?!ui).*)\.?(js)?$/);
const PANEL_JS = joined(/^extension\/(popup|options|lib)\/.*\.js$/);
const CORE_RS = joined(/^src\/(?!protocol\.rs).*\.rs$/);

for (const [name, script] of /** @type {const} */ ([
  ['PageToCore', PAGE_JS],
  ['CoreToPage', PAGE_JS],
  ['PanelToCore', PANEL_JS],
  ['PanelReply', PANEL_JS],
])) {
  test(`every ${name} message has a sender and a receiver`, () => {
    const all = variants(name);
    assert.ok(all.length > 3);
    for (const variant of all) {
      assert.match(CORE_RS, new RegExp(`\\b${name}::${variant}\\b`), `the core does not know ${name}::${variant}`);
      assert.match(
        script,
        new RegExp(`['"\`]?\\b${kebab(variant)}\\b['"\`]?`),
        `no script knows ${name} "${kebab(variant)}"`,
      );
    }
  });
}

const words = Object.fromEntries(
  files(/^extension\/_locales\/.*\.json$/).map((path) => [path.split('/')[2], json(path)]),
);

test('all languages have the same keys and placeholders', () => {
  for (const [lang, texts] of Object.entries(words)) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(words.en).sort(), lang);
    for (const [key, { message, placeholders = {} }] of Object.entries(texts)) {
      assert.ok(message.trim(), `${key} is empty in ${lang}`);
      const names = Object.keys(words.en[key].placeholders ?? {}).sort();
      assert.deepEqual(Object.keys(placeholders).sort(), names, `placeholders of ${key} in ${lang}`);
    }
  }
});

test('each file of texts says its language, and no script lists languages', () => {
  assert.ok(Object.keys(words).length > 1);
  for (const [lang, texts] of Object.entries(words)) assert.equal(texts.language.message.replace('-', '_'), lang);
  const listed = new RegExp(`getUILanguage|['"\`](${Object.keys(words).join('|')})['"\`]`);
  for (const path of files(/^extension\/.*\.(js|ts|html)$/)) assert.doesNotMatch(text(path), listed, path);
});

test('every locale key that is used exists, and the reverse', () => {
  const scripts = joined(/^extension\/.*\.(js|html)$/);
  const manifests = joined(/^extension\/manifest\..*\.json$/);
  const used = new Set([
    ...[...scripts.matchAll(/\b(?:t|getMessage)\(\s*['"]([\w@]+)['"]/g)].map(([, key]) => key),
    ...[...scripts.matchAll(/data-i18n[\w-]*=["'](\w+)["']/g)].map(([, key]) => key),
    ...[...manifests.matchAll(/__MSG_(\w+)__/g)].map(([, key]) => key),
  ]);
  for (const key of used) assert.ok(key.startsWith('@@') || key in words.en, `${key} is used and has no text`);
  // A key that is composed or chosen at run time still appears somewhere as a quoted word or as a prefix.
  const prefixes = [...scripts.matchAll(/`([a-zA-Z_]+)\$\{/g)].map(([, prefix]) => prefix);
  for (const key of Object.keys(words.en)) {
    const found =
      used.has(key) || new RegExp(`['"]${key}['"]`).test(scripts) || prefixes.some((prefix) => key.startsWith(prefix));
    assert.ok(found, `${key} has a text and nobody shows it`);
  }
});

test('scripts of the extension import files that exist', () => {
  for (const path of files(/^extension\/.*\.js$/)) {
    for (const [, from] of text(path).matchAll(/^(?:import|export)[^'"]*from ['"](\.[^'"]+)['"]/gm)) {
      const target = new URL(from.split('?')[0], `file:///${path}`).pathname.slice(1);
      const generated = target.startsWith('extension/wasm/') || target.startsWith('extension/lib/vendor/');
      assert.ok(generated || exists(target), `${path} imports ${from}`);
    }
  }
});

// One room for words: only src/words/ knows what the core says to the person, and in which languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CORE } from './graph.mjs';
import { code, files, json, text } from './repo.mjs';

const ROOM = /^src\/words\//;
const OUTSIDE = CORE.filter((path) => !ROOM.test(path));
/** These hand on which language is wanted. */
const CARRIERS = /^src\/(guard|panel)\//;

/** Rust without comments and unit tests. @param {string} path */
const shipped = (path) => code(text(path)).split(/#\[cfg\(test\)\]\s*mod tests \{/)[0];

/** Codes of the languages, as the room names them. */
const CODES = /** @type {RegExpMatchArray} */ (text('src/words/lang.rs').match(/self\.pick\(("\w+"(?:, "\w+")*)\)/))[1]
  .split(', ')
  .map((word) => word.slice(1, -1));

test('only the room for words chooses between languages', () => {
  for (const path of OUTSIDE) {
    const found = shipped(path).match(/\bLang::(?!from_tag\b)\w+|\blang\s*\.\s*pick\(/)?.[0];
    assert.equal(found, undefined, `${path} has ${found}`);
  }
  assert.match(text('src/words/lang.rs'), /pub\(super\) fn pick</);
});

test('modules below the room know no language', () => {
  for (const path of OUTSIDE.filter((name) => !CARRIERS.test(name))) {
    assert.doesNotMatch(shipped(path), /\bLang\b/, path);
  }
});

test('no sentence in a second language is outside the room', () => {
  for (const path of OUTSIDE) {
    const strings = shipped(path).match(/"(?:\\.|[^"\\])*"/gs) ?? [];
    const found = strings.find((string) => /[àâäçéèêëîïôöùûüÿœæ’«»]/i.test(string));
    assert.equal(found, undefined, `${path} has ${found}`);
  }
});

test('every language has its texts in the room, data and pages', () => {
  const lang = text('src/words/lang.rs');
  const variants = [
    .../** @type {RegExpMatchArray} */ (lang.match(/pub enum Lang \{([^}]*)\}/))[1].matchAll(/^ {4}(\w+),$/gm),
  ];
  assert.deepEqual(
    variants.map(([, name]) => name.toLowerCase()),
    CODES,
  );
  assert.deepEqual(
    [...lang.matchAll(/\bLang::(\w+) => (\w+),/g)].map(([, , text]) => text),
    CODES,
  );
  assert.deepEqual(
    files(/^extension\/_locales\/.*\.json$/)
      .map((path) => path.split('/')[2])
      .sort(),
    [...CODES].sort(),
  );
  const rows = text('data/countries.tsv')
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
  assert.deepEqual(rows[0].slice(1), CODES);
  for (const row of rows) assert.equal(row.filter(Boolean).length, CODES.length + 1, row[0]);
  for (const [operator, note] of Object.entries(json('data/presets.json').notes)) {
    assert.deepEqual(Object.keys(note), CODES, operator);
    assert.doesNotMatch(Object.values(note).join(), /[ \u00a0][;:!?»]|«(?!\u202f)/, `${operator}: a line can break`);
  }
});

test('no line can break before a sign or inside « »', () => {
  // Only French has a space there, and it is narrow and does not break.
  const breaks = /[ \u00a0][;:!?»]|«(?!\u202f)/;
  for (const path of files(/^src\/words\/.*\.rs$/)) {
    const strings = shipped(path).match(/"(?:\\.|[^"\\])*"/gs) ?? [];
    const found = strings.find((string) => breaks.test(string));
    assert.equal(found, undefined, `${path} has ${found}`);
  }
  for (const path of files(/^extension\/_locales\/.*\.json$/)) {
    const found = Object.entries(json(path)).find(([, { message }]) => breaks.test(message));
    assert.equal(found, undefined, `${path} has ${found?.[0]}`);
  }
});

// Every row of docs/THREATS.md names at least one test, and each of these exists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parts } from '../../tools/lib/parts.mjs';
import { named, rows } from '../../tools/lib/threats.mjs';
import { exists, files, text } from './repo.mjs';

const ROWS = rows();

/** Titles of a file's tests, as they are written. @param {string} file @returns {Set<string>} */
function titles(file) {
  const source = text(file);
  const found = file.endsWith('.rs')
    ? [...source.matchAll(/#\[test\]\s+(?:#\[[^\n]*\]\s+)*fn (\w+)/g)].map(([, name]) => name)
    : [...source.matchAll(/\b(?:test|it)\(\s*(["'`])((?:\\.|(?!\1).)*)\1/g)].map(([, , title]) =>
        title.replace(/\\(.)/g, '$1'),
      );
  return new Set(found);
}

test('every threat names a test', () => {
  assert.ok(ROWS.length > 20);
  for (const { threat, tests } of ROWS) assert.ok(tests.length > 0, `"${threat}" names no test`);
});

test('every test that a threat names exists', () => {
  for (const [file, wanted] of named()) {
    assert.ok(exists(file), `${file} is not there`);
    const there = titles(file);
    for (const title of wanted) assert.ok(there.has(title), `${file} has no test "${title}"`);
  }
});

test('every hostile test file is named by a threat', () => {
  const all = named();
  const hostile = files(/^tests\/browser\/hostile-.*\.test\.mjs$/);
  for (const file of hostile) assert.ok(all.has(file), `no threat names ${file}`);
});

test('the hostile part runs every test that is named', () => {
  const commands = parts()
    .filter(({ group }) => group === 'hostile')
    .flatMap((part) => part.commands)
    .map((words) => words.join(' '));
  for (const [file, wanted] of named()) {
    for (const title of wanted) {
      const word = file.endsWith('.rs') ? title : file;
      assert.ok(
        commands.some((command) => command.split(' ').includes(word)),
        `nothing runs ${file} › ${title}`,
      );
    }
  }
});

// The JSON Schema and the parser agree on every settings file that tests/settings_parse.rs reads.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';

const root = new URL('../../', import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, root), 'utf8');
/** @param {string} path */
const list = (path) => readdirSync(new URL(path, root));

const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(
  JSON.parse(read('docs/settings.schema.json')),
);

/** Problems that no schema can express: invalid JSON, duplicates, an invalid port, the host of another field,
 * and (by its file) the length of a text once it is stored. */
const BEYOND = new Set(['not-json', 'duplicate', 'bad-url', 'other-host', 'url-grows']);

test('the schema accepts all good files and documented examples', () => {
  const examples = [...read('docs/SETTINGS.md').matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1]);
  assert.ok(examples.length >= 2);
  const files = list('tests/fixtures/settings/good').map((name) => read(`tests/fixtures/settings/good/${name}`));
  for (const text of [...examples, ...files]) {
    assert.ok(validate(JSON.parse(text)), `${text.slice(0, 80)}: ${JSON.stringify(validate.errors)}`);
  }
});

test('the schema refuses every bad file that a schema can refuse', () => {
  const rows = read('tests/fixtures/settings/bad.tsv')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  for (const [name, , code] of rows.map((row) => row.split('\t'))) {
    if (BEYOND.has(code) || BEYOND.has(name)) continue;
    assert.ok(
      !validate(JSON.parse(read(`tests/fixtures/settings/bad/${name}.json`))),
      `${name} (${code}) passes the schema`,
    );
  }
});

// The page scripts ship without comments and half as deeply indented, and are otherwise the same as the modules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { narrowed, withoutComments } from '../../tools/lib/comments.mjs';

/** @type {[string, string, string][]} */
const CASES = [
  ['a line of its own goes with its line', 'a();\n  // why\nb();\n', 'a();\nb();\n'],
  ['a block of its own as well', 'a();\n/**\n * @param x\n */\nb();\n', 'a();\nb();\n'],
  ['behind code', 'a(); // why\nb();\n', 'a();\nb();\n'],
  ['inside code', 'const f = (/** @type {any} */ x) => /* it */ x;\n', 'const f = (x) => x;\n'],
  ['blank lines stay, one at a time', 'a();\n\n// why\n\nb();\n', 'a();\n\nb();\n'],
  [
    'strings are no comments',
    'a("//", \'/* no */\', `// ${/* yes */ 1} /* no */`);\n',
    'a("//", \'/* no */\', `// ${1} /* no */`);\n',
  ],
  ['regular expressions are none', 'a(/[/*]\\/\\/ x/, 1 / 2 / 3); // yes\n', 'a(/[/*]\\/\\/ x/, 1 / 2 / 3);\n'],
  ['what a comment parted stays apart', 'a() /* one\n two */ b()\n', 'a()\nb()\n'],
  ['at the very end', 'a();\n// why', 'a();\n'],
];
for (const [what, from, to] of CASES) test(what, () => assert.equal(withoutComments(from), to));

test('a level of indentation becomes one space', () => {
  assert.equal(
    narrowed('a(() => {\n  b(() => {\n    c();\n  });\n});\n'),
    'a(() => {\n b(() => {\n  c();\n });\n});\n',
  );
  assert.throws(() => narrowed('a(`\n  x`);\n'), /changed the script/);
});

test('a script whose meaning would change is refused', () => {
  assert.throws(() => withoutComments('a(`x  \ny`);\n'), /changed the script/);
});

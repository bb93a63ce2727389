// Policy lives in the core. Numbers that decide something in JavaScript are generated from it, or stand in this list
// with their reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAst } from 'rollup/parseAst';
import { files, text } from './repo.mjs';

/** Whole files: what they decide is told in ARCHITECTURE.md. */
const FILES = new Map([
  ['extension/lib/pace.js', 'what one document may send must not reach the worker'],
  ['extension/lib/credit.js', 'the same'],
  ['extension/lib/outbox.js', 'the same'],
  ['extension/lib/pieces.js', 'the same'],
]);

/** Constants by file. A reason stands above each in the file. @type {Record<string, string[]>} */
const CONSTANTS = {
  // How wallets are met: the page's world, where no core is.
  'extension/inpage/announce.js': ['MOST_TIMES'],
  'extension/inpage/global.js': ['MOST_TIMES'],
  'extension/inpage/offer.js': ['GRACE_MS'],
  'extension/inpage/route.js': ['LATE_MS', 'LOST_MS'],
  'extension/inpage/wallet.js': ['CHAIN_WAIT_MS', 'DOUBT_MS', 'VERIFY_MS'],
  'extension/lib/give.js': ['PATIENCE_MS'],
  // How often a page looks whether the bridge is still there.
  'extension/inpage/client.js': ['GLANCE_MS', 'LOOK_MS'],
  // How much of a text is looked at, and how much memory a hostile page can take in its own process.
  'extension/inpage/ask.js': ['LONGEST_MS', 'SHORT'],
  'extension/inpage/direct/judge.js': ['PEEK'],
  'extension/inpage/direct/memory.js': ['MAX_URLS'],
  'extension/inpage/direct/rpc.js': ['EDGE'],
  'extension/inpage/direct/socket-line.js': ['EDGE', 'OWN_IDS', 'RESCUED_KEPT'],
  'extension/inpage/direct/socket-subs.js': ['EDGE'],
  'extension/inpage/direct/subscription.js': ['KEPT'],
  'extension/lib/blame.js': ['MOST_DOCUMENTS', 'MOST_FAILURES', 'MOST_OF_FRAMES', 'NOBODY', 'OURSELVES'],
  'extension/lib/changes.js': ['LONGEST'],
  // When a core that failed is started again (docs/adr/0010-lives-of-the-core.md).
  'extension/lib/shell.js': ['FIRST_PAUSE_MS', 'LONGEST_PAUSE_MS', 'SOUND_MS'],
  // When a port that died is opened again, and how much crosses one.
  'extension/lib/ports.js': ['MOST_LATE_MS', 'MOST_TOGETHER'],
  'extension/lib/relay.js': ['DOWN_PAUSE_MS', 'MAX_TRIES', 'PING_MS'],
  'extension/lib/reports.js': ['MOST_WAITS'],
  // How long an address that the browser told counts as fresh.
  'extension/lib/watch.js': ['FRESH_MS'],
  // JSON-RPC codes.
  'extension/lib/message.js': ['LIMIT'],
  // What our own pages show, and for how long.
  'extension/lib/ui-panel.js': ['POLL_MS', 'TOAST_MS'],
  'extension/lib/ui-said.js': ['LONGEST'],
  'extension/options/data.js': ['MAX_TABLE_BYTES'],
  'extension/options/import.js': ['UNFOLDED'],
  'extension/options/limits.js': ['MIB'],
};

/** Numbers in code that are units, parts of a standard, or what a browser says. @type {Record<string, number[]>} */
const INLINE = {
  '': [100, 1000],
  'extension/inpage/announce.js': [1000],
  'extension/inpage/direct/judge.js': [400, 429],
  'extension/inpage/direct/response.js': [200],
  'extension/inpage/direct/rpc.js': [0x7b],
  'extension/inpage/direct/socket-line.js': [200],
  'extension/inpage/direct/socket-subs.js': [200],
  'extension/inpage/direct/xhr-call.js': [200, 400],
  'extension/inpage/direct/xhr-view.js': [200],
  'extension/inpage/errors.js': [4100, 4200, 4900, 4902, 32600, 32602, 32603],
  'extension/inpage/identity.js': [0x80],
  'extension/lib/depth.js': [0x7b, 0x7d],
  'extension/lib/intake.js': [32600],
  'extension/lib/match.js': [253],
  'extension/lib/relay.js': [400],
  'extension/lib/ui-api.js': [10_000],
  'extension/lib/ui-chain.js': [360],
  'extension/lib/ui-give.js': [4001],
  'extension/options/data.js': [8192],
  'extension/options/limits.js': [1e9],
};

/** @typedef {{constants: Set<string>, inline: Set<number>}} Found */

/** @param {any} node of a syntax tree @returns {boolean} whether it is a number, or reckoned from numbers */
const isNumber = (node) =>
  (node.type === 'Literal' && typeof node.value === 'number') ||
  (node.type === 'BinaryExpression' && isNumber(node.left) && isNumber(node.right)) ||
  (node.type === 'UnaryExpression' && isNumber(node.argument));

/** @param {any} node @param {(node: any) => void} visit */
function walk(node, visit) {
  if (typeof node !== 'object' || node === null) return;
  if (typeof node.type === 'string') visit(node);
  Object.values(node).forEach((part) => walk(part, visit));
}

/** @param {string} source @returns {Found} named numbers at the top, and large or broken ones anywhere else */
function numbers(source) {
  /** @type {Found} */
  const found = { constants: new Set(), inline: new Set() };
  for (const statement of /** @type {any[]} */ (parseAst(source).body)) {
    const { declarations } = statement.declaration ?? statement;
    const constants = (declarations ?? []).filter((/** @type {any} */ one) => one.init && isNumber(one.init));
    constants.forEach((/** @type {any} */ one) => found.constants.add(one.id.name));
    if (constants.length > 0) continue;
    walk(statement, ({ type, value }) => {
      if (type !== 'Literal' || typeof value !== 'number') return;
      if (value >= 100 || !Number.isInteger(value)) found.inline.add(value);
    });
  }
  return found;
}

test('numbers that decide something come from the core', () => {
  /** @type {Record<string, string[]>} */
  const constants = {};
  for (const path of files(/^extension\/.*\.js$/)) {
    if (FILES.has(path) || /\/generated[\w-]*\.js$/.test(path)) continue;
    const found = numbers(text(path));
    if (found.constants.size > 0) constants[path] = [...found.constants].sort();
    const allowed = [...(INLINE[''] ?? []), ...(INLINE[path] ?? [])];
    assert.deepEqual(
      [...found.inline].filter((value) => !allowed.includes(value)),
      [],
      `${path}: name it in the core`,
    );
  }
  assert.deepEqual(constants, CONSTANTS);
});

test('named numbers and large ones in code are found', () => {
  const { constants, inline } = numbers(
    'const A = 4 * 1024; export const B = -1; const C = [300]; const f = (x) => x * 0.6 + 7;',
  );
  assert.deepEqual([...constants], ['A', 'B']);
  assert.deepEqual([...inline], [300, 0.6]);
});

test("methods are named in the core's table, and not once more in a list", () => {
  // `eth_chainId` and `net_version` are answered in the page; what makes a wallet's own is asked of it.
  for (const path of files(/^extension\/.*\.js$/).filter((name) => !/\/generated[\w-]*\.js$/.test(name))) {
    for (const [list] of text(path).matchAll(/\[[^[\]]*\]/g)) {
      const methods = [...list.matchAll(/['"](?:eth|net|debug|trace)_\w+['"]/g)];
      assert.ok(methods.length < 2, `${path}: ${list}`);
    }
  }
});

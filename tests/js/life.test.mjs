// One life of the core: a failure belongs to its instance, and nothing of that instance runs afterwards.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Life } from '../../extension/lib/life.js';

/** A wasm of one function, that traps: `(module (func (export "trap") unreachable))`. */
const TRAPS = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0,
  11,
]);

/**
 * @param {(life: Life, error: unknown) => void} failed
 * @param {(url: string) => void} [opens]
 * @returns {{life: Life, wasm: any, platform: any}}
 */
function born(failed, opens) {
  /** @type {any} */
  const got = {};
  got.life = new Life(
    (watched, platform) => {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(TRAPS));
      got.wasm = watched({ ...exports, add: (/** @type {number} */ a, /** @type {number} */ b) => a + b, memory: 5 });
      got.platform = platform;
      return /** @type {any} */ ({});
    },
    failed,
    opens,
  );
  return got;
}

test('a trap is reported once and rethrown', async () => {
  const told = /** @type {any[]} */ ([]);
  const { life, wasm } = born((...args) => told.push(args));
  assert.equal(wasm.add(1, 2), 3);
  assert.equal(wasm.memory, 5);
  assert.throws(() => wasm.trap(), WebAssembly.RuntimeError);
  assert.equal(wasm.trap(), undefined);
  assert.equal(told.length, 1);
  assert.ok(told[0][0] === life && told[0][1] instanceof WebAssembly.RuntimeError);
  await life.end;
});

test('a trap in a callback is not blamed on the next life', async () => {
  const told = /** @type {Life[]} */ ([]);
  const first = born((life) => told.push(life));
  const second = born((life) => told.push(life));
  await assert.rejects(Promise.resolve().then(() => first.wasm.trap()));
  assert.deepEqual(told, [first.life]);
  assert.equal(first.wasm.add(1, 2), undefined, 'a dead instance is not entered');
  assert.equal(second.wasm.add(1, 2), 3);
});

test('sockets end with the instance that opened them', () => {
  class Socket extends EventTarget {
    closed = 0;
    close() {
      this.closed += 1;
    }
  }
  const { WebSocket } = globalThis;
  globalThis.WebSocket = /** @type {any} */ (Socket);
  const opened = /** @type {string[]} */ ([]);
  const { life, platform } = born(
    () => {},
    (url) => opened.push(url),
  );
  globalThis.WebSocket = WebSocket;
  const [open, over] = [new platform.WebSocket('wss://a.example'), new platform.WebSocket('wss://b.example')];
  over.dispatchEvent(new Event('close'));
  life.fail(new Error('trap'));
  assert.deepEqual([open.closed, over.closed], [1, 0]);
  assert.deepEqual(opened, ['wss://a.example', 'wss://b.example']);
});

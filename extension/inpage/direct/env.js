// The platform as it was at document_start, before any script of the page could replace it.

/**
 * @typedef {object} Env
 * @property {typeof globalThis} scope  the object that carries fetch, XMLHttpRequest and WebSocket
 * @property {(run: () => void, ms: number) => number} setTimeout
 * @property {(timer: number) => void} clearTimeout
 * @property {() => number} now  monotonic, in ms
 * @property {() => string} base  the document's base URL, for relative addresses
 */

/**
 * What the caller captured itself, or a test's own.
 *
 * @typedef {object} Given
 * @property {typeof globalThis} [scope]
 * @property {Function} [setTimeout]
 * @property {Function} [clearTimeout]
 * @property {() => number} [now]
 * @property {() => string} [base]
 */

/**
 * @param {Given} [given]
 * @returns {Env}
 */
export function captureEnv(given = {}) {
  const scope = given.scope ?? globalThis;
  const { performance } = scope;
  const setTimeout = given.setTimeout ?? scope.setTimeout;
  const clearTimeout = given.clearTimeout ?? scope.clearTimeout;
  return {
    scope,
    setTimeout: (run, ms) => Reflect.apply(setTimeout, scope, [run, ms]),
    clearTimeout: (timer) => Reflect.apply(clearTimeout, scope, [timer]),
    now: given.now ?? (() => performance.now()),
    base: given.base ?? (() => scope.document?.baseURI ?? scope.location?.href ?? 'http://localhost/'),
  };
}

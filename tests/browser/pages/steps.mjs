// A dApp that takes one step after the other and records the outcome of each in a form that can be compared.

/** A step that takes longer than this has hung, in ms. */
const STEP_MS = 20_000;

/** Numbers beyond JSON's, as text. @param {unknown} value @returns {any} */
export const plain = (value) =>
  JSON.parse(JSON.stringify(value ?? null, (_, v) => (typeof v === 'bigint' ? `${v}n` : v)));

/** @param {() => unknown} step */
function inTime(step) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('did not end')), STEP_MS);
    Promise.resolve()
      .then(step)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/**
 * Runs the steps in order. An error a step throws is its result.
 * @param {Record<string, () => unknown>} steps
 * @param {(error: any) => unknown} [told] the part of an error to keep
 */
export async function inTurn(steps, told = (error) => String(error?.message ?? error)) {
  /** @type {Record<string, any>} */
  const out = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      out[name] = plain(await inTime(step));
    } catch (error) {
      out[name] = { failed: plain(told(error)) };
    }
  }
  return out;
}

// How a hostile page tries to starve others. Each flood runs in the page until the page is closed.

/** What a flood knows besides the page. @typedef {{own: string, held: string, frames: number}} Known */

/** Keeps its processor busy and asks nothing: what any page can do, with or without an extension. */
const busy = () => {
  const more = () => {
    for (const end = performance.now() + 50; performance.now() < end;);
    setTimeout(more, 0);
  };
  more();
};

/** Asks without end: a hundred requests every 4 ms. */
const asks = () => {
  const { found } = /** @type {any} */ (window);
  const more = (/** @type {number} */ i) => {
    for (let n = 0; n < 100; n++)
      found
        .request({ method: 'eth_getBalance', params: [`0x${(i * 100 + n).toString(16).padStart(40, '0')}`, 'latest'] })
        .catch(() => {});
    setTimeout(more, 4, i + 1);
  };
  more(Math.floor(Math.random() * 1e6));
};

/**
 * Frames of the same site, each with its own provider that asks without end.
 * @param {Known} known
 * @param {string} source of `asks`
 */
const frames = async ({ frames: count }, source) => {
  for (let i = 0; i < count; i++) {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.src = location.href;
    await new Promise((resolve) => {
      frame.onload = resolve;
    });
    const inside = /** @type {any} */ (frame.contentWindow);
    inside.addEventListener('eip6963:announceProvider', (/** @type {any} */ { detail }) => {
      if (!detail.info.name.includes('Breakwater') || inside.found) return;
      inside.found = detail.provider;
      inside.eval(`(${source})()`);
    });
    inside.dispatchEvent(new inside.Event('eip6963:requestProvider'));
  }
};

const held = (/** @type {Known} */ { held: to }) => {
  const { found } = /** @type {any} */ (window);
  for (let i = 0; i < 60; i++)
    found
      .request({ method: 'eth_call', params: [{ to, data: `0x${i.toString(16).padStart(8, '0')}` }, 'latest'] })
      .catch(() => {});
};

/** Quick reads first, so that the lanes are known to answer; then six calls for each host that never end. */
const heldLater = async (/** @type {Known} */ { held: to }) => {
  const { found } = /** @type {any} */ (window);
  const one = (/** @type {number} */ i) =>
    found
      .request({ method: 'eth_call', params: [{ to: `0x${(i + 1e6).toString(16).padStart(40, '0')}` }, 'latest'] })
      .catch(() => {});
  await Promise.all(Array.from({ length: 200 }, (_, i) => one(i)));
  for (let i = 0; i < 60; i++)
    found
      .request({ method: 'eth_call', params: [{ to, data: `0x${i.toString(16).padStart(8, '0')}` }, 'latest'] })
      .catch(() => {});
};

const large = () => {
  const { found } = /** @type {any} */ (window);
  const data = `0x${'ab'.repeat(1_950_000)}`;
  const more = (/** @type {number} */ i) => {
    found
      .request({ method: 'eth_call', params: [{ to: `0x${i.toString(16).padStart(40, '0')}`, data }, 'latest'] })
      .catch(() => {});
    setTimeout(more, 30, i + 1);
  };
  more(0);
};

const batches = (/** @type {Known} */ { own }) => {
  const more = async (/** @type {number} */ i) => {
    const item = (/** @type {unknown} */ _, /** @type {number} */ n) => ({
      jsonrpc: '2.0',
      id: n,
      method: 'eth_getBalance',
      params: [`0x${(i * 1000 + n).toString(16).padStart(40, '0')}`, 'latest'],
    });
    await fetch(own, { method: 'POST', body: JSON.stringify(Array.from({ length: 1000 }, item)) }).catch(() => {});
    setTimeout(more, 10, i + 1);
  };
  void more(0);
};

/**
 * Junk on the channel to the bridge. No page can reach it. The benchmark takes it from a changed copy of the package,
 * to show what the bridge and the worker would do.
 * @param {Known} _ @param {string} kind of message
 */
const junk = (_, kind) => {
  const port = /** @type {any} */ (window).line;
  const texts = {
    garbage: (/** @type {number} */ i) =>
      `{"type":"${'x'.repeat(i % 100)}","id":${i},"more":[${'{},'.repeat(i % 300)}{}]}`,
    ping: () => '{"type":"ping"}',
    resume: (/** @type {number} */ i) =>
      JSON.stringify({
        type: 'resume',
        chain: 1,
        subscription: `0x${i.toString(16)}`,
        method: 'eth_newBlockFilter',
        params: '[]',
        blocks: [],
      }),
  };
  const text = texts[/** @type {keyof typeof texts} */ (kind)];
  const more = (/** @type {number} */ i) => {
    for (let n = 0; n < 100; n++) port.postMessage(text(i * 100 + n));
    setTimeout(more, 4, i + 1);
  };
  more(0);
};

/**
 * Name → function that runs in the flooding page, with a second argument.
 * @type {Record<string, [(known: Known, more: string) => void, string?]>}
 */
export const FLOODS = {
  'busy, without a request': [busy],
  'a loop of asks': [asks],
  '12 frames that ask': [frames, asks.toString()],
  garbage: [junk, 'garbage'],
  ping: [junk, 'ping'],
  resume: [junk, 'resume'],
  'calls that never end': [held],
  'quick calls, then calls that never end': [heldLater],
  '3.9 MB parameters': [large],
  'rescued batches of 1,000': [batches],
};

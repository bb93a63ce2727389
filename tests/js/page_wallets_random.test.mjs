// Up to four strange wallets, in any order around us, and a dApp. The dApp sees and hears what it would without us, and
// no wallet is asked anything that the dApp did not cause.
import { freshWindow } from './lib/window.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock, settle } from './lib/clock.mjs';
import { ON } from './lib/page.mjs';
import { Client } from '../../extension/inpage/client.js';
import { guardWallets } from '../../extension/inpage/wallets.js';
import { CountingWallet, WAYS } from '../toys/strange.js';
import { PlainWallet, PrivateWallet, solidWallet } from '../toys/wallets.js';

const RUNS = Number(process.env.RUNS ?? 2_000);
const READ = 'eth_gasPrice';

/** @param {number} seed @returns {(below: number) => number} mulberry32 */
function dice(seed) {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const KINDS = [
  (/** @type {object} */ o) => new PlainWallet(o),
  (/** @type {object} */ o) => new PrivateWallet(o),
  (/** @type {object} */ o) => new CountingWallet(o),
  (/** @type {object} */ o) => solidWallet(o),
];

/** @param {(below: number) => number} roll */
function plan(roll) {
  const ways = Object.keys(WAYS);
  const wallets = Array.from({ length: 1 + roll(4) }, (_, i) => ({
    name: 'abcd'[i] ?? '',
    way: ways[roll(ways.length)] ?? '',
    kind: roll(KINDS.length),
    before: roll(2) === 1,
    first: roll(2) === 1,
  }));
  // Two wallets that rewrite each other's announcements never end, with or without us.
  wallets
    .filter(({ way }) => way === 'rewriter')
    .slice(1)
    .forEach((wallet) => {
      wallet.way = 'plain';
    });
  // A proxy must return read-only members unchanged, so these two behaviours would throw.
  for (const wallet of wallets) if (/newProxyEach|swallower/.test(wallet.way)) wallet.kind %= 3;
  const dapp = ['lists', 'legacy', 'plain'][roll(3)] ?? '';
  return { wallets: [...wallets.filter((w) => w.before), ...wallets.filter((w) => !w.before)], dapp };
}

/** The core is running, and leaves every read to the wallet. @param {any} win */
function guard(win) {
  const client = new Client({
    post: (/** @type {any} */ message) => {
      if (message.type === 'ask') Promise.resolve().then(() => client.receive({ type: 'use-wallet', id: message.id }));
    },
    timers: new Clock(),
  });
  const guards = guardWallets(win, client, () => {});
  client.receive(ON);
  guards.look(true);
  return guards;
}

/** @param {ReturnType<typeof plan>} what @param {boolean} guarded */
async function run({ wallets, dapp }, guarded) {
  const win = freshWindow();
  const made = wallets.map(({ name, kind }) => KINDS[kind]?.({ name, chain: '0x1' }));
  const put = (/** @type {boolean} */ before) =>
    wallets.forEach((w, i) => {
      if (w.before === before) /** @type {any} */ (WAYS)[w.way](win, made[i], w.way === 'router' ? w.first : undefined);
    });
  put(true);
  const guards = guarded ? guard(win) : null;
  put(false);
  guards?.look(true); // as happens when the document is loaded
  const name = (/** @type {any} */ p) => made.find((w) => w === p || w === guards?.registry.raw(p))?.name ?? p?.name;
  const seen = await DAPPS[dapp]?.(win, made, name);
  return {
    seen,
    calls: made.map((w) => w.calls.map((/** @type {any} */ c) => c?.method ?? 'nothing').sort()),
    listeners: made.map((w) => [...w.events].map(([event, list]) => [event, list.length])),
    arrivals: made.map((w) => w.arrivals),
    saw: made.map((w) => w.saw && [...new Set(w.saw)].sort()),
  };
}

/** @param {() => any} act */
const outcome = async (act) => {
  try {
    return await act();
  } catch (/** @type {any} */ error) {
    return ['error', error.name, error.code, error.message.replace(/\n[^]*/, '')];
  }
};

/** What a dApp does with a provider. @param {any} provider @param {any[]} heard @param {string} who */
async function use(provider, heard, who) {
  const listen = async () => {
    for (const event of ['accountsChanged', 'chainChanged']) {
      provider.on(event, function listener(/** @type {any} */ value) {
        // @ts-ignore `this` is the point
        heard.push([who, event, value, this === provider]);
      });
    }
  };
  return [
    await outcome(listen),
    await outcome(() => provider.request({ method: 'eth_accounts' })),
    await outcome(() => provider.request({ method: READ })),
    await outcome(() => provider.request({ method: 'wallet_addEthereumChain', params: [{}] })),
    await outcome(() => provider.request(undefined)),
    await outcome(() => provider.enable?.()),
  ];
}

/** @param {any[]} made */
function news(made) {
  for (const wallet of made) {
    const say = wallet.news ? 'news' : 'emit';
    wallet[say]('accountsChanged', [wallet.name]);
    wallet[say]('chainChanged', '0x1');
  }
}

/** @type {Record<string, (win: any, made: any[], name: (p: any) => string) => Promise<any>>} */
const DAPPS = {
  /** EIP-6963, as mipd does it: one entry for each uuid. */
  async lists(win, made, name) {
    /** @type {Map<string, {info: any, providers: Set<any>, times: number}>} */
    const list = new Map();
    win.addEventListener('eip6963:announceProvider', (/** @type {any} */ { detail: { info, provider } }) => {
      const one = list.get(info.uuid) ?? { info, providers: new Set(), times: 0 };
      one.providers.add(provider);
      one.times += 1;
      list.set(info.uuid, one);
    });
    for (let i = 0; i < 2; i++) win.dispatchEvent(new Event('eip6963:requestProvider'));
    await settle();
    const heard = /** @type {any[]} */ ([]);
    const entries = [];
    for (const [uuid, { info, providers }] of [...list].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const last = [...providers].at(-1);
      entries.push([uuid, info.name, info.icon, [...new Set([...providers].map(name))], await use(last, heard, uuid)]);
    }
    news(made);
    return { entries, heard };
  },
  /** The older way: `window.ethereum` and `window.web3`. */
  async legacy(win, made, name) {
    const provider = win.ethereum;
    const heard = /** @type {any[]} */ ([]);
    const before = await outcome(() => JSON.stringify(provider));
    const used = provider ? await use(provider, heard, 'ethereum') : null;
    news(made);
    return {
      who: name(provider),
      used,
      heard,
      before,
      same: win.web3?.currentProvider === provider,
      keys: provider && Object.keys(provider),
      frozen: await outcome(() => Object.isFrozen(Object.freeze(provider))),
    };
  },
  async plain() {
    await settle();
  },
};

test('random wallets and dApps behave as without us', async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const what = plan(dice(seed));
    const [bare, ours] = [await run(what, false), await run(what, true)];
    // A guarded read needs the wallet's chain, so the page's read causes this request.
    const read = bare.calls.map((calls) => calls.includes(READ));
    const own = (/** @type {string} */ method) => method !== 'eth_chainId';
    ours.calls = ours.calls.map((calls, i) => (read[i] ? calls.filter(own) : calls));
    assert.deepEqual(ours, bare, `seed ${seed}: ${JSON.stringify(what)}`);
  }
});

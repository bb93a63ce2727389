// @ts-nocheck: they imitate wallets, whose types vary; to tests they are `any`
// Toys that behave towards other scripts in the page as strangely as some real wallets. Each works alone and next to
// others.
//
// A way takes a window and a provider, and puts the provider into the page as one kind of wallet does.
import { announce } from './places.js';
import { PlainWallet } from './wallets.js';

/** @param {string} name */
export const infoOf = (name) => ({
  uuid: `00000000-0000-4000-8000-${name.padStart(12, '0')}`,
  name,
  icon: 'data:,',
  rdns: `toy.${name}`,
});

const ANNOUNCE = 'eip6963:announceProvider';
const REQUEST = 'eip6963:requestProvider';

/** Rainbow, Zerion, Core, Talisman, and the EIP's own example: one event object, dispatched again and again. */
export function redispatch(win, provider, name = provider.name) {
  const event = new CustomEvent(ANNOUNCE, { detail: Object.freeze({ info: Object.freeze(infoOf(name)), provider }) });
  win.addEventListener(REQUEST, () => win.dispatchEvent(event));
  win.dispatchEvent(event);
}

/** Ambire: a locked getter that makes a new proxy each time, with new functions each time. */
export function newProxyEach(win, provider) {
  announce(win, provider);
  const get = () =>
    new Proxy(provider, {
      get: (target, p) => {
        const value = Reflect.get(target, p);
        return typeof value === 'function' && p !== 'constructor'
          ? (...args) => Reflect.apply(target[p], target, args)
          : value;
      },
    });
  lockUnlessLocked(win, { get, set() {} });
}

/**
 * Taho, Rainbow, Rabby: an assignment to `window.ethereum` means that another wallet has arrived.
 * @param {boolean} [first] whether it is the person's default, and shows itself rather than the last one that arrived
 */
export function router(win, provider, first = true) {
  const others = win.ethereum ? [win.ethereum] : [];
  Object.defineProperty(provider, 'arrivals', { value: [] });
  const locked = lockUnlessLocked(win, {
    get: () => (first ? provider : (others.at(-1) ?? provider)),
    set: (other) => {
      provider.arrivals.push(other?.name);
      if (other !== provider) others.push(other);
    },
  });
  if (!locked) win.ethereum = provider;
  announce(win, provider);
}

/** Taho: announces again what others announce, with its own `info`. */
export function rewriter(win, provider) {
  const made = new WeakSet();
  win.addEventListener(ANNOUNCE, (event) => {
    if (made.has(event) || event.detail.info.uuid === infoOf(provider.name).uuid) return;
    event.stopImmediatePropagation();
    const info = { ...event.detail.info, icon: 'data:,rewritten' };
    const again = new CustomEvent(ANNOUNCE, { detail: Object.freeze({ info, provider: event.detail.provider }) });
    made.add(again);
    win.dispatchEvent(again);
  });
  announce(win, provider);
}

/** Rabby in MetaMask mode: if its uuid is announced with another object, it announces itself again to correct that. */
export function comparer(win, provider) {
  const tell = announce(win, provider);
  const { uuid } = infoOf(provider.name);
  win.addEventListener(ANNOUNCE, ({ detail }) => {
    if (detail.info.uuid === uuid && detail.provider !== provider) tell();
  });
  tell();
}

/** The wallet's own script looks at `window.ethereum`, asks for announcements and hears them; the page does not. */
export function asker(win, provider) {
  Object.defineProperty(provider, 'saw', { value: [] });
  win.addEventListener(ANNOUNCE, ({ detail }) => provider.saw.push(detail.info.name));
  const look = () => {
    void win.ethereum?.isMetaMask;
    win.dispatchEvent(new Event(REQUEST));
  };
  look();
  if (!Reflect.getOwnPropertyDescriptor(win, 'ethereum') || win.ethereum === undefined) win.ethereum = provider;
  announce(win, provider);
  look();
}

/** Core: a locked proxy that swallows what is assigned to it. */
export function swallower(win, provider) {
  announce(win, provider);
  const extras = {};
  const proxy = new Proxy(provider, {
    deleteProperty: () => true,
    get: (target, p) => target[p] ?? extras[p],
    set: (_, p, value) => Reflect.set(extras, p, value),
  });
  lockUnlessLocked(win, { get: () => proxy, set() {} });
  if (!win.web3) win.web3 = { currentProvider: proxy };
}

/** The two usual ways: assigned, and announced. */
export function plain(win, provider) {
  try {
    win.ethereum = provider;
  } catch {
    // somebody locked it
  }
  win.web3 = { currentProvider: provider };
  announce(win, provider);
}

export const WAYS = { redispatch, newProxyEach, router, rewriter, comparer, asker, swallower, plain };

function lockUnlessLocked(win, accessor) {
  if (Reflect.getOwnPropertyDescriptor(win, 'ethereum')?.configurable === false) return false;
  return Reflect.defineProperty(win, 'ethereum', { ...accessor, enumerable: true, configurable: false });
}

/**
 * Frame, SubWallet: each listener asks upstream, and upstream events are emitted once for each listener. eventemitter3
 * keeps the emitter next to each listener, so JSON.stringify fails once there is one.
 */
export const CountingWallet = /** @type {any} */ (
  class CountingWallet extends PlainWallet {
    constructor(options = {}) {
      super({ upstream: 0, kept: {}, ...options });
    }

    on(name, listener) {
      this.upstream += 1;
      this.kept[name] = { listener, context: this };
      return super.on(name, listener);
    }

    /** What upstream says. */
    news(name, value) {
      for (let i = 0; i < this.upstream; i++) this.emit(name, value);
    }
  }
);

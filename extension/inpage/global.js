// `window.ethereum`: wallets put themselves there before us or after us, by assignment or by definition.
//
//   nothing there           accessor with a setter, so that a wallet that assigns is noticed
//   a value or a getter     an accessor of the same shape that returns the wrapper
//   locked, but writable    assign the wrapper
//   locked                  patch the provider's own `request`; if that is locked too, report it and leave it
//
// `ensure` runs while the page loads and finds a wallet that redefines our accessor. A wallet with a setter takes an
// assignment as the arrival of another wallet. So we never assign, and pass assignments by others on unchanged.

import { accessorText, looksLike } from './looks.js';
import { originals } from './originals.js';

/** Two patchers that undo each other must come to an end. */
const MOST_TIMES = 16;

export class Global {
  /**
   * @param {any} win
   * @param {import('./registry.js').Registry} registry
   * @param {{interest: () => void, own: () => any, locked: () => void, look?: () => void}} hooks
   *   somebody looked; what to show when there is no wallet; a wallet cannot be guarded
   */
  constructor(win, registry, hooks) {
    this.win = win;
    this.registry = registry;
    this.hooks = hooks;
    /** @type {PropertyDescriptor | undefined} what would be there without us */
    this.below = undefined;
    this.armed = false;
    this.times = 0;
    /** @type {unknown} a locked value, or the getter of one, that has been handled already */
    this.dealt = undefined;
    /** @type {(() => void)[]} */
    this.undo = [];
    /** @type {(() => any) | undefined} our getter, while it is in place */
    this.get = undefined;
  }

  /**
   * Puts our accessor in place, or does what is possible. Cheap when nothing has changed.
   * @param {boolean} [again] a locked getter may return another wallet than the last time
   */
  ensure(again = false) {
    const there = Reflect.getOwnPropertyDescriptor(this.win, 'ethereum');
    if (this.armed && there?.get === this.get) return;
    if (there && !there.configurable) {
      if (again || this.dealt === undefined || this.dealt !== (there.get ?? there.value)) this.lockedUp(there);
      return;
    }
    if (this.times++ >= MOST_TIMES) return;
    this.below = there;
    const { get, set } = this.accessor(there);
    this.get = get;
    const settable = !there || there.writable === true || there.set !== undefined;
    this.armed = Reflect.defineProperty(this.win, 'ethereum', {
      get,
      set: settable ? set : undefined,
      enumerable: there?.enumerable ?? true,
      configurable: true,
    });
  }

  /**
   * Looks like the wallet's own accessor, or like one of the platform.
   * @param {PropertyDescriptor | undefined} there
   */
  accessor(there) {
    const self = this;
    const ours = /** @type {any} */ (
      Reflect.getOwnPropertyDescriptor(
        {
          get ethereum() {
            return self.read();
          },
          set ethereum(value) {
            self.write(value);
          },
        },
        'ethereum',
      )
    );
    const over = (/** @type {'get' | 'set'} */ part) => {
      const wallets = there?.[part];
      if (!wallets) return looksLike(ours[part], accessorText(this.win, part, 'ethereum'));
      return looksLike(
        new Proxy(wallets, { apply: (_, _self, args) => originals.apply(ours[part], undefined, args) }),
        wallets,
      );
    };
    return { get: over('get'), set: over('set') };
  }

  /** Whether there is a wallet. We must not call its getter. */
  get taken() {
    const there = Reflect.getOwnPropertyDescriptor(this.win, 'ethereum');
    const wallets = this.armed && there?.get === this.get ? this.below : there;
    return wallets !== undefined && (wallets.get !== undefined || (wallets.value ?? null) !== null);
  }

  /** Whether the value read here is guarded, rather than a wallet that cannot be. */
  get guards() {
    const there = Reflect.getOwnPropertyDescriptor(this.win, 'ethereum');
    return (this.armed && there?.get === this.get) || this.registry.raws.has(there?.value);
  }

  /** @returns {any} the wallet's own object, if there is one */
  raw() {
    const { below } = this;
    if (!below) return undefined;
    return below.get ? originals.apply(below.get, this.win, []) : below.value;
  }

  read() {
    this.hooks.interest();
    this.hooks.look?.();
    const raw = this.raw();
    return raw === undefined || raw === null ? (this.hooks.own() ?? raw) : this.registry.wrap(raw);
  }

  /** An assignment by another script, handled as it would be without us. @param {any} value */
  write(value) {
    const raw = this.registry.raw(value);
    if (this.registry.own.has(raw)) return; // a page that writes back what it read
    if (this.below?.set) originals.apply(this.below.set, this.win, [raw]);
    else this.below = { value: raw, writable: true, enumerable: true, configurable: true };
  }

  /** @param {PropertyDescriptor} there */
  lockedUp(there) {
    const value = this.win.ethereum;
    this.dealt = there.get ?? value;
    if (typeof value !== 'object' || value === null) return;
    const wrapper = there.writable ? this.registry.wrap(value) : value;
    if (wrapper !== value) {
      this.win.ethereum = wrapper;
      this.dealt = wrapper;
      this.undo.push(() => {
        if (this.win.ethereum === wrapper) this.win.ethereum = value;
      });
    } else if (!this.registry.raws.has(value) && !this.registry.patch(value)) this.hooks.locked();
  }

  /** Leaves the window as it would be without us. */
  disarm() {
    for (const back of this.undo.splice(0)) back();
    this.registry.disarm();
    this.dealt = undefined;
    if (!this.armed) return;
    this.armed = false;
    this.times = 0;
    const there = Reflect.getOwnPropertyDescriptor(this.win, 'ethereum');
    if (there?.get !== this.get) return;
    if (this.below) Reflect.defineProperty(this.win, 'ethereum', this.below);
    else Reflect.deleteProperty(this.win, 'ethereum');
  }
}

// `window.ethereum`: wallets put themselves there before us or after us, by assignment or by definition.
//
//   nothing there           accessor with a setter; a wallet that assigns is seen
//   a value or a getter     read it first, then an accessor of the same shape that hands out the wrapper
//   locked, but writable    assign the wrapper
//   locked                  patch the provider's own `request`; if that is locked too, say so and leave it
//
// A wallet that defines over our accessor later is found by `ensure`, which runs while the page loads.

/** Two patchers that undo each other must come to an end. */
const MOST_TIMES = 16;

export class Global {
  /**
   * @param {any} win
   * @param {import('./registry.js').Registry} registry
   * @param {{interest: () => void, own: () => any, locked: () => void}} hooks the page looked; what to show
   *   when no wallet is there; a wallet cannot be guarded
   */
  constructor(win, registry, hooks) {
    this.win = win;
    this.registry = registry;
    this.hooks = hooks;
    /** @type {PropertyDescriptor | undefined} what would be there without us */
    this.below = undefined;
    this.armed = false;
    this.times = 0;
    /** @type {unknown} a locked value that was dealt with already */
    this.dealt = undefined;
    /** @type {(() => void)[]} */
    this.undo = [];
    this.get = () => this.read();
    this.set = (/** @type {any} */ value) => this.write(value);
  }

  /** Puts our accessor in place, or does what is possible. Cheap when all is well. */
  ensure() {
    const there = Reflect.getOwnPropertyDescriptor(this.win, 'ethereum');
    if (there?.get === this.get && this.armed) return;
    if (there && !there.configurable) {
      this.lockedUp(there);
      return;
    }
    if (this.times++ >= MOST_TIMES) return;
    this.below = there;
    this.registry.meet(there?.value);
    const settable = !there || there.writable === true || there.set !== undefined;
    this.armed = Reflect.defineProperty(this.win, 'ethereum', {
      get: this.get, set: settable ? this.set : undefined, enumerable: there?.enumerable ?? true, configurable: true,
    });
  }

  /** @returns {any} the wallet's own object, if one is there */
  raw() {
    const { below } = this;
    if (!below) return undefined;
    return below.get ? Reflect.apply(below.get, this.win, []) : below.value;
  }

  read() {
    this.hooks.interest();
    const raw = this.raw();
    this.registry.meet(raw);
    return raw === undefined || raw === null ? this.hooks.own() ?? raw : this.registry.wrap(raw);
  }

  /** @param {any} value */
  write(value) {
    const raw = this.registry.raw(value);
    if (this.registry.own.has(raw)) return; // a page that writes back what it read
    if (this.below?.set) Reflect.apply(this.below.set, this.win, [raw]);
    else this.below = { value: raw, writable: true, enumerable: true, configurable: true };
    this.registry.meet(raw);
  }

  /** @param {PropertyDescriptor} there */
  lockedUp(there) {
    const value = this.win.ethereum;
    if (value === this.dealt || typeof value !== 'object' || value === null) return;
    const wrapper = this.registry.wrap(value);
    if (wrapper === value) return; // ours already
    this.registry.meet(value);
    if (there.writable || there.set) this.win.ethereum = wrapper;
    this.dealt = this.win.ethereum;
    if (this.dealt === wrapper) {
      this.undo.push(() => { this.win.ethereum = value; });
      return;
    }
    const back = this.registry.patch(value);
    if (back) this.undo.push(back);
    else this.hooks.locked();
  }

  /** Leaves the window as it would be without us. */
  disarm() {
    for (const back of this.undo.splice(0)) back();
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

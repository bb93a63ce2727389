// EIP-6963 (https://eips.ethereum.org/EIPS/eip-6963): wallets announce themselves by an event on `window`. We neither
// stop nor redispatch the event; later listeners read the same `info` with the guarded provider. In Chromium, an event
// that was stopped once reaches nobody when its wallet dispatches it again.

import { looksLike } from './looks.js';
import { CAPTURE, originals } from './originals.js';

export const ANNOUNCE = 'eip6963:announceProvider';
export const REQUEST = 'eip6963:requestProvider';

/** A wallet announced more often than this in one second is answering its own announcements. */
const MOST_TIMES = 64;

const nativeDetail = Reflect.getOwnPropertyDescriptor(originals.CustomEvent?.prototype ?? {}, 'detail')?.get ?? '';

export class Announcements {
  /**
   * @param {import('./registry.js').Registry} registry
   * @param {{look?: () => void, wanted?: () => void, met?: (rdns: string) => void}} [hooks] `window.ethereum` may have
   *   changed; a script looks for providers; a wallet has announced itself for the first time
   */
  constructor(registry, { look = () => {}, wanted = () => {}, met = () => {} } = {}) {
    this.registry = registry;
    this.look = look;
    this.met = met;
    /** @type {WeakMap<object, object>} a wallet's detail → ours */
    this.details = new WeakMap();
    /** @type {WeakMap<object, {since: number, times: number}>} how often a provider was announced */
    this.counts = new WeakMap();
    /** @type {{event: Event, provider: object}[]} announcements on their way */
    this.passing = [];
    /** A wallet has announced itself. */
    this.any = false;
    this.onAnnounce = (/** @type {Event} */ event) => {
      try {
        this.announced(/** @type {CustomEvent} */ (event));
      } catch {
        // We may not be allowed to read an event of another world: it passes unchanged
      }
    };
    this.onRequest = () => wanted();
  }

  /** Adding an existing listener changes nothing, so this may run any number of times. */
  arm() {
    originals.addEventListener(ANNOUNCE, this.onAnnounce, CAPTURE);
    originals.addEventListener(REQUEST, this.onRequest, CAPTURE);
  }

  disarm() {
    originals.removeEventListener(ANNOUNCE, this.onAnnounce, CAPTURE);
    originals.removeEventListener(REQUEST, this.onRequest, CAPTURE);
  }

  /** @param {CustomEvent} event */
  announced(event) {
    const { detail } = event;
    const provider = detail?.provider;
    if (typeof provider !== 'object' || provider === null || this.registry.own.has(provider)) return;
    this.any = true;
    if (this.registry.raws.has(provider)) return; // redispatched, by the wallet or by a script that rewrites it
    this.look(); // the wallet may have just locked `window.ethereum`
    const times = this.countOf(provider);
    if (times === 1 && typeof detail.info?.rdns === 'string') this.met(detail.info.rdns);
    if (this.answersItself(event, provider) || times > MOST_TIMES) return;
    const shown = this.registry.wrap(provider);
    if (shown === provider) return;
    const ours = this.details.get(detail) ?? copied(detail, shown);
    this.details.set(detail, ours);
    const { get } = /** @type {any} */ (
      Reflect.getOwnPropertyDescriptor(
        {
          get detail() {
            return ours;
          },
        },
        'detail',
      )
    );
    looksLike(get, nativeDetail);
    Reflect.defineProperty(event, 'detail', { get, enumerable: false, configurable: true });
  }

  /**
   * A wallet that announces itself whenever it hears itself compares the provider with its own. If it can be patched
   * in place, it is handed out itself from now on. If not, it is let through, or the two would go on forever.
   * @param {Event} event
   * @param {object} provider
   */
  answersItself(event, provider) {
    this.passing = this.passing.filter((one) => one.event.eventPhase !== 0 && one.event !== event);
    const depth = this.passing.filter((one) => one.provider === provider).length;
    this.passing.push({ event, provider });
    return depth > 0 && (this.registry.patch(provider) || depth > 1);
  }

  /** @param {object} provider @returns {number} how often it was announced in this second; 1 only the first time */
  countOf(provider) {
    const now = this.registry.client.timers.now();
    const known = this.counts.get(provider);
    if (!known) {
      this.counts.set(provider, { since: now, times: 1 });
      return 1;
    }
    if (now - known.since > 1_000) Object.assign(known, { since: now, times: 1 });
    return (known.times += 1);
  }

  /** @param {object} detail of the own provider */
  dispatch(detail) {
    originals.dispatchEvent(new originals.CustomEvent(ANNOUNCE, { detail }));
  }
}

/** @param {any} detail @param {object} provider @returns {object} one that can be written to where the wallet's can */
function copied(detail, provider) {
  const ours = { ...detail, provider };
  return Object.isFrozen(detail) ? Object.freeze(ours) : ours;
}

// The wallets of one window: where they are found, what replaces them, and when our own provider is shown.

import { Announcements } from './announce.js';
import { Global } from './global.js';
import { Offer } from './offer.js';
import { Registry } from './registry.js';
import { SafeSet } from './safe.js';
import { alignWeb3 } from './web3.js';

/**
 * @param {any} win
 * @param {import('./client.js').Client} client
 * @param {() => void} locked a wallet cannot be guarded
 */
export function guardWallets(win, client, locked) {
  const registry = new Registry(client);
  /** @type {Set<string>} wallets that announced themselves */
  const met = new SafeSet();
  const align = () => {
    if (global.guards) alignWeb3(win, registry);
  };
  const interest = () => offer.wanted();
  const global = new Global(win, registry, { interest, look: align, own: () => offer.provider, locked });
  const announcements = new Announcements(registry, {
    wanted: interest,
    look: () => global.ensure(true),
    met: (rdns) => met.add(rdns),
  });
  const offer = new Offer(client, {
    wallets: () => announcements.any || global.taken,
    announce: (detail) => announcements.dispatch(detail),
  });
  return {
    registry,
    met,
    offer,
    /** @param {boolean} again a locked getter may return another wallet than the last time */
    look: (again) => {
      announcements.arm();
      global.ensure(again);
      align();
    },
    disarm: () => {
      announcements.disarm();
      global.disarm();
    },
  };
}

// inpage.js, in the MAIN world of every document: guards the page's wallets, and offers a provider without one.
//
// It runs at document_start, before any script of the page. It takes the platform's functions first, and
// leaves nothing on `window` but the accessor of `ethereum`, which is there for wallets to assign to.

import { originals } from './originals.js';
import { SafeSet } from './safe.js';
import { Announcements } from './announce.js';
import { Client } from './client.js';
import { Global } from './global.js';
import { OwnProvider } from './own.js';
import { Registry } from './registry.js';
import { detailOf } from './identity.js';
import { giveEndpoint } from './give.js';
import { installDirect } from './direct/index.js';
import { followState } from './presence.js';
import { openLine } from './line.js';
import { watchLoading } from './loading.js';

/** @param {() => void} then runs in a task of its own, once the document is there */
function whenLoaded(then) {
  if (document.readyState !== 'loading') originals.setTimeout(then, 0);
  else document.addEventListener('DOMContentLoaded', () => originals.setTimeout(then, 0), { once: true });
}

function main() {
  const { post, alive, close } = openLine(window, (message) => {
    if (message?.type === 'give-endpoint') give(message);
    else client.receive(message);
  });
  const client = new Client({ post, alive });
  // Without a bridge (the page took our place in its own frame, say) it is as if the extension were gone.
  document.addEventListener('DOMContentLoaded', () => { if (close()) client.receive({ type: 'gone' }); }, { once: true, capture: true });
  const registry = new Registry(client);
  /** @type {{provider: OwnProvider, detail: object} | null} made when the core first speaks: most pages never ask */
  let own = null;
  let loaded = document.readyState === 'complete';

  const makeOwn = () => {
    const provider = new OwnProvider(client);
    registry.own.add(provider);
    return { provider, detail: detailOf(provider) };
  };
  const serving = () => (own === null || own.provider.chainId === null ? null : own);
  /** @type {Set<string>} wallets that announced themselves: told with the next state, which wakes nobody */
  const met = new SafeSet();
  const announcements = new Announcements(registry, whenLoaded, (rdns) => met.add(rdns));
  const global = new Global(window, registry, {
    interest: () => {
      client.wake();
      registry.seek();
    },
    own: () => (loaded ? serving()?.provider : undefined),
    locked: () => post({ type: 'locked' }),
  });
  const look = () => {
    announcements.arm();
    global.ensure();
  };
  /** @type {(() => void) | null} */
  let stop = null;
  const install = () => {
    if (stop !== null) return;
    look();
    stop = watchLoading(document, look);
  };
  const destroy = () => {
    stop?.();
    stop = null;
    announcements.disarm();
    global.disarm();
  };

  /** @type {(() => void) | null} the page's own JSON-RPC is rescued until the person says otherwise */
  let undoDirect = installDirect({ client, originals });
  const setDirect = (/** @type {boolean} */ wanted) => {
    if (wanted) {
      undoDirect ??= installDirect({ client, originals });
    } else {
      undoDirect?.();
      undoDirect = null;
    }
  };

  const give = async (/** @type {any} */ wish) => {
    post({ type: 'given', ...await giveEndpoint(client.current ?? registry.first, wish) });
  };

  install();
  document.addEventListener('DOMContentLoaded', () => { loaded = true; }, { once: true, capture: true });
  followState(client, { install, destroy, setDirect });
  client.onState((state) => {
    own ??= makeOwn();
    if (state.on) met.forEach((rdns) => post({ type: 'met', rdns }));
    announcements.setOwn(serving()?.detail ?? null);
  });
}

main();

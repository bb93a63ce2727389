// inpage.js, in the MAIN world of every document: guards the page's wallets, and offers a provider if there is none.
//
// It runs at document_start, before any script of the page. It captures the platform's functions first, and leaves
// nothing on `window` but the accessor of `ethereum`, to which wallets assign.

import { originals } from './originals.js';
import { Client } from './client.js';
import { OwnProvider } from './own.js';
import { detailOf } from './identity.js';
import { giveEndpoint } from './give.js';
import { installDirect } from './direct/index.js';
import { followState } from './presence.js';
import { installLooks } from './looks.js';
import { openChannel } from './channel.js';
import { guardWallets } from './wallets.js';
import { watchLoading } from './loading.js';

/** @param {() => void} then once the document is there */
function whenLoaded(then) {
  if (document.readyState !== 'loading') then();
  else document.addEventListener('DOMContentLoaded', then, { once: true, capture: true });
}

function main() {
  const { post, alive, close } = openChannel(window, (message) => {
    if (message?.type === 'give-endpoint') give(message);
    else client.receive(message);
  });
  const client = new Client({ post, alive });
  // Without a bridge (for example if the page took our place in its own frame) the extension counts as gone.
  const lone = () => {
    if (close()) client.receive({ type: 'gone' });
  };
  document.addEventListener('DOMContentLoaded', lone, { once: true, capture: true });
  const wallets = guardWallets(window, client, () => post({ type: 'locked' }));
  const { registry, met, offer } = wallets;
  /**
   * @type {{provider: OwnProvider, detail: object} | null} made at the core's first message, because most pages never
   *   ask
   */
  let own = null;
  const makeOwn = () => {
    const provider = new OwnProvider(client);
    registry.own.add(provider);
    return { provider, detail: detailOf(provider) };
  };
  /** @type {(() => void) | null} */
  let stop = null;
  const install = () => {
    if (stop !== null) return;
    const unlook = installLooks();
    wallets.look(true);
    const unwatch = watchLoading(document, wallets.look);
    stop = () => {
      unwatch();
      unlook();
    };
  };
  const destroy = () => {
    stop?.();
    stop = null;
    wallets.disarm();
  };

  /** @type {(() => void) | null} ends the rescue of the page's own JSON-RPC */
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
    post({ type: 'given', ...(await giveEndpoint(client.current ?? registry.first, wish)) });
  };

  install();
  whenLoaded(() => offer.loaded());
  followState(client, { install, destroy, setDirect });
  client.onState((state) => {
    own ??= makeOwn();
    if (state.on) met.forEach((rdns) => post({ type: 'met', rdns }));
    offer.become(own.provider.chainId === null ? null : own);
  });
}

main();

// "Give my wallet a healthy endpoint": asks the wallet of the page in the active tab to take one of the person's
// endpoints. The wallet shows its own dialog, and the outcome is shown here.

import { CHAINS } from './generated-chains.js';
import { api, readSettings } from './ui-api.js';
import { t } from './ui-i18n.js';
import { said } from './ui-said.js';

/** @typedef {import('./ui-panel.js').Panel} Panel */

/** Of a chain that is not in the list. */
const UNKNOWN = { coin: ['Ether', 'ETH'], explorer: '' };

/** Only if there is a page whose wallet could be asked. @param {Panel} panel */
export const canGive = (panel) => panel.tab !== null && panel.snapshot?.site?.on === true;

/**
 * @param {Panel} panel
 * @param {import('./ui-types.js').ChainView} chain
 * @param {number} place
 */
export async function give(panel, chain, place) {
  const settings = await readSettings();
  const stored = settings?.chains.find((known) => known.id === chain.id)?.endpoints[place];
  if (!stored) return;
  // EIP-3085 only carries a URL: a wallet could not send credentials or headers.
  if (Object.keys(stored.headers).length > 0 || new URL(stored.url).username !== '') {
    panel.say(t('giveNeedsPlain'), { bad: true });
    return;
  }
  panel.say(t('giveAsked'));
  const outcome = await askPage(panel.tab, { type: 'give-endpoint', chain: asParameter(chain, stored.url) });
  panel.say(told(outcome, stored.name), { bad: !outcome.ok });
}

/**
 * What EIP-3085 has of a chain. Wallets want the coin, and compare its symbol with the one they know.
 * @param {import('./ui-types.js').ChainView} chain
 * @param {string} url
 */
function asParameter({ id, name }, url) {
  const {
    coin: [coin, symbol],
    explorer,
  } = CHAINS.find((known) => known.id === id) ?? UNKNOWN;
  return {
    chainId: `0x${id.toString(16)}`,
    chainName: name,
    rpcUrls: [url],
    nativeCurrency: { name: coin, symbol, decimals: 18 },
    ...(explorer && { blockExplorerUrls: [explorer] }),
  };
}

/**
 * @param {number | null} tab
 * @param {object} message
 * @returns {Promise<{ok: boolean, code?: unknown, message?: unknown}>} the page's words
 */
async function askPage(tab, message) {
  try {
    return (await api.tabs.sendMessage(tab, message, { frameId: 0 })) ?? { ok: false, code: 'no-page' };
  } catch {
    return { ok: false, code: 'no-page' };
  }
}

/**
 * @param {{ok: boolean, code?: unknown, message?: unknown}} outcome
 * @param {string} name
 */
function told({ ok, code, message }, name) {
  if (ok) return t('giveDone', name);
  switch (code) {
    case 4001:
      return t('giveRefused');
    case 'no-wallet':
      return t('giveNoWallet');
    case 'no-page':
      return t('giveNoPage');
    case 'no-answer':
      return t('giveNoAnswer');
    case 'again':
      return t('giveAgain');
    default:
      return t('giveFailed', said(message ?? code));
  }
}

// Our own, read-only provider is shown only where there is no wallet. Next to wallets it would appear in every list
// although connecting to it must fail, and wallets ask the person to choose when they see another one.

/** How long wallets have after the document is loaded, in ms. Most appear before its first script. */
export const GRACE_MS = 150;

export class Offer {
  /**
   * @param {import('./client.js').Client} client
   * @param {{wallets: () => boolean, announce: (detail: object) => void}} page whether a wallet has announced itself or
   *   is on `window.ethereum`
   */
  constructor(client, { wallets, announce }) {
    this.client = client;
    this.wallets = wallets;
    this.announce = announce;
    /** @type {{provider: any, detail: object} | null} what can be shown */
    this.own = null;
    this.late = false;
    this.asked = false;
    this.coming = false;
  }

  /** The document is loaded. */
  loaded() {
    this.client.timers.setTimeout(() => {
      this.late = true;
      if (this.asked) this.show();
    }, GRACE_MS);
  }

  /** A script looks for a provider: the page's, or a wallet's own. Without a wallet it must be the page's. */
  wanted() {
    this.asked = true;
    if (this.late) this.show();
  }

  /** @param {{provider: any, detail: object} | null} own null: it cannot serve */
  become(own) {
    if (this.own === own) return;
    this.own = own;
    if (own !== null && this.late && this.asked) this.show();
  }

  /** After the wallets, which answer a page at once. */
  show() {
    if (this.coming) return;
    this.coming = true;
    this.client.timers.setTimeout(() => {
      this.coming = false;
      if (this.wallets()) return;
      this.client.wake();
      if (this.own !== null) this.announce(this.own.detail);
    }, 0);
  }

  /** @returns {any} for `window.ethereum` */
  get provider() {
    return this.late && this.own !== null && !this.wallets() ? this.own.provider : undefined;
  }
}

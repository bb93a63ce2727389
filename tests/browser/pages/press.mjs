// Presses every button of a dApp, one after the other, and records what each of them did.

/**
 * Runs in the page, so it may use nothing from outside.
 * @returns {Promise<{button: string, asked: string[], shown: Record<string, string>}[]>}
 */
export async function pressAll() {
  const { wallet } = /** @type {any} */ (window).metamask;
  const { ethereum } = /** @type {any} */ (window);
  /** Requests the dApp waits for, and transactions whose receipt it has asked for without getting it. */
  let asking = 0;
  const awaited = new Set();
  const own = ethereum.request;
  ethereum.request = async (/** @type {any} */ args) => {
    asking += 1;
    const hash = args.method === 'eth_getTransactionReceipt' ? args.params[0] : undefined;
    if (hash) awaited.add(hash);
    try {
      const result = await own.call(ethereum, args);
      if (result !== null) awaited.delete(hash);
      return result;
    } finally {
      asking -= 1;
    }
  };
  const pause = (/** @type {number} */ ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  /** Values that differ from run to run: times, and hashes of what was signed or mined at that time. */
  const steady = (/** @type {string} */ text) =>
    text
      .replaceAll(/0x[0-9a-f]{40,}/gi, '0x…')
      .replaceAll(/\d{10,}/g, '#')
      .trim();
  const texts = () =>
    Object.fromEntries(
      [...document.querySelectorAll('[id]')]
        .filter((e) => !e.querySelector('[id]') && !/^(SCRIPT|BUTTON)$/.test(e.tagName))
        .map((e) => [e.id, steady(e instanceof HTMLInputElement ? e.value : (e.textContent ?? ''))]),
    );
  /** Nothing changes any more, and nothing the press started is still in progress. */
  const settled = async (/** @type {Record<string, string>} */ before = {}) => {
    let last = '';
    for (let quiet = 0, i = 0; i < 200; i++) {
      await pause(40);
      const now = texts();
      const text = JSON.stringify(now);
      const news = Object.entries(now)
        .filter(([id, t]) => before[id] !== t)
        .map(([, t]) => t);
      const working =
        wallet.busy + asking + awaited.size > 0 || news.some((t) => /(Deploying|Pending|initiated)$/i.test(t));
      quiet = text === last && !working ? quiet + 1 : 0;
      if (quiet > (wallet.log.includes('eth_sendTransaction') ? 6 : 3)) return;
      last = text;
    }
  };
  for (const name of ['alert', 'open', 'confirm', 'prompt']) Object.assign(window, { [name]: () => null });
  HTMLAnchorElement.prototype.click = () => {};
  await settled();
  const done = /** @type {any[]} */ ([]);
  const press = async (/** @type {HTMLButtonElement} */ button) => {
    const before = texts();
    wallet.log.length = 0;
    button.click();
    await settled(before);
    const shown = Object.fromEntries(Object.entries(texts()).filter(([id, text]) => before[id] !== text));
    // Breakwater answers reads. Whether they reach the wallet does not matter to the page.
    const asked = wallet.log.filter(
      (/** @type {string} */ m) => !/^(eth_(get|call|estimate|gas|block|fee|max|chainId)|net_)/.test(m),
    );
    done.push({ button: button.id, asked, shown });
  };
  /** These remove the account or the chain that later buttons need. */
  const last = /^(revoke|walletConnect|sdkConnect|openNetworkPicker|switchEthereum|addEthereum|useWindowProvider)/;
  for (const late of [false, true]) {
    // Buttons that were disabled may have been enabled by others.
    for (let before = -1; before !== done.length;) {
      before = done.length;
      for (const button of [...document.querySelectorAll('button')]) {
        if (!button.id || button.disabled || last.test(button.id) !== late) continue;
        if (!done.some((d) => d.button === button.id)) await press(button);
      }
    }
  }
  return done;
}

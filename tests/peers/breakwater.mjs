// Breakwater's row: a worker that knows nothing, a page with its provider, and the sends it caused.

/** @typedef {import("./stage.mjs").Stage} Stage */

/**
 * Requests of ours that failed before an endpoint saw them; cancelled ones were seen.
 * @param {import("../browser/harness.mjs").Session} session
 */
const countUnseen = (session) =>
  session.evalBackground(() => {
    const own = /** @type {any} */ (globalThis);
    own.unseen = 0;
    if (own.counting) return;
    own.counting = true;
    chrome.webRequest.onErrorOccurred.addListener(
      ({ error, tabId }) => {
        if (tabId === -1 && error !== 'net::ERR_ABORTED') own.unseen += 1;
      },
      { urls: ['<all_urls>'] },
    );
  });

/** @param {import("../browser/harness.mjs").Session} session @returns {Promise<number>} */
const unseen = (session) => session.evalBackground(() => /** @type {any} */ (globalThis).unseen);

/** The state after an installation: no health, no heads, no budget spent. @param {Stage} stage @param {any} settings */
async function afresh({ session }, settings) {
  await session.setSettings(settings);
  await session.evalBackground(async (off) => {
    const excluded = async () => (await chrome.scripting.getRegisteredContentScripts())[0]?.excludeMatches;
    while ((await excluded())?.length !== off)
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
  }, settings.sites_off.length);
  await session.killWorker();
  await session.evalBackground(() => chrome.storage.session.clear());
}

/**
 * @param {Stage} stage @param {import("./faults.mjs").Fault} fault @param {string[]} urls
 * @param {import("./run.mjs").Limits} limits
 * @param {() => Promise<void>} begin called when the page is ready: the fault begins
 */
export async function breakwater(stage, fault, urls, limits, begin) {
  const { session } = stage;
  await afresh(stage, stage.settings(urls, fault.compare === true));
  await countUnseen(session);
  const page = await session.newPage(stage.pageFor(fault.wallet === true));
  if (fault.wallet) await page.waitForFunction(() => /** @type {any} */ (window).walletReady);
  await page.evaluate(() => /** @type {any} */ (window).benchReady('breakwater'));
  await begin();
  const { reads } = await page.evaluate(
    (questions, lim) => /** @type {any} */ (window).bench('breakwater', [], questions, lim),
    /** @type {any} */ (stage.questions),
    /** @type {any} */ (limits),
  );
  const { races } = await session.send({ type: 'trail', lang: 'en' });
  const seen = stage.net.nodes.reduce((sum, node) => sum + node.counts.sends, 0);
  const sends = seen + (fault.unseen ? await unseen(session) : 0);
  await page.close();
  return { reads, sends, races };
}

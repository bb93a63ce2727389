// What a person reads and presses on our pages, and what the core is told of it.

/** @typedef {import('puppeteer-core').Page} Page */

/** @param {Page} page @param {string} text waits until the page says it */
export const says = (page, text) =>
  page.waitForFunction((wanted) => document.body.innerText.includes(wanted), {}, text);

/** @param {Page} page @param {string} text of a button, as a person reads it @param {string} [within] */
export async function press(page, text, within = 'body') {
  const handle = await page.waitForFunction(
    (wanted, inside) =>
      [...document.querySelectorAll(`${inside} button, ${inside} label`)].find(
        (one) => one.textContent?.trim().startsWith(wanted) || one.getAttribute('aria-label') === wanted,
      ),
    {},
    text,
    within,
  );
  await /** @type {any} */ (handle).click();
}

/** @param {Page} page @returns {Promise<any[]>} the messages to the core, except snapshots */
export const told = (page) => page.evaluate(() => /** @type {any} */ (window).told);

/** @param {Page} page @returns {Promise<any[]>} */
export const edits = async (page) => (await told(page)).filter(({ type }) => type === 'edit').map(({ edit }) => edit);

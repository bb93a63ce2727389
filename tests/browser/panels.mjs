// What a person does in popup and options, and what they see there and on the toolbar button.
import { until } from './stage.mjs';

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("./harness.mjs").Session} Session */

/** @param {Session} session @returns {Promise<{text: string, title: string}>} */
export const badge = (session) =>
  session.evalBackground(async () => ({
    text: await chrome.action.getBadgeText({}),
    title: await chrome.action.getTitle({}),
  }));

/** Ids of the visible notifications. @param {Session} session @returns {Promise<string[]>} */
export const notifications = (session) =>
  session.evalBackground(async () => Object.keys(await chrome.notifications.getAll()));

/** @param {Page} page @returns {Promise<string>} */
export const words = (page) =>
  page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('#app')).innerText);

/** @param {Page} page @param {string} text @param {string} what @param {number} [ms] */
export const says = (page, text, what, ms) =>
  until(
    () => words(page),
    (seen) => seen.includes(text),
    what,
    ms,
  );

/**
 * Presses the first button or label that begins with `text`.
 * @param {Page} page
 * @param {string} text
 * @param {string} [within]
 */
export const press = (page, text, within = '#app') =>
  until(
    () =>
      page.evaluate(
        (wanted, inside) => {
          const found = [...document.querySelectorAll(`${inside} button, ${inside} label`)].find(
            (one) => one.textContent?.trim().startsWith(wanted) && !one.matches(':disabled'),
          );
          /** @type {HTMLElement | undefined} */ (found)?.click();
          return found !== undefined;
        },
        text,
        within,
      ),
    (pressed) => pressed,
    `the button ${text}`,
  );

/**
 * What the popup's list says about one endpoint, unfolded.
 * @param {Page} popup
 * @param {string} name
 * @returns {Promise<string>}
 */
export async function endpointWords(popup, name) {
  await until(
    () =>
      popup.evaluate((wanted) => {
        const line = [...document.querySelectorAll('.endpoint-line')].find((one) => one.textContent?.includes(wanted));
        if (line?.getAttribute('aria-expanded') === 'false') /** @type {HTMLElement} */ (line).click();
        return line !== undefined;
      }, name),
    (there) => there,
    `the endpoint ${name}`,
  );
  return popup.evaluate((wanted) => {
    const row = [...document.querySelectorAll('.endpoint')].find((one) => one.textContent?.includes(wanted));
    return /** @type {HTMLElement} */ (row).innerText;
  }, name);
}

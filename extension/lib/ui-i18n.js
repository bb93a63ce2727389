// The texts of our pages, from _locales, and numbers in the person's language.

import { api } from './ui-api.js';

/**
 * @param {string} key of _locales
 * @param {...(string | number)} values for $1, $2 …
 * @returns {string}
 */
export const t = (key, ...values) => api.i18n.getMessage(key, values.map(String)) || key;

/** BCP 47 tag of the language of these texts: the browser has chosen it. The core is asked for the same. */
export const lang = t('language');

const plurals = new Intl.PluralRules(lang);

/**
 * @param {number} count
 * @param {string} one
 * @param {string} many
 * @returns {string}
 */
export const counted = (count, one, many) => (plurals.select(count) === 'one' ? one : many);

const numbers = new Intl.NumberFormat(lang);
/** @param {number} number */
export const figure = (number) => numbers.format(number);

const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit' });
const exactClock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short' });
const fullDay = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Hour and minute; the day too when it is not today. @param {number} ms since the Unix epoch */
export function moment(ms) {
  const at = new Date(ms);
  const today = at.toDateString() === new Date().toDateString();
  return today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
}

/** @param {number} ms since the Unix epoch */
export const second = (ms) => exactClock.format(new Date(ms));

/** @param {string} date `YYYY-MM-DD` */
export const longDate = (date) =>
  /^\d{4}-\d\d-\d\d$/.test(date) ? fullDay.format(new Date(`${date}T00:00:00Z`)) : date;

/** How long, in ms or s. @param {number} ms */
export const duration = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${numbers.format(Math.round(ms / 100) / 10)} s`);

/** Minutes and seconds left. @param {number} ms */
export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

// One row's reads: several at a time, each timed, and none waited for longer than a person would. Runs in a page and in
// Node.
import { essence } from './questions.mjs';

/** @typedef {import("./questions.mjs").Question} Question */
/** @typedef {(question: Question) => Promise<any>} Ask */
/** @typedef {{i: number, at: number, ms: number, got?: string, error?: string}} Read `at`: ms since the row began */
/**
 * @typedef {object} Limits
 * @property {number} atOnce reads in flight
 * @property {number} pauseMs between one read's answer and the next read of the same series
 * @property {number} readMs after which a read counts as unanswered
 * @property {number} rowMs after which no further read is made
 */

/** How long reads in flight may still be answered once a row has been cut, in ms. */
const LAST_CALL_MS = 5_000;

const later = (/** @type {number} */ ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** @param {Ask} ask @param {Question} question @param {number} ms */
function within(ask, question, ms) {
  /** @type {any} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ms);
  });
  return Promise.race([ask(question), late]).finally(() => clearTimeout(timer));
}

/**
 * @param {Ask} ask
 * @param {Question[]} questions
 * @param {Limits} limits
 * @returns {Promise<Read[]>} the finished reads
 */
export async function readAll(ask, questions, { atOnce, pauseMs, readMs, rowMs }) {
  const start = performance.now();
  /** @type {Read[]} */
  const reads = [];
  let next = 0;
  const line = async () => {
    while (next < questions.length && performance.now() - start < rowMs) {
      const i = next++;
      const { kind } = questions[i];
      const since = performance.now();
      const ended = () => ({ i, at: since - start, ms: performance.now() - since });
      await within(ask, questions[i], readMs).then(
        (answer) => reads.push({ ...ended(), got: essence(kind, answer) }),
        (error) => reads.push({ ...ended(), error: String(error?.message ?? error).slice(0, 200) }),
      );
      if (pauseMs) await later(pauseMs);
    }
  };
  const lines = Promise.all(Array.from({ length: atOnce }, line));
  await Promise.race([lines, later(rowMs + LAST_CALL_MS)]);
  return [...reads];
}

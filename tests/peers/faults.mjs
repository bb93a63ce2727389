// The rows: which endpoint has which fault, and what Breakwater must achieve.

/**
 * @typedef {object} Figures
 * @property {string} fault
 * @property {string} peer
 * @property {number} right_pct
 * @property {number} p50_ms
 * @property {number} p95_ms
 * @property {number} p99_ms
 * @property {number} worst_ms
 * @property {number} sends_per_read
 */
/**
 * @typedef {object} Best the best working lane, measured in the same run without a fault
 * @property {number} p50 @property {number} p99
 */
/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {string[]} nodes fault of each endpoint, in order; missing: none
 * @property {number} best index of the best endpoint that works
 * @property {(row: Figures, best: Best, races: any[]) => string[]} want the missed aims; `races` is Breakwater's trail
 * @property {boolean} [dns] the first endpoint's name does not resolve
 * @property {boolean} [wallet] the page has a wallet
 * @property {boolean} [compare] two endpoints have to agree
 * @property {boolean} [unseen] some sends never reach an endpoint
 * @property {number} [pauseMs] between reads, if a row must last for several turns of the fault
 */

/** Allowed difference between a page's read and the lane's own time, in ms. */
const NEAR_MS = 3;

/** @param {string} what @param {number} is @param {number} most */
const atMost = (what, is, most) => (is > most ? [`${what} is ${is}, and ${Number(most.toFixed(2))} was the aim`] : []);

/** @param {number} sends @returns {Fault["want"]} */
const nearBest = (sends) => (row, best) => [
  ...atMost('p50_ms', row.p50_ms, best.p50 + NEAR_MS),
  ...atMost('sends_per_read', row.sends_per_read, sends),
];

/** Methods that the lying endpoint lies about; only these are compared here. */
const LIED_ABOUT = ['eth_getBalance', 'eth_call'];

/** The first endpoint's lies: each is in the trail with the right name. @param {any[]} races */
function named(races) {
  const lies = races.filter(
    ({ method, attempts }) =>
      LIED_ABOUT.includes(method) &&
      attempts.some((/** @type {any} */ a) => a.lane === 'Demo East' && ['answer', 'disputed'].includes(a.outcome)),
  );
  const disputed = (/** @type {any} */ race) =>
    race.attempts
      .filter((/** @type {any} */ a) => a.outcome === 'disputed')
      .map((/** @type {any} */ a) => a.lane)
      .join();
  const missed = lies.filter((race) => race.reason !== 'majority' || disputed(race) !== 'Demo East');
  console.log(
    `      ${lies.length} answers of the lying endpoint in the trail, ` +
      `${lies.length - missed.length} of them disputed by name`,
  );
  return lies.length === 0 || missed.length > 0
    ? [`the trail does not name who disagreed: ${JSON.stringify(missed[0] ?? 'no lie')}`]
    : [];
}

/** @type {Fault["want"]} */
const threeTimes = (row, best) => atMost('p99_ms', row.p99_ms, 3 * best.p99);

/** @param {string} fault @param {Partial<Fault>} [more] @returns {Fault} */
const first = (fault, more) => ({ name: fault, nodes: [fault], best: 1, want: nearBest(1.2), ...more });

/** @type {Fault[]} */
export const FAULTS = [
  { name: 'none', nodes: [], best: 0, want: nearBest(1.1) },
  first('dark'),
  first('refuse', { unseen: true }),
  first('reset', { unseen: true }),
  first('503'),
  first('429'),
  first('limit'),
  first('html'),
  first('tail', {
    nodes: ['tail:0.1,3000'],
    best: 0,
    want: (row) => [...atMost('p99_ms', row.p99_ms, 250), ...atMost('sends_per_read', row.sends_per_read, 1.15)],
  }),
  first('stale', { nodes: ['stale:300'], want: threeTimes }),
  first('missing-receipt', { want: threeTimes }),
  first('lie', { compare: true, want: (_, __, races) => named(races) }),
  first('flap', { nodes: ['flap:2000'], want: threeTimes, pauseMs: 350 }),
  { name: 'two dark', nodes: ['dark', 'dark'], best: 2, want: threeTimes },
  {
    name: 'all dark',
    nodes: ['dark', 'dark', 'dark'],
    best: 0,
    wallet: true,
    want: (row) => atMost('worst_ms', row.worst_ms, 10_000),
  },
  first('dns', { nodes: [], dns: true, unseen: true }),
];

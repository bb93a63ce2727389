// The trail of the fake core: a read its best endpoint answered, one that was hedged, and one nobody answered.

/** @returns {any} */
export const races = () => [
  {
    at_ms: Date.now() - 2000,
    chain: 1,
    method: 'eth_call',
    site: 'app.example.org',
    took_ms: 48,
    answered_by: 'Infura',
    reason: 'best',
    why: 'The best endpoint answered first.',
    attempts: [{ lane: 'Infura', started_for: 'best', sent_ms: 0, took_ms: 48, outcome: 'answer' }],
  },
  {
    at_ms: Date.now() - 4000,
    chain: 1,
    method: 'eth_getTransactionReceipt',
    site: 'app.example.org',
    took_ms: 312,
    answered_by: 'My node',
    reason: 'hedge',
    why: 'Infura hesitated; My node, on different ground, answered.',
    attempts: [
      { lane: 'Infura', started_for: 'best', sent_ms: 0, took_ms: 312, outcome: 'cancelled' },
      { lane: 'Public', started_for: 'hedge', sent_ms: 120, took_ms: 40, outcome: 'refused' },
      { lane: 'My node', started_for: 'refused', sent_ms: 161, took_ms: 151, outcome: 'answer' },
    ],
  },
  {
    at_ms: Date.now() - 9000,
    chain: 137,
    method: 'eth_getBalance',
    site: 'app.example.org',
    took_ms: 10_000,
    answered_by: null,
    reason: 'deadline',
    why: 'No endpoint answered within 10 s.',
    attempts: [{ lane: 'Polygon One', started_for: 'best', sent_ms: 0, took_ms: null, outcome: 'fault' }],
  },
];

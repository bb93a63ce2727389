// The fake core's answers: three endpoints on two grounds, one chain on one ground, an empty one, an incident.
import { races } from './races.mjs';
import { settings } from './settings.mjs';

const ground = (/** @type {string} */ chip, rest = {}) => ({
  chip,
  network: chip.split(' ')[0],
  operator: null,
  region: null,
  country: null,
  jurisdiction: 'us',
  hidden: false,
  evidence: ['Connected to 203.0.113.7: published range of this network, data of 26 October 2026.'],
  ...rest,
});
const endpoint = (/** @type {string} */ key, /** @type {string} */ name, /** @type {any} */ where, rest = {}) => ({
  key,
  name,
  url: `https://${name.toLowerCase().replaceAll(' ', '-')}.example/v3/…`,
  enabled: true,
  private: false,
  ground: where,
  health: 'good',
  why: 'The last 20 reads were answered.',
  p50_ms: 43,
  head: 21_000_000,
  ws: null,
  live: false,
  ...rest,
});
const line = (
  /** @type {string} */ kind,
  /** @type {string} */ key,
  /** @type {string} */ name,
  /** @type {number} */ on,
  /** @type {number} */ left,
  /** @type {string | null} */ level = left > 0 ? 'survives' : 'shared',
) => ({ domain: { kind, key }, name, on, left, sure: left, level });

const AWS = ground('AWS us-east-1', { operator: 'Infura' });

/** A new world, which the test may change. @returns {any} */
export const world = () => ({
  permitted: true,
  snapshot: {
    site: { host: 'app.example.org', on: true, shield: 'protected', direct: true, chains: [1], locked: false },
    chains: [
      {
        id: 137,
        name: 'Polygon',
        mode: 'guard',
        dispute: 'error',
        unconfirmed: 'answer',
        in_use: false,
        endpoints: [
          endpoint('c'.repeat(16), 'Polygon One', AWS),
          endpoint('d'.repeat(16), 'Polygon Two', AWS, { health: 'down', why: 'No answer since 09:11.', p50_ms: null }),
        ],
        verdict: {
          level: 'shared',
          reason: 'shared',
          word: 'One region',
          sentence: 'Both endpoints stand on AWS us-east-1: when it goes dark, none is left.',
          health: '1 of 2 answers now.',
          left: 0,
          beside: ['Both under US law'],
          advice:
            'Add one endpoint that is: not on AWS. Test PublicNode to see where it stands; it sees your address then.',
          offer: null,
          presets: ['PublicNode'],
          domains: [
            line('network', 'amazon', 'Amazon', 2, 0),
            line('region', 'aws/us-east-1', 'AWS us-east-1', 2, 0),
            line('operator', 'infura', 'Infura', 1, 1),
          ],
          hhi: 10_000,
        },
      },
      {
        id: 1,
        name: 'Ethereum',
        mode: 'guard',
        dispute: 'error',
        unconfirmed: 'answer',
        in_use: true,
        endpoints: [
          endpoint('a'.repeat(16), 'Infura', AWS),
          endpoint('b'.repeat(16), 'My node', ground('Hetzner DE', { jurisdiction: 'none-known' }), {
            private: true,
            p50_ms: 61,
            ws: 'wss://my-node.example/ws/…',
            live: true,
          }),
          endpoint('e'.repeat(16), 'Public', ground('Cloudflare (origin hidden)', { hidden: true }), {
            health: 'resting',
            why: 'Asked to slow down (HTTP 429); asked again in 40 s.',
            p50_ms: null,
          }),
          endpoint('f'.repeat(16), 'Spare', ground('unknown', { network: null, evidence: [] }), {
            enabled: false,
            health: 'unknown',
            why: 'Switched off.',
            p50_ms: null,
          }),
        ],
        verdict: {
          level: 'survives',
          reason: 'survives',
          word: 'Survives any one outage',
          sentence: 'Whichever company, cloud or region goes dark, at least two of the 3 endpoints keep answering.',
          health: null,
          left: 2,
          beside: ['2 of 3 under US law'],
          advice: null,
          offer: null,
          presets: [],
          domains: [
            line('network', 'amazon', 'Amazon', 1, 2),
            line('network', 'cloudflare', 'Cloudflare', 1, 2),
            line('network', 'hetzner', 'Hetzner', 1, 2),
            line('jurisdiction', 'us', 'Everything under US jurisdiction', 2, 1, null),
          ],
          hhi: 3333,
        },
      },
      ...[
        [10, 'Optimism'],
        [42161, 'Arbitrum One'],
        [8453, 'Base'],
      ].map(([id, name]) => ({
        id,
        name,
        mode: 'guard',
        dispute: 'error',
        unconfirmed: 'answer',
        in_use: false,
        endpoints: [],
        verdict: {
          level: 'none',
          reason: 'no-endpoints',
          word: 'Wallet only',
          sentence: 'No endpoint: reads go to the wallet alone.',
          health: null,
          left: 0,
          beside: [],
          advice: 'Add two endpoints of different companies.',
          offer: null,
          presets: [],
          domains: [],
          hhi: null,
        },
      })),
    ],
    overall: {
      level: 'shared',
      sentence: 'If Amazon goes dark, Polygon has no endpoint left.',
      worst: ['Polygon'],
      losses: [{ domain: { kind: 'network', key: 'amazon' }, name: 'Amazon', chains: ['Polygon'] }],
      hhi: 5000,
    },
    drill: null,
    incidents: [
      {
        sentence: 'AWS us-east-1: 2 of 2 endpoints failing since 09:11; served by Hetzner.',
        advice: null,
        dark: [],
        since_ms: Date.now() - 600_000,
        ended_ms: null,
      },
      {
        sentence: 'Cloudflare: 1 of 1 endpoints failing for 4 minutes; served by AWS.',
        advice: null,
        dark: [],
        since_ms: Date.now() - 90_000_000,
        ended_ms: Date.now() - 89_700_000,
      },
    ],
    warn_law: false,
    data_date: '2026-10-26',
    data_old: null,
    settings_problem: null,
  },
  races: races(),
  presets: [
    {
      chain: 1,
      name: 'PublicNode',
      url: 'https://ethereum-rpc.publicnode.com',
      operator: 'publicnode',
      private: false,
      note: 'Allnodes. Says it keeps no IP addresses.',
      test: null,
    },
    {
      chain: 1,
      name: 'MEV Blocker',
      url: 'https://rpc.mevblocker.io',
      operator: 'mevblocker',
      private: true,
      note: 'Shows transactions to searchers first, to protect against front-running.',
      test: null,
    },
  ],
  probe: {
    'https://wrong.example': {
      type: 'problem',
      field: 'url',
      code: 'wrong-chain',
      message: 'This endpoint serves chain 10, not chain 1; add it under chain 10 or correct the URL.',
    },
    'https://slow.example': {
      type: 'problem',
      field: 'url',
      code: 'no-answer',
      message: 'No answer within 10 s; check the URL, or add it later when it answers.',
    },
    other: {
      type: 'probed',
      chain: 1,
      ms: 52,
      ground: ground('OVH FR', {
        operator: 'PublicNode',
        evidence: ['Connected to 198.51.100.4: OVH, France.', 'The host name belongs to PublicNode (Allnodes).'],
      }),
      level_before: 'shared',
      level_after: 'survives',
      change: 'Adding it would change the verdict from “One failure takes all” to “Survives any one outage”.',
    },
  },
  added: endpoint('9'.repeat(16), 'PublicNode', ground('OVH FR'), {
    health: 'unknown',
    why: 'Not asked yet.',
    p50_ms: null,
  }),
  settings: settings(),
});

/** @param {string} name */
export const drill = (name, running = true) => ({
  target: { kind: 'region', key: 'aws/us-east-1' },
  name,
  started_ms: Date.now() - 100_000,
  ends_ms: Date.now() + 200_000,
  running,
  asked: 128,
  answered: 128,
  slowest_ms: 412,
  lost: [137],
  stepped_aside: 1,
  sentence: 'Of 128 reads 128 were answered, the slowest in 412 ms; Polygon would have been lost.',
});

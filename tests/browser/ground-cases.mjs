// Where three endpoints stand, and what the verdict is.

/**
 * @typedef {object} Case
 * @property {string} name @property {string[]} places @property {string} [operator] @property {number} [count]
 * @property {boolean} [law] whether the person is warned about a shared country or law
 * @property {string} level @property {string} reason
 * @property {string} pill
 * @property {RegExp} says
 * @property {string} [beside] what stands beside it
 * @property {RegExp | null} advice
 */

/** @type {Case[]} */
export const CASES = [
  {
    name: 'one operator',
    places: ['hetzner fsn1', 'ovh FR', 'exoscale ch-gva-2'],
    operator: 'infura',
    level: 'shared',
    reason: 'shared',
    pill: 'One company',
    says: /All 3 endpoints of Ethereum are run by Infura: when it goes dark, none is left/,
    advice: /not run by Infura/,
  },
  {
    name: 'one network group',
    places: ['aws us-east-1', 'aws eu-west-1', 'aws ap-southeast-1'],
    level: 'shared',
    reason: 'shared',
    pill: 'One cloud',
    says: /All 3 endpoints of Ethereum stand on AWS: when it goes dark, none is left/,
    beside: 'All 3 under US law',
    advice:
      /Add one endpoint that is: not on AWS\. Test .+ to see where they stand; each of them sees your address then/,
  },
  {
    name: 'one region',
    places: ['aws us-east-1', 'aws us-east-1', 'aws us-east-1'],
    level: 'shared',
    reason: 'shared',
    pill: 'One region',
    says: /All 3 endpoints of Ethereum stand on AWS us-east-1/,
    advice: /not on AWS/,
  },
  {
    name: 'one CDN',
    places: ['cloudflare', 'cloudflare', 'cloudflare'],
    level: 'shared',
    reason: 'shared',
    pill: 'One cloud',
    says: /All 3 endpoints of Ethereum are behind Cloudflare/,
    advice: /at places that can be seen/,
  },
  {
    name: 'one country',
    places: ['hetzner fsn1', 'ionos DE', 'netcup DE'],
    level: 'survives',
    reason: 'survives',
    pill: 'Survives any one outage',
    says: /at least 2 of the 3 endpoints of Ethereum keep answering/,
    beside: 'All 3 in one country: Germany',
    advice: null,
  },
  {
    name: 'one country, with the warning',
    places: ['hetzner fsn1', 'ionos DE', 'netcup DE'],
    law: true,
    level: 'shared',
    reason: 'shared',
    pill: 'One country',
    says: /All 3 endpoints of Ethereum are in one country \(Germany\)/,
    advice: /not in this country: Germany/,
  },
  {
    name: 'one law',
    places: ['aws us-east-1', 'gcp europe-west3', 'azure westeurope'],
    level: 'survives',
    reason: 'survives',
    pill: 'Survives any one outage',
    says: /at least 2 of the 3 endpoints of Ethereum keep answering/,
    beside: 'All 3 under US law',
    advice: null,
  },
  {
    name: 'one law, with the warning',
    places: ['aws eu-west-1', 'gcp europe-west3', 'azure westeurope'],
    law: true,
    level: 'shared',
    reason: 'shared',
    pill: 'One law',
    says: /All 3 endpoints of Ethereum are under US jurisdiction/,
    advice: /not under US jurisdiction/,
  },
  {
    name: 'one left',
    places: ['aws us-east-1', 'aws us-east-1', 'hetzner fsn1'],
    level: 'survives',
    reason: 'survives',
    pill: 'Survives any one outage',
    says: /at least one of the 3 endpoints of Ethereum keeps answering/,
    beside: '2 of 3 under US law',
    advice: null,
  },
  {
    name: 'hidden origins',
    places: ['gcore', 'bunny', 'qrator'],
    level: 'cant-tell',
    reason: 'hidden',
    pill: 'Can’t tell',
    says: /Can’t tell whether .* Place hidden: Demo East, Demo Main, Demo Rhine/,
    advice: /at places that can be seen/,
  },
  {
    name: 'a hidden origin beside two that are seen',
    places: ['cloudflare', 'ovh FR', 'hetzner fsn1'],
    level: 'survives',
    reason: 'survives',
    pill: 'Survives any one outage',
    says: /at least one of the 3 endpoints of Ethereum keeps answering/,
    advice: null,
  },
  {
    name: 'a single endpoint',
    places: ['hetzner fsn1'],
    count: 1,
    level: 'single',
    reason: 'single',
    pill: 'Only one endpoint',
    says: /Ethereum has a single endpoint, Demo East/,
    advice: /Add one endpoint that is: not on Hetzner/,
  },
  {
    name: 'no endpoint',
    places: [],
    count: 0,
    level: 'none',
    reason: 'no-endpoints',
    pill: 'Wallet only',
    says: /Ethereum has no endpoint of yours/,
    advice: /Add two endpoints of different companies/,
  },
];

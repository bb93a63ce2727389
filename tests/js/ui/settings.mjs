// The settings of the fake core, as export writes them.

/** @returns {any} */
export const settings = () => ({
  version: 1,
  deadline_ms: 10_000,
  max_body_bytes: 33_554_432,
  own_chain: 1,
  chains: [
    {
      id: 137,
      name: 'Polygon',
      mode: 'guard',
      dispute: 'error',
      unconfirmed: 'answer',
      endpoints: ['One', 'Two'].map((name) => ({
        url: `https://${name}.example/KEY`,
        name: `Polygon ${name}`,
        enabled: true,
        private: false,
        headers: {},
      })),
    },
    {
      id: 1,
      name: 'Ethereum',
      mode: 'guard',
      dispute: 'error',
      unconfirmed: 'answer',
      endpoints: ['Infura', 'My node', 'Public', 'Spare'].map((name) => ({
        url: `https://${name.replace(' ', '-')}.example/KEY`,
        name,
        enabled: true,
        private: false,
        ...(name === 'My node'
          ? { headers: { 'x-api-key': 'KEY' }, ws: 'wss://My-node.example/ws/KEY' }
          : { headers: {} }),
      })),
    },
  ],
  sites_off: ['bank.example.org'],
  direct_off: ['www.example.org'],
  labels: [
    { match: '192.168.0.0/16', operator: 'home', country: 'CH' },
    { match: 'node.example.net', operator: 'hetzner', region: 'fsn1' },
  ],
});
